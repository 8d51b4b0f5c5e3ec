import type { Chaos } from './service.ts';

/** What goes wrong in a run, and how often. */
export interface ChaosOptions {
  /** Same seed, same choices: per queue, rule or stream the n-th delivery always meets the same fate. */
  readonly seed: number;
  /** Share of deliveries that happen twice, 0 to 1. */
  readonly duplicates?: number;
  /** Share of batches whose order is shuffled, 0 to 1. */
  readonly reorder?: number;
  /** The longest lateness of a delivery; each is uniformly late between 0 and this. */
  readonly delayMs?: number;
  /** Kills a function at its `call`-th call to the cloud, once; without `function`, whichever function makes that call. */
  readonly kill?: { readonly function?: string; readonly call: number; readonly when: 'before' | 'after' };
}

/**
 * A seeded `Chaos`. Each kind of delivery (`what`) draws from its own sequence: with a single one, two queues that
 * happen to be polled in another order would change every later choice, and a failing run would not repeat.
 */
export function createChaos(options: ChaosOptions): Chaos {
  const { seed, duplicates = 0, reorder = 0, delayMs = 0, kill } = options;
  for (const [name, share] of Object.entries({ duplicates, reorder })) {
    if (!(share >= 0 && share <= 1))
      throw new Error(`chaos: ${name} is a share between 0 and 1, got ${share}`);
  }
  if (!(delayMs >= 0)) throw new Error(`chaos: delayMs is 0 or more, got ${delayMs}`);
  const sequences = new Map<string, () => number>();
  const draw = (kind: string, what: string): number => {
    const key = `${kind} ${what}`;
    const known = sequences.get(key);
    if (known !== undefined) return known();
    const sequence = sequenceOf((seed ^ hashOf(key)) >>> 0);
    sequences.set(key, sequence);
    return sequence();
  };
  return {
    copies: (what) => (draw('copies', what) < duplicates ? 2 : 1),
    delay: (what) => (delayMs === 0 ? 0 : Math.floor(draw('delay', what) * (delayMs + 1))),
    shuffle: (what) => draw('shuffle', what) < reorder,
    random: () => draw('random', ''),
    kill: (functionName, callNumber) =>
      kill !== undefined && callNumber === kill.call && (kill.function ?? functionName) === functionName
        ? kill.when
        : 'no',
  };
}

/** Everything exactly once, in order and at once. */
export const noChaos: Chaos = createChaos({ seed: 1 });

/**
 * Numbers in [0, 1) from a seed (mulberry32, public domain). Own, because Math.random takes no seed and a package for
 * eight lines of arithmetic is one more thing to keep up to date.
 */
function sequenceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** FNV-1a, 32 bits: spreads the names over the seeds. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
