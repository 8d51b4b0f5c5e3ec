import { isLongChart } from '../../shared/domain/campaign/burn-down.ts';
import { isDay } from '../../shared/domain/campaign/ladder.ts';
import { inDutchTime, inWords } from '../../shared/domain/environment/dutch-time.ts';
import type { Locale } from '../../shared/domain/environment/environment.ts';

/** A campaign's deadline in words: a day, or an instant where it is one of minutes. */
export function deadlineInWords(deadline: string, locale: Locale): string {
  if (!isDay(deadline)) return inWords(deadline, locale);
  return inDutchTime(`${deadline}T12:00:00.000Z`, { dateStyle: 'full' }, locale);
}

/** How long ago, in words and in the largest unit that it fills. */
export function ago(instant: string, now: Date, locale: Locale): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(instant)) / 60_000));
  const words = new Intl.RelativeTimeFormat(locale);
  if (minutes < 60) return words.format(-minutes, 'minute');
  if (minutes < 48 * 60) return words.format(-Math.floor(minutes / 60), 'hour');
  return words.format(-Math.floor(minutes / (24 * 60)), 'day');
}

/** The day of an instant in Dutch time, e.g. `3 november 2026`. */
export function dayInWords(instant: string, locale: Locale): string {
  return inDutchTime(instant, { dateStyle: 'long' }, locale);
}

/** The day of a count, or its time in a campaign of minutes. */
export function momentInWords(
  instant: string,
  chart: { readonly from: string; readonly to: string },
  locale: Locale,
): string {
  return inDutchTime(instant, isLongChart(chart) ? { dateStyle: 'medium' } : { timeStyle: 'medium' }, locale);
}
