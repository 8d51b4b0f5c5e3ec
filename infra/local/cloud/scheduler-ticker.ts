import type { Clock } from './clock.ts';
import type { Timetable } from './scheduler-expression.ts';

/** Runs timetables. Each run is computed from the one before, so that a slow process does not drift. */
export class Ticker {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `due` at every moment of the timetable after `from` (now unless told), with that moment. */
  run(timetable: Timetable, due: (at: number) => void, from = this.#clock.now()): void {
    const at = timetable.next(from);
    if (at === undefined) return;
    this.once(at, () => {
      due(at);
      // Moments missed while the machine slept are skipped, not made up for.
      this.run(timetable, due, Math.max(at, this.#clock.now() - 1));
    });
  }

  once(at: number, run: () => void): void {
    const cancel = this.#clock.setTimer(Math.max(0, at - this.#clock.now()), () => {
      this.#cancels.delete(cancel);
      run();
    });
    this.#cancels.add(cancel);
  }

  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
