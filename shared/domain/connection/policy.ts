/** Durations and caps of the onboarding; a stage's configuration fills them in. */
export interface OnboardingPolicy {
  /** A code with less life left than this is not handed out. */
  readonly minimumCodeLifetimeSeconds: number;
  /** So long before a code's end the customer is reminded, where he had it as long before that. */
  readonly expiryNoticeSeconds: number;
  /** How long "not integrated" is retried before the customer is told: consent takes time to spread (visma.md 1.5). */
  readonly propagationSeconds: number;
  /** First wait between two such retries; each further wait equals the time already waited. */
  readonly propagationFirstWaitSeconds: number;
  readonly stockWaitSeconds: number;
  /** An empty stock is asked about at every `stockWaitSeconds` until this has passed, then an operator decides. */
  readonly stockPatienceSeconds: number;
  readonly mappingWaitSeconds: number;
  readonly accessTestFailuresMax: number;
  readonly codesIssuedMax: number;
}
