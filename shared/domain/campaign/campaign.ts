import type { HistoryEntry } from '../history/entry.ts';

/** The set of environments that must move before a deadline, with its reminder ladder. */
export interface Campaign {
  /** Lower-case letters, digits and dashes. */
  readonly campaignId: string;
  /** The last day of the old way, a date such as `2027-05-31` in Dutch time; or an instant, for a campaign of minutes. */
  readonly deadline: string;
  /** Rungs in order, each so long before the deadline: `P60D`, or `PT30S` for a campaign of minutes; `P0D` is the day itself. */
  readonly ladder: readonly string[];
  /** Between the rungs after the last of the ladder. */
  readonly afterwards: { readonly every: string; readonly times: number };
  readonly pausedAt?: string;
  readonly version: number;
  readonly createdAt: string;
  readonly changedAt: string;
}

export const defaultLadder: readonly string[] = ['P60D', 'P30D', 'P14D', 'P7D', 'P3D', 'P1D', 'P0D'];

/** Weekly for half a year: then a person must decide what is to become of who is left. */
export const defaultAfterwards: Campaign['afterwards'] = { every: 'P7D', times: 26 };

export interface CampaignChange {
  readonly before: Campaign | undefined;
  readonly after: Campaign;
  readonly entries: readonly HistoryEntry[];
  readonly deliveryKey?: string;
}

/** How many environments stood where at an instant; the burn-down is made of these. */
export interface Snapshot {
  readonly at: string;
  /** Environments that have not moved yet, and those that have. */
  readonly left: number;
  readonly done: number;
}
