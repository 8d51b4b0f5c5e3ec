import type { Locale } from './environment.ts';

/** Days and hours are those of the customers, wherever a function runs. */
export const dutchTimeZone = 'Europe/Amsterdam';

/** An instant in the reader's language and in Dutch time. */
export function inDutchTime(instant: string, style: Intl.DateTimeFormatOptions, locale: Locale): string {
  return new Intl.DateTimeFormat(locale === 'nl' ? 'nl-NL' : 'en-GB', {
    ...style,
    timeZone: dutchTimeZone,
  }).format(new Date(instant));
}

/** e.g. `dinsdag 3 november 2026 om 10:15`. */
export function inWords(instant: string, locale: Locale): string {
  return inDutchTime(instant, { dateStyle: 'full', timeStyle: 'short' }, locale);
}
