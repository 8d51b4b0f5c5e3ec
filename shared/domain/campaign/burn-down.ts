import type { Snapshot } from './campaign.ts';
import { isDay } from './ladder.ts';

/** How many are left over time, against the straight line that would end with the deadline. */
export interface BurnDown {
  /** Instants; between the first count, or now, and the later of the deadline and now. */
  readonly from: string;
  readonly to: string;
  readonly deadlineAt: string;
  /** In the order of time; the last is now. */
  readonly points: readonly BurnDownPoint[];
  /** The straight line's first number: it falls to 0 at the deadline. */
  readonly goal: number;
}

export interface BurnDownPoint {
  readonly at: string;
  readonly left: number;
  readonly planned: number;
}

/**
 * The straight line starts with those who were left at the first count and those who joined since, so that an import in
 * parts does not look like going backwards.
 */
export function burnDown(snapshots: readonly Snapshot[], now: Snapshot, deadline: string): BurnDown {
  const counts = [
    ...snapshots.filter(({ at }) => at < now.at).toSorted((one, other) => (one.at < other.at ? -1 : 1)),
    now,
  ];
  const first = counts[0] ?? now;
  const deadlineAt = endOf(deadline);
  const goal = first.left + Math.max(0, now.left + now.done - first.left - first.done);
  const start = Date.parse(first.at);
  const length = deadlineAt.getTime() - start;
  const plannedAt = (at: string) => {
    if (length <= 0) return 0;
    const part = (deadlineAt.getTime() - Date.parse(at)) / length;
    return Math.round(goal * Math.min(1, Math.max(0, part)));
  };
  return {
    from: first.at,
    to: new Date(Math.max(deadlineAt.getTime(), Date.parse(now.at))).toISOString(),
    deadlineAt: deadlineAt.toISOString(),
    points: counts.map(({ at, left }) => ({ at, left, planned: plannedAt(at) })),
    goal,
  };
}

/** A day ends at midnight in Dutch time: in summer at 22:00 in UTC; the hour more of winter no picture of weeks shows. */
function endOf(deadline: string): Date {
  return new Date(isDay(deadline) ? `${deadline}T21:59:59.000Z` : deadline);
}

/** A campaign of minutes is told by times, any other by days. */
export function isLongChart({ from, to }: Pick<BurnDown, 'from' | 'to'>): boolean {
  return Date.parse(to) - Date.parse(from) >= 2 * 24 * 3_600_000;
}

/** Not more points than a list can show: the first, and the last ones. */
export function fewerPoints(points: readonly BurnDownPoint[], count: number): readonly BurnDownPoint[] {
  return points.length <= count ? points : [...points.slice(0, 1), ...points.slice(1 - count)];
}
