/**
 * When in its period a connection is checked. Its place follows from its id and never changes, so that checks are spread
 * over the day and a day lies between two of one connection, whatever the length of a period.
 */
export const places = 65_536;

/** Part of a period: the places from `from` up to and without `to`. */
export interface Stretch {
  readonly period: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What is to be planned at an instant: the places whose moment lies within the next `planEverySeconds`, a whole period
 * at most. Two stretches where a new period begins in between. Plans in a row leave no place out and have none twice.
 */
export function stretchesFrom(
  at: Date,
  { periodSeconds, planEverySeconds }: { readonly periodSeconds: number; readonly planEverySeconds: number },
): readonly Stretch[] {
  const seconds = at.getTime() / 1000;
  const until = seconds + Math.min(planEverySeconds, periodSeconds);
  const first = Math.floor(seconds / periodSeconds);
  const placeIn = (period: number, instant: number) =>
    Math.min(places, Math.max(0, Math.ceil((instant / periodSeconds - period) * places)));
  return [first, first + 1]
    .map((period) => ({ period, from: placeIn(period, seconds), to: placeIn(period, until) }))
    .filter(({ from, to }) => from < to);
}

/** The moment of a place in a period, in milliseconds since the epoch. */
export function momentOf(
  period: number,
  place: number,
  { periodSeconds }: { readonly periodSeconds: number },
): number {
  return (period + place / places) * periodSeconds * 1000;
}
