import { Cron } from 'croner';
import { UnsupportedTemplate } from './service.ts';

/** When a schedule is due. */
export interface Timetable {
  /** The first moment after `from` (milliseconds since the epoch), or undefined when there is none left. */
  next(from: number): number | undefined;
}

const unitSeconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/**
 * `rate(…)` and `cron(…)` of EventBridge rules and schedules, `at(…)` of schedules (Scheduler User Guide, "Schedule
 * types"). `anchor` is when the schedule began: rates count from it. Throws `UnsupportedTemplate`.
 */
export function readScheduleExpression(
  expression: string,
  anchor: number,
  path: string,
  timezone = 'UTC',
): Timetable {
  const [, kind, content] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  if (content === undefined)
    throw new UnsupportedTemplate(path, `${expression} is not rate(…), cron(…) or at(…)`);
  if (kind === 'rate') return rate(content, anchor, path);
  if (kind === 'cron') return cron(content, path, timezone);
  return at(content, path, timezone);
}

function rate(content: string, anchor: number, path: string): Timetable {
  const [, digits, unit, plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(content) ?? [];
  const value = Number(digits);
  const seconds = unitSeconds[unit ?? ''];
  // AWS insists: "If the value is equal to 1, then the unit must be singular", and the other way round.
  if (seconds === undefined || (value === 1) !== (plural === '')) {
    throw new UnsupportedTemplate(
      path,
      `rate(${content}): a value and minute(s), hour(s) or day(s), singular for 1`,
    );
  }
  const period = value * seconds * 1000;
  return { next: (from) => anchor + Math.max(1, Math.floor((from - anchor) / period) + 1) * period };
}

/** AWS's six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year. */
function cron(content: string, path: string, timezone: string): Timetable {
  const fields = content.split(' ');
  const [minute, hour, dayOfMonth, month, dayOfWeek, year] = fields;
  if (fields.length !== 6 || dayOfMonth === undefined || dayOfWeek === undefined) {
    throw new UnsupportedTemplate(path, `cron(${content}) has ${fields.length} fields instead of six`);
  }
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw new UnsupportedTemplate(path, `cron(${content}): exactly one of day of month and day of week is ?`);
  }
  // croner reads ? as "now", AWS as "any".
  const any = (field: string) => (field === '?' ? '*' : field);
  const pattern = ['0', minute, hour, any(dayOfMonth), month, any(dayOfWeek), year].join(' ');
  try {
    // sloppyRanges: AWS's `0/15` is croner's `0-59/15`.
    const job = new Cron(pattern, {
      mode: '7-part',
      alternativeWeekdays: true,
      sloppyRanges: true,
      timezone,
      paused: true,
    });
    return { next: (from) => job.nextRun(new Date(from))?.getTime() };
  } catch (cause) {
    throw new UnsupportedTemplate(path, `cron(${content}): ${String(cause)}`);
  }
}

function at(content: string, path: string, timezone: string): Timetable {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(content)) {
    throw new UnsupportedTemplate(path, `at(${content}) is not at(yyyy-mm-ddThh:mm:ss)`);
  }
  try {
    const job = new Cron(content, { timezone, paused: true });
    return { next: (from) => job.nextRun(new Date(from))?.getTime() };
  } catch (cause) {
    throw new UnsupportedTemplate(path, `at(${content}): ${String(cause)}`);
  }
}
