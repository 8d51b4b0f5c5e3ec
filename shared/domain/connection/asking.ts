import type { HistoryEntry } from '../history/entry.ts';
import type { ConnectionState } from './connection.ts';
import { secondsUntil } from './next-step.ts';
import type { OnboardingPolicy } from './policy.ts';

/**
 * How long an operator has been asked for something, read from the connection's whole history. A wait that is woken for
 * another reason goes on with what is left of it: nobody is asked twice, and no deadline moves.
 */
export interface Asking {
  /** Whether to ask now. */
  readonly ask: boolean;
  readonly waitSeconds: number;
  /** Nobody helped in time. */
  readonly overdue: boolean;
}

/** Asked at every `stockWaitSeconds`, for `stockPatienceSeconds` in all. */
export function askForCodes(entries: readonly HistoryEntry[], policy: OnboardingPolicy, now: string): Asking {
  const begin = beginOfStay(entries, 'code-requested');
  const asked = entries.findLast(
    (entry) => entry.type === 'InvitationCodeStockEmpty' && entry.sequence >= (begin?.sequence ?? 0),
  );
  const ask = asked === undefined || secondsSince(asked.at, now) >= policy.stockWaitSeconds;
  const patience = plusSeconds(begin?.at ?? now, policy.stockPatienceSeconds);
  const next = plusSeconds(ask ? now : asked.at, policy.stockWaitSeconds);
  return {
    ask,
    waitSeconds: secondsUntil(next < patience ? next : patience, now),
    overdue: patience <= now,
  };
}

/** Asked once; overdue after `mappingWaitSeconds`, which the workflow notices by the wait's timeout. */
export function askForMapping(
  entries: readonly HistoryEntry[],
  policy: OnboardingPolicy,
  now: string,
): Asking {
  const begin = beginOfStay(entries, 'access-tested');
  const asked = entries.find(
    (entry) => entry.type === 'MappingMissing' && entry.sequence >= (begin?.sequence ?? 0),
  );
  const deadline = plusSeconds(asked?.at ?? now, policy.mappingWaitSeconds);
  return { ask: asked === undefined, waitSeconds: secondsUntil(deadline, now), overdue: deadline <= now };
}

/** The entry with which the connection came into its state, or with which a further execution took it up there. */
function beginOfStay(entries: readonly HistoryEntry[], state: ConnectionState): HistoryEntry | undefined {
  return entries.findLast(
    (entry, index) =>
      entry.detail.state === state &&
      (entry.type === 'OnboardingStarted' || entries[index - 1]?.detail.state !== state),
  );
}

function plusSeconds(from: string, seconds: number): string {
  return new Date(Date.parse(from) + seconds * 1000).toISOString();
}

function secondsSince(then: string, now: string): number {
  return (Date.parse(now) - Date.parse(then)) / 1000;
}
