import * as z from 'zod';
import type { Campaign, CampaignChange, Snapshot } from '../../domain/campaign/campaign.ts';
import { isLeftToMove, type Membership, type MembershipChange } from '../../domain/campaign/membership.ts';
import { standings } from '../../domain/campaign/standing.ts';
import { parseAs } from '../parsing.ts';
import { deliveryWrite } from './delivery-items.ts';
import { entryWrites } from './history-items.ts';
import { campaignKey, type Key, membershipKey, pausedKey, reminderKey, standingKeys } from './keys.ts';
import { hasVersion, isNew, put, remove, type Write } from './transaction.ts';

const campaignItem = z.object({
  campaignId: z.string(),
  deadline: z.string(),
  ladder: z.array(z.string()),
  afterwards: z.object({ every: z.string(), times: z.number().int() }),
  pausedAt: z.exactOptional(z.string()),
  version: z.number().int(),
  createdAt: z.string(),
  changedAt: z.string(),
} satisfies Record<keyof Campaign, z.ZodType>);

export function parseCampaign(item: unknown): Campaign {
  return parseAs(campaignItem, item, 'A stored campaign');
}

const membershipItem = z.object({
  environmentId: z.string(),
  campaignId: z.string(),
  standing: z.enum(standings),
  standingSince: z.string(),
  nextRung: z.number().int(),
  lastReminder: z.exactOptional(
    z.object({ rung: z.string(), at: z.string(), clearedAt: z.exactOptional(z.string()) }),
  ),
  unanswered: z.number().int(),
  pausedAt: z.exactOptional(z.string()),
  doneAt: z.exactOptional(z.string()),
  leftAt: z.exactOptional(z.string()),
  version: z.number().int(),
  changedAt: z.string(),
} satisfies Record<keyof Membership, z.ZodType>);

export function parseMembership(item: unknown): Membership {
  return parseAs(membershipItem, item, 'A stored membership');
}

const snapshotItem = z.object({
  at: z.string(),
  left: z.number().int(),
  done: z.number().int(),
} satisfies Record<keyof Snapshot, z.ZodType>);

export function parseSnapshot(item: unknown): Snapshot {
  return parseAs(snapshotItem, item, 'A stored snapshot');
}

export function campaignWrites({ before, after, entries, deliveryKey }: CampaignChange, write: string) {
  return [
    put(campaignKey(after.campaignId), after, 'concurrent-change', versionOf(before)),
    ...entryWrites(entries, write),
    ...deliveryWrites(deliveryKey, after.changedAt),
  ];
}

/** Who has left is not counted: he is not in the index. */
export function membershipWrites(
  { before, after, entries, deliveryKey }: MembershipChange,
  write: string,
): readonly Write[] {
  const indexed = after.leftAt === undefined ? standingKeys(after) : {};
  return [
    put(membershipKey(after.environmentId), { ...after, ...indexed }, 'concurrent-change', versionOf(before)),
    ...entryWrites(entries, write),
    ...placeWrites(before, after),
    ...deliveryWrites(deliveryKey, after.changedAt),
  ];
}

/** The version of the membership guards its place too. */
function placeWrites(before: Membership | undefined, after: Membership): readonly Write[] {
  const { environmentId } = after;
  const from = before === undefined ? undefined : placeOf(before);
  const to = placeOf(after);
  if (from?.pk === to?.pk) return [];
  return [
    ...(from === undefined ? [] : [remove(from)]),
    ...(to === undefined ? [] : [put(to, { environmentId })]),
  ];
}

function placeOf(membership: Membership): Key | undefined {
  const { environmentId, campaignId, pausedAt } = membership;
  if (!isLeftToMove(membership)) return undefined;
  return pausedAt === undefined
    ? reminderKey(membership, environmentId)
    : pausedKey(campaignId, environmentId);
}

function versionOf(before: { readonly version: number } | undefined) {
  return before === undefined ? isNew : hasVersion(before.version);
}

function deliveryWrites(deliveryKey: string | undefined, at: string): readonly Write[] {
  return deliveryKey === undefined ? [] : [deliveryWrite(deliveryKey, at)];
}
