import type { HistoryEntry } from '../history/entry.ts';
import type { Standing } from './standing.ts';

/** An environment's part in a campaign; an environment is in one campaign at most. Its history is of its own. */
export interface Membership {
  readonly environmentId: string;
  readonly campaignId: string;
  /** As of the last event; whoever acts on it reads the connections again. */
  readonly standing: Standing;
  readonly standingSince: string;
  /** The first rung that it has not had. It never goes back, so that no rung comes twice. */
  readonly nextRung: number;
  /** The latest; `clearedAt` since Spend Cloud was told that it need not be shown any more. */
  readonly lastReminder?: { readonly rung: string; readonly at: string; readonly clearedAt?: string };
  /** Reminders since the customer last moved. */
  readonly unanswered: number;
  readonly pausedAt?: string;
  /** When it was done for the first time. What breaks a connection afterwards has mails of its own. */
  readonly doneAt?: string;
  /** It takes no part any more: an import says that it does not export to Visma.net. */
  readonly leftAt?: string;
  readonly version: number;
  readonly changedAt: string;
}

/** Whether a rung can come: whoever is done, was disconnected after it, has left or is paused waits for none. */
export function isWaiting(membership: Membership): boolean {
  return membership.pausedAt === undefined && isLeftToMove(membership);
}

/** Whether it would wait for a rung if it were not paused. */
export function isLeftToMove({ standing, doneAt, leftAt }: Membership): boolean {
  if (leftAt !== undefined || standing === 'done') return false;
  return standing !== 'disconnected' || doneAt === undefined;
}

interface Told {
  readonly campaignId?: unknown;
  readonly standing?: unknown;
  readonly at: string;
}

/** Whether what an event told of a standing is still so: it waits, and has not moved since. */
export function isWaitingAs(membership: Membership, told: Told): boolean {
  return (
    isWaiting(membership) &&
    membership.campaignId === told.campaignId &&
    membership.standing === told.standing
  );
}

/** Whether what an event told of a reminder is still so: it waits, has not moved since, and has had no later one. */
export function isLatestReminder(membership: Membership, told: Told): boolean {
  return isWaitingAs(membership, told) && membership.lastReminder?.at === told.at;
}

export interface MembershipChange {
  readonly before: Membership | undefined;
  readonly after: Membership;
  readonly entries: readonly HistoryEntry[];
  readonly deliveryKey?: string;
}
