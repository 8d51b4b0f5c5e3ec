import { describe, expect, it } from 'vitest';
import { burnDown, fewerPoints } from '../../../shared/domain/campaign/burn-down.ts';
import { drawBurnDown } from '../../../shared/domain/campaign/draw-burn-down.ts';

const at = (day: string) => `2027-05-${day}T22:00:00.000Z`;
const deadline = '2027-05-31';

describe('a burn-down', () => {
  it('falls in a straight line from those who were left to none at the deadline', () => {
    const { points, goal, deadlineAt } = burnDown(
      [
        { at: at('11'), left: 8, done: 2 },
        { at: at('21'), left: 7, done: 3 },
      ],
      { at: at('31'), left: 1, done: 9 },
      deadline,
    );
    expect([goal, deadlineAt]).toEqual([8, '2027-05-31T21:59:59.000Z']);
    expect(points.map(({ left, planned }) => [left, planned])).toEqual([
      [8, 8],
      [7, 4],
      [1, 0],
    ]);
  });

  it('counts who joined later into the line, and orders and replaces counts by their time', () => {
    const { points, goal } = burnDown(
      [
        { at: at('21'), left: 99, done: 0 },
        { at: at('20'), left: 12, done: 0 },
        { at: at('11'), left: 10, done: 0 },
      ],
      { at: at('21'), left: 12, done: 3 },
      deadline,
    );
    expect(goal).toBe(15);
    expect(points.map(({ left }) => left)).toEqual([10, 12, 12]);
  });

  it('has nothing planned after the deadline, and goes on to now', () => {
    const now = { at: '2027-06-20T10:00:00.000Z', left: 3, done: 0 };
    const { points, to } = burnDown([], now, deadline);
    expect(points).toEqual([{ at: now.at, left: 3, planned: 0 }]);
    expect(to).toBe(now.at);
  });

  it('is shortened to its first and its last points', () => {
    const points = [1, 2, 3, 4, 5].map((left) => ({ at: at('11'), left, planned: 0 }));
    expect(fewerPoints(points, 3).map(({ left }) => left)).toEqual([1, 4, 5]);
    expect(fewerPoints(points, 5)).toBe(points);
  });
});

describe('its picture', () => {
  const words = {
    title: 'Left <b> & "quoted"',
    description: 'Three of ten.',
    left: 'To go',
    planned: 'Planned',
    deadline: 'Deadline',
    locale: 'en',
  } as const;
  const now = { at: at('21'), left: 3, done: 7 };

  it('runs and fetches nothing, and says in words what it shows', () => {
    const svg = drawBurnDown(burnDown([{ at: at('11'), left: 10, done: 0 }], now, deadline), words);
    expect(svg).toContain('role="img" aria-labelledby="title description"');
    expect(svg).toContain('<title id="title">Left &#60;b&#62; &#38; &#34;quoted&#34;</title>');
    expect(svg).toContain('<desc id="description">Three of ten.</desc>');
    expect(svg).not.toMatch(/<script|<image|href|\son[a-z]+=|url\(|@import/i);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  it.each([
    ['a single count', burnDown([], now, deadline)],
    ['nobody at all', burnDown([], { at: at('21'), left: 0, done: 0 }, deadline)],
    ['a count at the deadline', burnDown([], { at: at('31'), left: 2, done: 0 }, deadline)],
    ['a campaign of seconds', burnDown([], now, '2027-05-21T22:00:30.000Z')],
  ])('is drawn within its frame of %s', (_what, chart) => {
    const svg = drawBurnDown(chart, words);
    const numbers = [...svg.matchAll(/c[xy]="([^"]+)"|points="([^"]+)"/g)].flatMap(([, one, list]) =>
      (one ?? list ?? '').split(/[ ,]/).map(Number),
    );
    expect(numbers.length).toBeGreaterThan(4);
    for (const number of numbers) {
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThanOrEqual(640);
    }
  });
});
