import type {
  ReminderMessage,
  ReminderMessageOf,
  ReminderPace,
} from '../../shared/contracts/queues/reminders.ts';
import { dueRung, rungsOf } from '../../shared/domain/campaign/ladder.ts';
import { type CampaignRepository, rungShards } from '../../shared/domain/campaign/repository.ts';
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

/** SQS takes about so many from one function without a queue of its own building up. */
const sentAtOnce = 10;

/**
 * Sends a message for each of up to `pageSize` environments that wait for the rung that is due or for an earlier one, spread
 * over the seconds that the pace gives them, and itself for those after. The read costs a unit for about fifty of them
 * and half a unit for a place where nobody waits. A page that comes twice sends everything twice, which `remind` forgives.
 */
export async function sendPage(
  { campaigns, queue, pace, clock }: Planner,
  page: ReminderMessageOf<'page'>,
): Promise<number> {
  const { campaignId, at } = page;
  const campaign = await campaigns.find(campaignId);
  if (campaign === undefined || campaign.pausedAt !== undefined) return 0;
  const due = dueRung(rungsOf(campaign), clock());
  if (due === undefined) return 0;
  const rung = due.index;

  const found: string[] = [];
  let place: Place = placeOf(page);
  while (place.rung <= rung && found.length < pace.pageSize) {
    const { environmentIds, after } = await campaigns.waitingForRung(campaignId, {
      ...place,
      limit: pace.pageSize - found.length,
    });
    found.push(...environmentIds);
    place = after === undefined ? following(place) : { ...place, after };
  }
  for (let from = 0; from < found.length; from += sentAtOnce) {
    const some = found.slice(from, from + sentAtOnce);
    await Promise.all(
      some.map((environmentId, index) =>
        queue.send(
          { kind: 'remind', campaignId, environmentId, rung, at },
          (from + index) / pace.remindersPerSecond,
        ),
      ),
    );
  }
  if (place.rung <= rung) {
    const next = { kind: 'page', campaignId, at, ...place } as const;
    await queue.send(next, found.length / pace.remindersPerSecond);
  }
  return found.length;
}

interface Place {
  readonly rung: number;
  readonly shard: number;
  readonly after?: string;
}

function placeOf({ rung, shard, after }: Place): Place {
  return { rung, shard, ...(after === undefined ? {} : { after }) };
}

function following({ rung, shard }: Place): Place {
  return shard + 1 < rungShards ? { rung, shard: shard + 1 } : { rung: rung + 1, shard: 0 };
}
