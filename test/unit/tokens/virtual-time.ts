/** Time that passes when nobody has anything left to do: what takes minutes is tested at once and in one order. */
export interface VirtualTime {
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Lets time pass until `promise` is settled; fails when nothing is left that could settle it. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Lets this much time pass. */
  pass(milliseconds: number): Promise<void>;
}

export function virtualTime(start: number): VirtualTime {
  let now = start;
  let count = 0;
  const timers: { at: number; order: number; wake: () => void }[] = [];
  const sleep = (milliseconds: number) =>
    new Promise<void>((wake) => {
      count += 1;
      timers.push({ at: now + Math.max(0, milliseconds), order: count, wake });
    });

  /** Everything that can go on without time passing has gone on. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  function step(limit: number): boolean {
    timers.sort((a, b) => a.at - b.at || a.order - b.order);
    const next = timers[0];
    if (next === undefined || next.at > limit) return false;
    timers.shift();
    now = Math.max(now, next.at);
    next.wake();
    return true;
  }

  return {
    now: () => now,
    sleep,
    async until(promise) {
      let settled = false;
      const done = promise.finally(() => {
        settled = true;
      });
      done.catch(() => undefined);
      for (let steps = 0; steps < 100_000; steps += 1) {
        await settle();
        if (settled) return done;
        if (!step(Number.POSITIVE_INFINITY)) throw new Error('Nothing is left that could settle it.');
      }
      throw new Error('It goes on for ever.');
    },
    async pass(milliseconds) {
      const limit = now + milliseconds;
      do await settle();
      while (step(limit));
      now = limit;
    },
  };
}
