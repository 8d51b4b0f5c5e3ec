import { describe, expect, it } from 'vitest';
import { HALTED, Halt } from '../../../infra/local/cloud/states/halt.ts';

/** A wait whose callback is at hand, with how often it was taken down. */
function waitOn(halt: Halt) {
  let settle: (value: number) => boolean = () => false;
  const seen = { disarmed: 0 };
  const answer = halt.until<number>((callback) => {
    settle = callback;
    return () => {
      seen.disarmed += 1;
    };
  });
  return { answer, seen, settle: (value: number) => settle(value) };
}

describe('a wait of an execution', () => {
  it('ends with the first value, tells later ones that they are late, and is taken down once', async () => {
    const halt = new Halt();
    const { answer, seen, settle } = waitOn(halt);
    expect([settle(1), settle(2)]).toEqual([true, false]);
    halt.halt();
    expect(await answer).toBe(1);
    expect(seen.disarmed).toBe(1);
  });

  it('ends when the execution does, and takes no value after that', async () => {
    const halt = new Halt();
    const { answer, seen, settle } = waitOn(halt);
    halt.halt();
    expect(settle(1)).toBe(false);
    expect(await answer).toBe(HALTED);
    expect(seen.disarmed).toBe(1);
  });

  it('is taken down when it ends while it is set up', async () => {
    let disarmed = 0;
    const answer = await new Halt().until<string>((settle) => {
      settle('at once');
      return () => {
        disarmed += 1;
      };
    });
    expect([answer, disarmed]).toEqual(['at once', 1]);
  });

  it('is not set up at all once the execution has ended', async () => {
    const halt = new Halt();
    halt.halt();
    expect(await waitOn(halt).answer).toBe(HALTED);
  });
});
