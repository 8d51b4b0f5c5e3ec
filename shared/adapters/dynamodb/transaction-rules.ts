import type { CampaignChange } from '../../domain/campaign/campaign.ts';
import type { MembershipChange } from '../../domain/campaign/membership.ts';
import type { ConnectionChange } from '../../domain/connection/connection.ts';
import { IllegalTransition, isLegal } from '../../domain/connection/transitions.ts';
import type { EnvironmentChange } from '../../domain/environment/environment.ts';
import type { HistoryEntry } from '../../domain/history/entry.ts';
import { digest } from '../../platform/ids.ts';

/**
 * Refuses a change that no state of the table could make right: these are mistakes of ours, and as failed conditions
 * they would be repeated for ever.
 */
export function checkConnectionChange({ before, after, entries }: ConnectionChange): void {
  if (before !== undefined && !isLegal(before.state, after.state)) {
    throw new IllegalTransition(before.state, after.state);
  }
  checkEntries(entries, before?.version ?? 0, after.version, after.connectionId);
}

export function checkEnvironmentChange({ before, after, entries }: EnvironmentChange): void {
  checkEntries(entries, before?.version ?? 0, after.version, after.environmentId);
}

export function checkCampaignChange({ before, after, entries }: CampaignChange): void {
  checkEntries(entries, before?.version ?? 0, after.version, after.campaignId);
}

/** A rung that comes again would be a second reminder of the same thing. */
export function checkMembershipChange({ before, after, entries }: MembershipChange): void {
  checkEntries(entries, before?.version ?? 0, after.version, after.environmentId);
  if (before?.campaignId === after.campaignId && after.nextRung < before.nextRung) {
    throw new Error(`${after.environmentId} would get rung ${after.nextRung} again.`);
  }
}

/** The version is the number of entries, so that each entry's sequence is its own and none is missing. */
function checkEntries(entries: readonly HistoryEntry[], from: number, to: number, aggregateId: string): void {
  const numbered = entries.every(
    (entry, index) => entry.sequence === from + index + 1 && entry.aggregateId === aggregateId,
  );
  if (entries.length === 0 || !numbered || to !== from + entries.length) {
    throw new Error(
      `The change of ${aggregateId} from version ${from} to ${to} needs one entry of its own for each version.`,
    );
  }
}

/**
 * Names the content of one write. It is stored with the first entry: whoever repeats a write because its answer was
 * lost finds his own name there and knows that it happened, however long ago.
 */
export function writeDigestOf(...content: readonly unknown[]): string {
  return digest(JSON.stringify(content)).slice(0, 32);
}
