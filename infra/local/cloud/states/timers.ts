import type { Clock } from '../clock.ts';

/** A task that is due at a time; opaque to its owner, who may cancel it. */
export interface Timer {
  readonly due: number;
  readonly run: () => void;
  /** Place in the heap, -1 when fired or cancelled. */
  index: number;
}

/**
 * All waits, timeouts and heartbeats of all executions behind a single timer of the clock: ten thousand executions
 * parked for five days cost one Node timer and a heap entry each. Due times are absolute, so nothing drifts.
 */
export class Timers {
  readonly #clock: Clock;
  readonly #heap: Timer[] = [];
  #cancelClock: (() => void) | undefined;
  #armedFor = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Runs once at `due` (milliseconds since the epoch), never before and never within this call. */
  schedule(due: number, run: () => void): Timer {
    const timer: Timer = { due, run, index: -1 };
    if (this.#stopped) return timer;
    this.#heap.push(timer);
    this.#rise(timer, this.#heap.length - 1);
    this.#arm();
    return timer;
  }

  cancel(timer: Timer | undefined): void {
    if (timer === undefined || timer.index < 0) return;
    this.#remove(timer);
    this.#arm();
  }

  /** Forgets every timer and takes no new ones. */
  stop(): void {
    this.#stopped = true;
    this.#heap.length = 0;
    this.#arm();
  }

  #arm(): void {
    const due = this.#heap[0]?.due ?? Number.POSITIVE_INFINITY;
    if (due === this.#armedFor) return;
    this.#cancelClock?.();
    this.#cancelClock = undefined;
    this.#armedFor = due;
    if (this.#heap.length > 0) {
      this.#cancelClock = this.#clock.setTimer(Math.max(0, due - this.#clock.now()), () => this.#fire());
    }
  }

  #fire(): void {
    this.#cancelClock = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.due > this.#clock.now()) break;
      this.#remove(first);
      first.run();
    }
    this.#arm();
  }

  #remove(timer: Timer): void {
    const hole = timer.index;
    timer.index = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === timer) return;
    this.#rise(last, hole);
    this.#sink(last, last.index);
  }

  #rise(timer: Timer, from: number): void {
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || parent.due <= timer.due) break;
      this.#put(parent, index);
      index = above;
    }
    this.#put(timer, index);
  }

  #sink(timer: Timer, from: number): void {
    let index = from;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      const child = left !== undefined && right !== undefined && right.due < left.due ? right : left;
      if (child === undefined || child.due >= timer.due) break;
      const below = child.index;
      this.#put(child, index);
      index = below;
    }
    this.#put(timer, index);
  }

  #put(timer: Timer, index: number): void {
    this.#heap[index] = timer;
    timer.index = index;
  }
}
