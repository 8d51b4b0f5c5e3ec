/** Log lines that alarms count: what a function logs and a metric filter looks for is the same text. */
export const alarmLines = {
  /** Visma does not know our client or refuses every secret of it. */
  clientRejected: 'CLIENT REJECTED',
  /** The current client secret was refused and the previous one served. */
  clientSecretFallback: 'CLIENT SECRET FALLBACK',
  /** A secret that an operator staged was not accepted for longer than a change in the portal takes. */
  clientSecretRefused: 'CLIENT SECRET REFUSED',
  /** The rotation went back to the previous secret, since the current one is refused. */
  clientSecretRolledBack: 'CLIENT SECRET ROLLED BACK',
  /** An active connection gives no access, for a reason that waiting does not mend. */
  healthCheckFailed: 'HEALTH CHECK FAILED',
} as const;
