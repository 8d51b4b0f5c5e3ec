import * as z from 'zod';
import type { BusEvent } from '../../shared/contracts/events/event.ts';
import { daysLeft } from '../../shared/domain/campaign/ladder.ts';
import { isLatestReminder } from '../../shared/domain/campaign/membership.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { standings } from '../../shared/domain/campaign/standing.ts';
import { PermanentError } from '../../shared/platform/errors.ts';
import type { SpendCloud } from './spend-cloud.ts';

const ofCampaign = z.object({ environmentId: z.string(), campaignId: z.string() });
const reminder = ofCampaign.extend({ rung: z.string(), standing: z.enum(standings) });

/**
 * Has Spend Cloud show a reminder inside the product, or take it away. A reminder of who has moved on since is not shown;
 * taking away is always told, since Spend Cloud may hear of the two in any order and goes by their time.
 */
export async function tellOfReminder(
  event: BusEvent,
  {
    campaigns,
    spendCloud,
    connectUrl,
  }: {
    readonly campaigns: CampaignRepository;
    readonly spendCloud: SpendCloud;
    /** Base of the page's address, without a slash at its end. */
    readonly connectUrl: string;
  },
): Promise<'told' | 'no-longer-due'> {
  const { eventId, at: timestamp } = event.detail;
  if (event['detail-type'] === 'ReminderCleared') {
    const data = read(ofCampaign, event);
    await spendCloud.post(eventId, { type: 'reminder.cleared', timestamp, data });
    return 'told';
  }
  const { standing, ...data } = read(reminder, event);
  const { environmentId, campaignId } = data;
  const [membership, campaign] = await Promise.all([
    campaigns.findMembership(environmentId),
    campaigns.find(campaignId),
  ]);
  const isDue =
    membership !== undefined &&
    isLatestReminder(membership, { campaignId, standing, at: timestamp }) &&
    campaign !== undefined &&
    campaign.pausedAt === undefined;
  if (!isDue) return 'no-longer-due';
  // The deadline may have been moved since.
  const { deadline } = campaign;
  await spendCloud.post(eventId, {
    type: 'reminder.due',
    timestamp,
    data: {
      ...data,
      deadline,
      daysLeft: daysLeft(deadline, new Date(timestamp)),
      step: standing,
      link: `${connectUrl}/connect`,
    },
  });
  return 'told';
}

function read<Schema extends z.ZodType>(schema: Schema, { detail }: BusEvent): z.output<Schema> {
  const parsed = schema.safeParse(detail);
  if (!parsed.success) throw new PermanentError(`Event ${detail.eventId} says too little of a reminder.`);
  return parsed.data;
}
