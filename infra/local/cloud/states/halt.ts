/** Answer of a wait that ended because the execution did. */
export const HALTED = Symbol('halted');

/**
 * Ends whatever an execution is waiting for: it was stopped, it timed out, or the cloud goes down.
 * An execution waits for one thing at a time (there are no Parallel and Map states here), so one listener is enough.
 */
export class Halt {
  #halted = false;
  #wake: (() => void) | undefined;

  get halted(): boolean {
    return this.#halted;
  }

  halt(): void {
    this.#halted = true;
    this.#wake?.();
  }

  /**
   * Waits until `arm`'s callback is called with a value; the first call wins, later ones are ignored.
   * `arm` sets everything up and answers how to take it down, which happens exactly once, whatever ends the wait.
   */
  until<T>(arm: (settle: (value: T) => boolean) => () => void): Promise<T | typeof HALTED> {
    if (this.#halted) return Promise.resolve(HALTED);
    return new Promise((resolve) => {
      let settled = false;
      let disarm: (() => void) | undefined;
      const settle = (value: T | typeof HALTED): boolean => {
        if (settled) return false;
        settled = true;
        this.#wake = undefined;
        disarm?.();
        resolve(value);
        return true;
      };
      this.#wake = () => settle(HALTED);
      disarm = arm(settle);
      // Settled while arming: there was nothing to take down yet.
      if (settled) disarm();
    });
  }
}
