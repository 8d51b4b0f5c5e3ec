/** What a killed function leaves: its call may or may not have happened, its answer never came. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** 0 up to and without 1, the same row for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The object with `around` called before and after each of its methods. */
export function intercepted<Port extends object>(port: Port, around: () => Promise<void>): Port {
  return new Proxy(port, {
    get: (target, name, receiver) => {
      const value = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]) => {
        await around();
        const answer = await value.apply(target, given);
        await around();
        return answer;
      };
    },
  });
}
