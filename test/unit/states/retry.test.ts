import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Retrier } from '../../../infra/local/cloud/states/definition.ts';
import { Retries, retryDelayMs } from '../../../infra/local/cloud/states/retry.ts';
import { StateError } from '../../../infra/local/cloud/states/state-error.ts';
import { machine, Rig, task } from './rig.ts';

const retrier = (more: Partial<Retrier> = {}): Retrier => ({
  ErrorEquals: ['E'],
  IntervalSeconds: 1,
  MaxAttempts: 3,
  BackoffRate: 2,
  JitterStrategy: 'NONE',
  ...more,
});
const never = () => {
  throw new Error('no random number is needed');
};
const delays = (policy: Retrier, count: number) =>
  Array.from({ length: count }, (_, index) => retryDelayMs(policy, index + 1, never));

describe('the wait before a retry', () => {
  it.each([
    ['doubles', retrier(), [1000, 2000, 4000, 8000]],
    ['stays', retrier({ IntervalSeconds: 5, BackoffRate: 1 }), [5000, 5000, 5000]],
    ['grows by a fraction', retrier({ IntervalSeconds: 2, BackoffRate: 1.5 }), [2000, 3000, 4500, 6750]],
    [
      'stops at MaxDelaySeconds',
      retrier({ IntervalSeconds: 3, MaxDelaySeconds: 10 }),
      [3000, 6000, 10_000, 10_000],
    ],
  ])('%s', (_, policy, expected) => {
    expect(delays(policy, expected.length)).toEqual(expected);
  });

  it('never passes the cap however many there were', () => {
    expect(retryDelayMs(retrier({ MaxDelaySeconds: 60 }), 5000, never)).toBe(60_000);
  });

  it('with full jitter lies between nothing and the wait without', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (interval, retry, random) => {
          const policy = retrier({ IntervalSeconds: interval, MaxDelaySeconds: interval + 50 });
          const plain = retryDelayMs(policy, retry, never);
          const jittered = retryDelayMs({ ...policy, JitterStrategy: 'FULL' }, retry, () => random);
          expect(jittered).toBe(Math.round(plain * random));
        },
      ),
    );
  });
});

describe('the retries of one visit', () => {
  it('are counted per Retrier', () => {
    const retries = new Retries(
      [retrier({ MaxAttempts: 1 }), retrier({ ErrorEquals: ['F'], MaxAttempts: 1 })],
      never,
    );
    const next = (error: string) => retries.next(new StateError(error, ''));
    expect([next('E'), next('F'), next('E'), next('F'), next('G')]).toEqual([
      1000,
      1000,
      undefined,
      undefined,
      undefined,
    ]);
    expect(retries.count).toBe(2);
  });
});

describe('full jitter in an execution', () => {
  it('draws from the cloud’s seeded numbers', async () => {
    const numbers = [0, 0.5, 0.25];
    const rig = new Rig(() => numbers.shift() ?? 1);
    rig.functions.set('work', [{ throws: 'E' }]);
    const retry = [{ ErrorEquals: ['E'], IntervalSeconds: 10, JitterStrategy: 'FULL' }];
    const { seconds } = await rig.run(machine({ A: task({ Retry: retry }) }));
    expect(seconds).toBe(0 + 0.5 * 20 + 0.25 * 40);
  });
});
