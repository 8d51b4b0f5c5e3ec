import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import type { Campaign } from '../../shared/domain/campaign/campaign.ts';
import { dueRung, nextWeekday, nineOClock, type Rung, rungsOf } from '../../shared/domain/campaign/ladder.ts';
import { remind } from '../../shared/domain/campaign/remind.ts';
import { type RungPlace, waitingUpTo } from '../../shared/domain/campaign/waiting.ts';
import { reachableContacts } from '../../shared/domain/environment/undeliverable.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { invalid, noCampaign, ok } from './answers.ts';
import type { OperatorDependencies } from './dependencies.ts';

/**
 * `PreviewReminders`: everybody who waits for the rung that is due then, with what `remind` would do now for that moment;
 * on the last page those whom an operator paused.
 */
export async function previewReminders(
  dependencies: OperatorDependencies,
  { campaignId, on, limit, cursor }: CommandOf<'PreviewReminders'>,
): Promise<HttpAnswer> {
  const { campaigns, clock } = dependencies;
  const campaign = await campaigns.find(campaignId);
  if (campaign === undefined) return noCampaign(campaignId);
  const from = placeOf(cursor);
  if (from === undefined) {
    return invalid([{ path: 'cursor', message: 'is none of ours: start without one' }]);
  }
  const at = momentOf(on ?? nextWeekday(clock()));
  const rungs = rungsOf(campaign);
  const due = dueRung(rungs, at);
  const { deadline, pausedAt } = campaign;
  const head = {
    campaignId,
    at: at.toISOString(),
    deadline,
    rung: due?.name ?? 'none',
    ...(pausedAt === undefined ? {} : { campaignPausedAt: pausedAt }),
  };
  if (due === undefined) {
    const [first] = rungs;
    return ok({ ...head, firstRungAt: first?.at.toISOString() ?? '', reminders: [] });
  }
  const { environmentIds, next } = await waitingUpTo(campaigns, campaignId, due.index, from, limit);
  const paused = next === undefined ? await campaigns.pausedIn(campaignId) : [];
  const rows = await Promise.all(
    [...environmentIds, ...paused].map((environmentId) =>
      rowOf(dependencies, campaign, due, at, environmentId),
    ),
  );
  return ok({
    ...head,
    reminders: rows.filter((row) => row !== undefined),
    ...(next === undefined ? {} : { cursor: `${next.rung}:${next.shard}:${next.after ?? ''}` }),
  });
}

async function rowOf(
  { campaigns, environments, connections }: OperatorDependencies,
  stored: Campaign,
  due: Rung,
  at: Date,
  environmentId: string,
): Promise<object | undefined> {
  const [membership, environment, own] = await Promise.all([
    campaigns.findMembership(environmentId),
    environments.find(environmentId),
    connections.findByEnvironment(environmentId),
  ]);
  // That the campaign is paused is said once, above: the rows show what is held back.
  const { pausedAt: _, ...campaign } = stored;
  const cause = { at: at.toISOString(), by: 'preview', correlationId: 'preview' };
  const result = remind(
    { membership, campaign, environment, connections: own },
    due.index,
    { unansweredMax: Number.POSITIVE_INFINITY },
    cause,
  );
  if (membership === undefined || environment === undefined) return undefined;
  // Who has had this very rung is no longer due for it, paused or not.
  if (membership.nextRung > due.index) return undefined;
  const standing = result.change?.after.standing ?? membership.standing;
  const contacts = reachableContacts(environment).length;
  return {
    environmentId,
    name: environment.name,
    standing,
    contacts,
    gets: gets(result, due.name, contacts),
    unanswered: membership.unanswered,
  };
}

function gets(result: ReturnType<typeof remind>, rung: string, contacts: number): string {
  if (result.outcome === 'silent') return `nothing: ${result.reason}`;
  return contacts === 0 ? `${rung} in Spend Cloud only: no reachable contact` : rung;
}

/** A day means the hour at which reminders go on it. */
function momentOf(on: string): Date {
  return on.includes('T') ? new Date(on) : nineOClock(new Date(on));
}

function placeOf(cursor: string | undefined): RungPlace | undefined {
  if (cursor === undefined) return { rung: 0, shard: 0 };
  const [, rung, shard, after] = /^(\d{1,3}):(\d):([a-z0-9-]*)$/.exec(cursor) ?? [];
  if (rung === undefined || shard === undefined || after === undefined) return undefined;
  return { rung: Number(rung), shard: Number(shard), ...(after === '' ? {} : { after }) };
}
