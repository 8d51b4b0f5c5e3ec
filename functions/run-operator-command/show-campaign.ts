import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import { burnDown } from '../../shared/domain/campaign/burn-down.ts';
import { drawBurnDown } from '../../shared/domain/campaign/draw-burn-down.ts';
import { daysLeft } from '../../shared/domain/campaign/ladder.ts';
import { type Standing, standings, totalsOf } from '../../shared/domain/campaign/standing.ts';
import { reachableContacts } from '../../shared/domain/environment/undeliverable.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { noCampaign, ok } from './answers.ts';
import type { OperatorDependencies } from './dependencies.ts';

/**
 * `ShowCampaign`: how many environments stand where, who has been there longest in each standing, how the counts went,
 * and the burn-down as a picture. Counts and lists are of the index, which may lag by seconds.
 */
export async function showCampaign(
  dependencies: OperatorDependencies,
  { campaignId, limit }: CommandOf<'ShowCampaign'>,
): Promise<HttpAnswer> {
  const { campaigns, clock } = dependencies;
  const campaign = await campaigns.find(campaignId);
  if (campaign === undefined) return noCampaign(campaignId);
  const counts = await campaigns.countByStanding(campaignId);
  const { left, done, all } = totalsOf(counts);
  const now = clock();
  const snapshots = await campaigns.snapshots(campaignId);
  const inTime = daysLeft(campaign.deadline, now);
  const stuck = await Promise.all(
    standings
      .filter((standing) => standing !== 'done' && counts[standing] > 0)
      .map((standing) => longestIn(dependencies, campaignId, standing, limit)),
  );
  return ok({
    campaignId,
    deadline: campaign.deadline,
    daysLeft: inTime,
    ...(campaign.pausedAt === undefined ? {} : { pausedAt: campaign.pausedAt }),
    environments: all,
    left,
    done,
    standings: standings.map((standing) => ({ standing, environments: counts[standing] })),
    longest: stuck.flat(),
    snapshots,
    picture: drawBurnDown(burnDown(snapshots, { at: now.toISOString(), left, done }, campaign.deadline), {
      title: 'Environments still to move',
      description: `${left} of ${all} environments are still to move, ${done} are done. The deadline is ${campaign.deadline}.`,
      left: 'To go',
      planned: 'Planned',
      deadline: 'Deadline',
      locale: 'en',
    }),
  });
}

/** Who has been in a standing longest, with what there is to know before calling him. */
async function longestIn(
  { campaigns, environments }: OperatorDependencies,
  campaignId: string,
  standing: Standing,
  limit: number,
): Promise<readonly object[]> {
  const members = await campaigns.longestIn(campaignId, standing, limit);
  return Promise.all(
    members.map(async ({ environmentId, standingSince, lastReminder, pausedAt }) => {
      const environment = await environments.find(environmentId);
      return {
        standing,
        environmentId,
        name: environment?.name ?? '',
        since: standingSince,
        contactsReachable: environment === undefined ? 0 : reachableContacts(environment).length,
        lastReminder: lastReminder === undefined ? 'none' : `${lastReminder.rung} at ${lastReminder.at}`,
        ...(pausedAt === undefined ? {} : { pausedAt }),
      };
    }),
  );
}
