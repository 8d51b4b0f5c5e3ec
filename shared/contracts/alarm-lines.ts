/** Log lines that alarms count: what a function logs and a metric filter looks for is the same text. */
export const alarmLines = {
  /** Visma does not know our client or refuses every secret of it. */
  clientRejected: 'CLIENT REJECTED',
  /** The current client secret was refused and the previous one served. */
  clientSecretFallback: 'CLIENT SECRET FALLBACK',
  /** The current client secret is not a client id and secret at all. */
  clientSecretMalformed: 'CLIENT SECRET MALFORMED',
  /** A secret that an operator staged was not accepted for longer than a change in the portal takes. */
  clientSecretRefused: 'CLIENT SECRET REFUSED',
  /** The rotation went back to the previous secret, since the current one is refused. */
  clientSecretRolledBack: 'CLIENT SECRET ROLLED BACK',
  /** Visma answered what no document explains, perhaps a token for another tenant. */
  unexplainedAnswer: 'UNEXPLAINED ANSWER',
  /** A table or secret could not be read, so that an export got no token. */
  noToken: 'NO TOKEN FOR NOW',
  /** An active connection gives no access, for a reason that waiting does not mend. */
  healthCheckFailed: 'HEALTH CHECK FAILED',
  /** So many active connections fail together that nobody is disconnected for it. */
  manyConnectionsFail: 'MANY CONNECTIONS FAIL',
  /** Visma was unavailable to a health check through all its tries. */
  healthUnknown: 'HEALTH UNKNOWN',
  /** Zoho does not accept our client or its refresh token. */
  ticketSystemRejected: 'TICKET SYSTEM REJECTED',
  /** A mail to operators, the product owner or a contact person was returned for good. */
  colleagueNotReached: 'COLLEAGUE NOT REACHED',
  /** A run of the reminders has begun: its absence is the alarm. */
  remindersStarted: 'REMINDERS STARTED',
  /** The campaigns' digests were asked for: its absence is the alarm. */
  digestsRequested: 'DIGESTS REQUESTED',
} as const;
