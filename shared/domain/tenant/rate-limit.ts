/** What is left of the calls that one company allows our client, as its API tells with each answer (visma.md 3.6 [S55]). */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Until the whole limit is there again. */
  readonly resetSeconds: number;
}

/** Exports live on the same limit: what is below this share of it is theirs. */
const reserve = 0.05;

export function isNearlyUsedUp({ limit, remaining }: RateLimit): boolean {
  return remaining <= limit * reserve;
}
