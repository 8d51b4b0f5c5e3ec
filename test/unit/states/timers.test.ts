import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Timers } from '../../../infra/local/cloud/states/timers.ts';
import { ManualClock } from './rig.ts';

describe('timers', () => {
  it('fire in order of their time, without those that were cancelled', async () => {
    const plan = fc.array(fc.record({ after: fc.integer({ min: 0, max: 50 }), cancelled: fc.boolean() }), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(plan, async (entries) => {
        const clock = new ManualClock();
        const timers = new Timers(clock);
        const start = clock.now();
        const fired: number[] = [];
        const made = entries.map(({ after }) =>
          timers.schedule(start + after * 1000, () => {
            expect(clock.now()).toBe(start + after * 1000);
            fired.push(after);
          }),
        );
        entries.forEach(({ cancelled }, index) => {
          if (cancelled) timers.cancel(made[index]);
        });
        await clock.advance(60);
        const expected = entries.filter(({ cancelled }) => !cancelled).map(({ after }) => after);
        expect(fired).toEqual(expected.toSorted((a, b) => a - b));
        expect([timers.size, clock.pending]).toEqual([0, 0]);
      }),
      { numRuns: 30 },
    );
  });

  it('survive a clock that rings too early', async () => {
    const clock = new ManualClock();
    let early = 1;
    const setTimer = (ms: number, run: () => void) => clock.setTimer(ms - (early-- > 0 ? 1 : 0), run);
    const timers = new Timers({ now: clock.now, setTimer });
    const fired: number[] = [];
    const due = clock.now() + 10;
    timers.schedule(due, () => fired.push(clock.now()));
    await clock.next();
    expect([clock.now(), fired]).toEqual([due - 1, []]);
    await clock.next();
    expect(fired).toEqual([due]);
  });

  it('may be set and cancelled by one that fires', async () => {
    const clock = new ManualClock();
    const timers = new Timers(clock);
    const fired: string[] = [];
    const at = clock.now() + 1000;
    timers.schedule(at, () => {
      fired.push('first');
      timers.cancel(second);
      timers.schedule(at + 1000, () => fired.push('third'));
    });
    const second = timers.schedule(at, () => fired.push('second'));
    await clock.advance(5);
    expect(fired).toEqual(['first', 'third']);
  });

  it('take none after stop', () => {
    const clock = new ManualClock();
    const timers = new Timers(clock);
    timers.schedule(clock.now() + 1, () => {});
    timers.stop();
    timers.schedule(clock.now() + 1, () => {});
    expect([timers.size, clock.pending]).toEqual([0, 0]);
  });
});
