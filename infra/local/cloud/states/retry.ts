import type { Retrier } from './definition.ts';
import { matches, type StateError } from './state-error.ts';

/**
 * Milliseconds before a Retrier's n-th retry (n from 1): the interval grows by the back-off rate, is capped by
 * MaxDelaySeconds, and full jitter then draws between nothing and that (spec, "Retrying after error").
 * @param random uniform in [0, 1).
 */
export function retryDelayMs(retrier: Retrier, retry: number, random: () => number): number {
  const grown = retrier.IntervalSeconds * retrier.BackoffRate ** (retry - 1);
  const capped = Math.min(grown, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return Math.round(capped * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
}

/** Counts the retries of one visit to a state: each Retrier for itself, until the state is left. */
export class Retries {
  readonly #retriers: readonly Retrier[];
  readonly #used = new Map<Retrier, number>();
  readonly #random: () => number;
  #total = 0;

  constructor(retriers: readonly Retrier[], random: () => number) {
    this.#retriers = retriers;
    this.#random = random;
  }

  /** Retries so far, over all Retriers: `$states.context.State.RetryCount`. */
  get count(): number {
    return this.#total;
  }

  /**
   * Takes a retry for this error.
   * @returns how long to wait before it, or undefined when the first matching Retrier is used up or none matches.
   */
  next(error: StateError): number | undefined {
    const retrier = this.#retriers.find(({ ErrorEquals }) => matches(ErrorEquals, error));
    if (retrier === undefined) return undefined;
    const used = this.#used.get(retrier) ?? 0;
    if (used >= retrier.MaxAttempts) return undefined;
    this.#used.set(retrier, used + 1);
    this.#total += 1;
    return retryDelayMs(retrier, used + 1, this.#random);
  }
}
