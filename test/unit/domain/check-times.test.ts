import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentOf, places, stretchesFrom } from '../../../shared/domain/connection/check-times.ts';
import { someTime } from '../../builders/history.ts';

describe('the moment of a check', () => {
  const times = fc.record({
    start: fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }),
    periodSeconds: fc.constantFrom(60, 3_600, 86_400),
    planEverySeconds: fc.constantFrom(60, 900, 3_600),
    plans: fc.integer({ min: 1, max: 50 }),
  });

  it('is planned by exactly one of the plans in a row, within its time', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: places - 1 }), ({ start, plans, ...given }, place) => {
        const planned: number[] = [];
        for (let plan = 0; plan < plans; plan += 1) {
          const at = start + plan * Math.min(given.planEverySeconds, given.periodSeconds);
          for (const { period, from, to } of stretchesFrom(new Date(at * 1000), given)) {
            expect(0 <= from && from < to && to <= places).toBe(true);
            if (place < from || place >= to) continue;
            const moment = momentOf(period, place, given) / 1000;
            expect(moment).toBeGreaterThanOrEqual(at - 0.001);
            expect(moment).toBeLessThan(at + given.planEverySeconds);
            planned.push(period);
          }
        }
        expect(new Set(planned).size).toBe(planned.length);
        const seconds = plans * Math.min(given.planEverySeconds, given.periodSeconds);
        expect(planned.length).toBeGreaterThanOrEqual(Math.floor(seconds / given.periodSeconds));
        expect(planned.length).toBeLessThanOrEqual(Math.ceil(seconds / given.periodSeconds) + 1);
      }),
    );
  });

  it('is spread over the day', () => {
    const quarter = { periodSeconds: 86_400, planEverySeconds: 900 };
    const [stretch] = stretchesFrom(new Date(someTime), quarter);
    expect((stretch?.to ?? 0) - (stretch?.from ?? 0)).toBeCloseTo(places / 96, -1);
    const midnight = stretchesFrom(new Date('2026-03-02T23:55:00.000Z'), quarter);
    const today = Math.floor(Date.parse(someTime) / 86_400_000);
    expect(midnight).toMatchObject([
      { period: today, to: places },
      { period: today + 1, from: 0 },
    ]);
  });
});
