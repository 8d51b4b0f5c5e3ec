/**
 * Time as the simulated services see it. Tests hand in one they move by hand, so that nothing sleeps.
 * Milliseconds since the epoch.
 */
export interface Clock {
  now(): number;
  /** Runs once after `ms`; the answer cancels it. */
  setTimer(ms: number, run: () => void): () => void;
}

/** setTimeout fires at once above this (a signed 32-bit integer): longer timers are chained. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** The machine's time. Its timers do not keep the process alive: the gateway's socket does that. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(ms, run) {
    const due = Date.now() + ms;
    let handle: NodeJS.Timeout | undefined;
    const arm = () => {
      const left = Math.max(0, due - Date.now());
      handle = left > LONGEST_TIMEOUT_MS ? setTimeout(arm, LONGEST_TIMEOUT_MS) : setTimeout(run, left);
      handle.unref();
    };
    arm();
    return () => clearTimeout(handle);
  },
};
