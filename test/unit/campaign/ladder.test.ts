import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  daysLeft,
  dueRung,
  dutchDay,
  isPast,
  nextRung,
  nextWeekday,
  parseLength,
  rungsOf,
} from '../../../shared/domain/campaign/ladder.ts';
import { aCampaign } from '../../builders/campaign.ts';

const at = (time: string) => new Date(time);

/** Days around both changes of the clock, and far from them. */
const days = fc
  .date({ min: at('2026-01-01T00:00:00Z'), max: at('2030-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const dutchHour = (instant: Date) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Amsterdam',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(instant);

describe('the rungs of a ladder', () => {
  it('begin at nine in Dutch time on their days or the Friday before, on both sides of the change of the clock', () => {
    const rungs = rungsOf(aCampaign({ deadline: '2027-03-29' }));
    expect(rungs.slice(0, 9).map(({ index, name, at }) => [index, name, at.toISOString()])).toEqual([
      [0, 'P60D', '2027-01-28T08:00:00.000Z'],
      // A Saturday.
      [1, 'P30D', '2027-02-26T08:00:00.000Z'],
      [2, 'P14D', '2027-03-15T08:00:00.000Z'],
      [3, 'P7D', '2027-03-22T08:00:00.000Z'],
      [4, 'P3D', '2027-03-26T08:00:00.000Z'],
      // A Sunday, in whose night the clock went forward.
      [5, 'P1D', '2027-03-26T08:00:00.000Z'],
      [6, 'P0D', '2027-03-29T07:00:00.000Z'],
      [7, '+P7D', '2027-04-05T07:00:00.000Z'],
      [8, '+P14D', '2027-04-12T07:00:00.000Z'],
    ]);
    expect(rungs).toHaveLength(7 + 26);
  });

  it('are counted to the second where the ladder is of seconds', () => {
    const rungs = rungsOf({
      deadline: '2026-03-02T09:00:00.000Z',
      ladder: ['PT2H', 'PT5M', 'PT30S', 'PT0S'],
      afterwards: { every: 'PT10S', times: 2 },
    });
    expect(rungs.map(({ name, at }) => [name, at.toISOString().slice(11, 19)])).toEqual([
      ['PT2H', '07:00:00'],
      ['PT5M', '08:55:00'],
      ['PT30S', '08:59:30'],
      ['PT0S', '09:00:00'],
      ['+PT10S', '09:00:10'],
      ['+PT20S', '09:00:20'],
    ]);
  });

  it('are always at nine, ascend, and have names of their own', () => {
    fc.assert(
      fc.property(days, (deadline) => {
        const rungs = rungsOf(aCampaign({ deadline }));
        expect(new Set(rungs.map(({ at }) => dutchHour(at)))).toEqual(new Set(['09:00']));
        expect(rungs.every(({ at }, index) => index === 0 || at >= (rungs[index - 1]?.at ?? at))).toBe(true);
        expect(new Set(rungs.map(({ name }) => name)).size).toBe(rungs.length);
      }),
    );
  });

  it('lie on a weekday until the deadline, on their day or the Friday before, and keep their numbers when it moves', () => {
    const dayOf = (day: string) => Date.parse(day) / 86_400_000;
    const numbered = (deadline: string) =>
      rungsOf(aCampaign({ deadline })).map(({ index, name }) => [index, name]);
    fc.assert(
      fc.property(days, days, (deadline, other) => {
        expect(numbered(other)).toEqual(numbered(deadline));
        for (const { name, at } of rungsOf(aCampaign({ deadline }))) {
          const length = parseLength(name.replace('+', ''));
          const named = dayOf(deadline) + (name.startsWith('+') ? 1 : -1) * (length as { days: number }).days;
          const weekday = new Date(named * 86_400_000).getUTCDay();
          const early = name.startsWith('+') ? 0 : weekday === 6 ? 1 : weekday === 0 ? 2 : 0;
          expect(named - dayOf(dutchDay(at))).toBe(early);
        }
      }),
    );
  });
});

describe('what is due', () => {
  const rungs = rungsOf(aCampaign());

  it('is nothing before the first rung, and from its minute on the latest one', () => {
    expect(dueRung(rungs, at('2026-04-01T06:59:59.999Z'))).toBeUndefined();
    expect(dueRung(rungs, at('2026-04-01T07:00:00.000Z'))?.name).toBe('P60D');
    expect(dueRung(rungs, at('2026-05-01T07:00:00.000Z'))?.name).toBe('P30D');
    expect(dueRung(rungs, at('2030-01-01T00:00:00.000Z'))?.name).toBe('+P182D');
  });

  it('on a Friday is the one of the weekend, and of two only the later', () => {
    // The deadline is a Sunday: P1D is on the Saturday, P0D on the Sunday itself.
    expect(dueRung(rungs, at('2026-05-29T06:59:59.999Z'))?.name).toBe('P3D');
    expect(dueRung(rungs, at('2026-05-29T07:00:00.000Z'))?.name).toBe('P0D');
  });

  it('for who joins now is the rung after', () => {
    expect(nextRung(rungs, at('2026-04-01T06:00:00.000Z'))?.name).toBe('P60D');
    expect(nextRung(rungs, at('2026-04-01T07:00:00.000Z'))?.name).toBe('P30D');
    expect(nextRung(rungs, at('2030-01-01T00:00:00.000Z'))).toBeUndefined();
  });

  it('and the next one never meet', () => {
    fc.assert(
      fc.property(
        days,
        fc.date({ min: at('2026-01-01T00:00:00Z'), max: at('2031-12-31T00:00:00Z'), noInvalidDate: true }),
        (deadline, now) => {
          const all = rungsOf(aCampaign({ deadline }));
          const due = dueRung(all, now)?.index ?? -1;
          expect(nextRung(all, now)?.index ?? all.length).toBe(due + 1);
        },
      ),
    );
  });
});

describe('a deadline', () => {
  it('is over with the end of its day in Dutch time, or at its instant', () => {
    expect(isPast('2026-05-31', at('2026-05-31T21:59:59Z'))).toBe(false);
    expect(isPast('2026-05-31', at('2026-05-31T22:00:00Z'))).toBe(true);
    expect(isPast('2026-05-31T10:00:00Z', at('2026-05-31T09:59:59Z'))).toBe(false);
    expect(isPast('2026-05-31T10:00:00Z', at('2026-05-31T10:00:00Z'))).toBe(true);
  });

  it('is so many Dutch days away', () => {
    expect(daysLeft('2026-05-31', at('2026-05-30T21:59:00Z'))).toBe(1);
    expect(daysLeft('2026-05-31', at('2026-05-30T22:01:00Z'))).toBe(0);
    expect(daysLeft('2026-05-31', at('2026-06-07T07:00:00Z'))).toBe(-7);
    expect(daysLeft('2026-05-31T10:00:00Z', at('2026-05-31T09:59:59Z'))).toBe(0);
  });
});

it('a length is whole days, hours, minutes or seconds', () => {
  expect(['P60D', 'PT30S', 'PT5M', 'PT2H'].map(parseLength)).toEqual([
    { days: 60 },
    { ms: 30_000 },
    { ms: 300_000 },
    { ms: 7_200_000 },
  ]);
  for (const text of ['P1W', '60', 'P-3D', 'PT1.5S', 'p1d', 'P1DT1H', '', 'PT', 'P12345D']) {
    expect(parseLength(text), text).toBeUndefined();
  }
});

it.each([
  ['2026-05-28T12:00:00.000Z', '2026-05-29'],
  ['2026-05-29T12:00:00.000Z', '2026-06-01'],
  ['2026-05-31T12:00:00.000Z', '2026-06-01'],
  // It is Monday in Dutch time.
  ['2026-05-31T22:30:00.000Z', '2026-06-02'],
  // A day of 25 hours.
  ['2026-10-24T22:30:00.000Z', '2026-10-26'],
])('after %s the schedule runs next on %s', (now, day) => {
  expect(nextWeekday(new Date(now))).toBe(day);
});
