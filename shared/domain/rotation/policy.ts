/** Durations of the client secret's rotation; a stage's configuration fills them in. */
export interface RotationPolicy {
  /**
   * How long a staged secret may be refused before it is given up: the portal's changes take a minute or two to arrive at
   * the token endpoint (visma.md 1.7).
   */
  readonly patienceSeconds: number;
  /** How long, at least, the previous secret stays the fallback of a new one. */
  readonly fallbackSeconds: number;
  /** Between the two refusals after which the current secret is given up for the previous one. */
  readonly confirmSeconds: number;
  /** Active connections whose tenants a secret is tested with, all at once. */
  readonly tenantsTested: number;
}
