import type {
  ReminderMessage,
  ReminderMessageOf,
  ReminderPace,
} from '../../shared/contracts/queues/reminders.ts';
import { dueRung, rungsOf } from '../../shared/domain/campaign/ladder.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import { waitingUpTo } from '../../shared/domain/campaign/waiting.ts';
import type { Clock } from '../../shared/platform/clock.ts';

export interface Planner {
  readonly campaigns: CampaignRepository;
  readonly queue: { send(message: ReminderMessage, delaySeconds?: number): Promise<void> };
  readonly pace: ReminderPace;
  readonly clock: Clock;
}

/** Sends the first page of every campaign that has a rung due; answers of how many. */
export async function startRun({ campaigns, queue, clock }: Planner, at: string): Promise<number> {
  const due = (await campaigns.all()).filter(
    (campaign) => campaign.pausedAt === undefined && dueRung(rungsOf(campaign), clock()) !== undefined,
  );
  for (const { campaignId } of due) {
    await queue.send({ kind: 'page', campaignId, at, rung: 0, shard: 0 });
  }
  return due.length;
}

/** Messages on their way at the same time. */
const sentAtOnce = 10;

/**
 * Sends a message for each of up to `pageSize` environments that wait for the rung that is due or for an earlier one, spread
 * over the seconds that the pace gives them, and itself for those after. A page that comes twice sends everything twice,
 * which `remind` forgives.
 */
export async function sendPage(
  { campaigns, queue, pace, clock }: Planner,
  { campaignId, at, rung, shard, after }: ReminderMessageOf<'page'>,
): Promise<number> {
  const campaign = await campaigns.find(campaignId);
  if (campaign === undefined || campaign.pausedAt !== undefined) return 0;
  const due = dueRung(rungsOf(campaign), clock());
  if (due === undefined) return 0;
  const from = { rung, shard, ...(after === undefined ? {} : { after }) };
  const { environmentIds, next } = await waitingUpTo(campaigns, campaignId, due.index, from, pace.pageSize);
  for (let start = 0; start < environmentIds.length; start += sentAtOnce) {
    const some = environmentIds.slice(start, start + sentAtOnce);
    await Promise.all(
      some.map((environmentId, index) =>
        queue.send(
          { kind: 'remind', campaignId, environmentId, rung: due.index, at },
          (start + index) / pace.remindersPerSecond,
        ),
      ),
    );
  }
  if (next !== undefined) {
    await queue.send(
      { kind: 'page', campaignId, at, ...next },
      environmentIds.length / pace.remindersPerSecond,
    );
  }
  return environmentIds.length;
}
