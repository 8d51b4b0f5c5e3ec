import { dutchTimeZone as timeZone } from '../environment/dutch-time.ts';
import type { Campaign } from './campaign.ts';

/** One rung: by its number in the ladder, 0 first; those after the ladder go on counting. */
export interface Rung {
  readonly index: number;
  /** As in the ladder, e.g. `P30D`; afterwards `+P7D`, `+P14D` … Names the rung in the history. */
  readonly name: string;
  /** From here on it is due. */
  readonly at: Date;
}

/** Runs are at this hour of the customers' weekdays (infra/config.ts). */
const hourOfDay = 9;
const dayMs = 24 * 3_600_000;
/** Costly to make, and asked for at every rung. */
const dutchDays = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
const dutchHours = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });

/** A length of a ladder: whole days, or seconds, minutes or hours for campaigns of minutes. */
export function parseLength(text: string): { readonly days: number } | { readonly ms: number } | undefined {
  const [, days] = /^P(\d{1,4})D$/.exec(text) ?? [];
  if (days !== undefined) return { days: Number(days) };
  const [, count, unit = ''] = /^PT(\d{1,6})([SMH])$/.exec(text) ?? [];
  const unitMs = new Map([
    ['S', 1_000],
    ['M', 60_000],
    ['H', 3_600_000],
  ]).get(unit);
  return unitMs === undefined ? undefined : { ms: Number(count) * unitMs };
}

/**
 * All rungs in order. A rung of days begins at nine on its day in Dutch time, on the Friday before when a weekend lies
 * before the deadline, any other at its very instant. Of several on one Friday the last one is given.
 */
export function rungsOf(campaign: Pick<Campaign, 'deadline' | 'ladder' | 'afterwards'>): readonly Rung[] {
  const { deadline, ladder, afterwards } = campaign;
  const after = Array.from({ length: afterwards.times }, (_, index) => ({
    name: `+${times(afterwards.every, index + 1)}`,
    at: moment(deadline, times(afterwards.every, index + 1), 'after'),
  }));
  return [...ladder.map((name) => ({ name, at: moment(deadline, name, 'before') })), ...after].map(
    (rung, index) => ({ index, ...rung }),
  );
}

/** The last rung that is due at an instant: one that was missed is not caught up with when the next has come. */
export function dueRung(rungs: readonly Rung[], now: Date): Rung | undefined {
  return rungs.findLast(({ at }) => at <= now);
}

/** The first rung that is still to come, for who joins now. */
export function nextRung(rungs: readonly Rung[], now: Date): Rung | undefined {
  return rungs.find(({ at }) => at > now);
}

/** Whole days from one Dutch day to that of the deadline; negative after it. */
export function daysLeft(deadline: string, now: Date): number {
  return Math.round((Date.parse(dayOf(deadline)) - Date.parse(dutchDay(now))) / dayMs);
}

/** When the deadline is over: with the end of its day in Dutch time, or at its instant. */
export function isPast(deadline: string, now: Date): boolean {
  return isDay(deadline) ? dutchDay(now) > deadline : Date.parse(deadline) <= now.getTime();
}

/** Whether a deadline is a day, as it is but in a campaign of minutes. */
export function isDay(deadline: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(deadline);
}

function dayOf(deadline: string): string {
  return isDay(deadline) ? deadline : dutchDay(new Date(deadline));
}

/** The day of an instant in Dutch time, `yyyy-mm-dd`. */
export function dutchDay(instant: Date): string {
  return dutchDays.format(instant);
}

function moment(deadline: string, length: string, side: 'before' | 'after'): Date {
  const parsed = parseLength(length);
  if (parsed === undefined) throw new RangeError(`${length} is no length of a ladder.`);
  const sign = side === 'before' ? -1 : 1;
  if ('ms' in parsed) return new Date(Date.parse(deadline) + sign * parsed.ms);
  const day = new Date(Date.parse(dayOf(deadline)) + sign * parsed.days * dayMs);
  // Early rather than late: with a deadline on a Sunday the last two rungs would come after it.
  while (side === 'before' && isWeekend(day)) day.setTime(day.getTime() - dayMs);
  return nineOClock(day);
}

/** Of a day that is given by its midnight in UTC. */
function isWeekend(day: Date): boolean {
  return day.getUTCDay() % 6 === 0;
}

/** Nine in Dutch time on a day that is given by its midnight in UTC. Clocks change at night, so noon tells the offset. */
export function nineOClock(day: Date): Date {
  const noon = new Date(day.getTime() + dayMs / 2);
  const hour = Number(dutchHours.format(noon));
  return new Date(noon.getTime() - (hour - hourOfDay) * 3_600_000);
}

/** The day after an instant's on which the schedule runs next, `yyyy-mm-dd`: nothing goes out on a Saturday or a Sunday. */
export function nextWeekday(instant: Date): string {
  const day = new Date(Date.parse(dutchDay(instant)) + dayMs);
  while (isWeekend(day)) day.setTime(day.getTime() + dayMs);
  return day.toISOString().slice(0, 10);
}

function times(length: string, count: number): string {
  return length.replace(/\d+/, (digits) => String(Number(digits) * count));
}
