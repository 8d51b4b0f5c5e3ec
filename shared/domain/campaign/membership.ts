import type { HistoryEntry } from '../history/entry.ts';
import type { Standing } from './standing.ts';

/** An environment's part in a campaign; an environment is in one campaign at most. Its history is of its own. */
export interface Membership {
  readonly environmentId: string;
  readonly campaignId: string;
  /** As of the last event; whoever acts on it reads the connections again. */
  readonly standing: Standing;
  readonly standingSince: string;
  /** The first rung that it has not had. Absent while it gets no reminders: it is done, has left, or is paused. */
  readonly nextRung?: number;
  readonly lastReminder?: { readonly rung: string; readonly at: string };
  /** Reminders since the customer last moved. */
  readonly unanswered: number;
  readonly pausedAt?: string;
  /** It takes no part any more: an import says that it does not export to Visma.net. */
  readonly leftAt?: string;
  readonly version: number;
  readonly changedAt: string;
}

export interface MembershipChange {
  readonly before: Membership | undefined;
  readonly after: Membership;
  readonly entries: readonly HistoryEntry[];
}
