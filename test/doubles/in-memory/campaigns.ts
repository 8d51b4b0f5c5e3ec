import { rungShardOf, standingKeys } from '../../../shared/adapters/dynamodb/keys.ts';
import {
  checkCampaignChange,
  checkEnvironmentChange,
  checkMembershipChange,
  writeDigestOf,
} from '../../../shared/adapters/dynamodb/transaction-rules.ts';
import { isLeftToMove, isWaiting } from '../../../shared/domain/campaign/membership.ts';
import type { CampaignRepository } from '../../../shared/domain/campaign/repository.ts';
import { type Standing, standings } from '../../../shared/domain/campaign/standing.ts';
import { applyEnvironment, refusalsOfEnvironment } from './environments.ts';
import { refuse, type World } from './world.ts';

export function inMemoryCampaigns(world: World): CampaignRepository {
  const members = (campaignId: string) =>
    [...world.memberships.values()].filter((one) => one.campaignId === campaignId);
  const inStanding = (campaignId: string, standing: Standing) =>
    members(campaignId).filter((one) => one.standing === standing && one.leftAt === undefined);
  return {
    find: async (campaignId) => structuredClone(world.campaigns.get(campaignId)),
    all: async () =>
      structuredClone([...world.campaigns.values()].sort((a, b) => (a.campaignId < b.campaignId ? -1 : 1))),
    save: async (change) => {
      checkCampaignChange(change);
      const write = writeDigestOf(change);
      if (world.writes.get(change.entries[0]?.id ?? '') === write) return;
      const { before, after, deliveryKey } = change;
      refuse([
        deliveryKey !== undefined && world.deliveries.has(deliveryKey) && 'delivery-seen',
        world.campaigns.get(after.campaignId)?.version !== before?.version && 'concurrent-change',
      ]);
      if (deliveryKey !== undefined) world.deliveries.add(deliveryKey);
      world.campaigns.set(after.campaignId, structuredClone(after));
      world.append(change.entries, write);
    },
    findMembership: async (environmentId) => structuredClone(world.memberships.get(environmentId)),
    findMemberships: async (environmentIds) =>
      environmentIds.flatMap((id) => structuredClone(world.memberships.get(id)) ?? []),
    saveMembership: async (change, environment) => {
      checkMembershipChange(change);
      if (environment !== undefined) checkEnvironmentChange(environment);
      const write = writeDigestOf(change, environment);
      if (world.writes.get(change.entries[0]?.id ?? '') === write) return;
      const { before, after, deliveryKey } = change;
      refuse([
        deliveryKey !== undefined && world.deliveries.has(deliveryKey) && 'delivery-seen',
        world.memberships.get(after.environmentId)?.version !== before?.version && 'concurrent-change',
        ...(environment === undefined ? [] : refusalsOfEnvironment(world, environment)),
      ]);
      if (deliveryKey !== undefined) world.deliveries.add(deliveryKey);
      world.memberships.set(after.environmentId, structuredClone(after));
      world.append(change.entries, write);
      if (environment !== undefined) applyEnvironment(world, environment, write);
    },
    waitingForRung: async (campaignId, { rung, shard, after, limit }) => {
      const waiting = members(campaignId)
        .filter((one) => isWaiting(one) && one.nextRung === rung)
        .map(({ environmentId }) => environmentId)
        .filter((id) => rungShardOf(id) === shard && (after === undefined || id > after))
        .sort()
        .slice(0, limit);
      const last = waiting.at(-1);
      return {
        environmentIds: waiting,
        ...(waiting.length === limit && last !== undefined ? { after: last } : {}),
      };
    },
    pausedIn: async (campaignId) =>
      members(campaignId)
        .filter((one) => one.pausedAt !== undefined && isLeftToMove(one))
        .map(({ environmentId }) => environmentId)
        .sort(),
    countByStanding: async (campaignId) => {
      const counts = standings.map((standing) => [standing, inStanding(campaignId, standing).length]);
      return Object.fromEntries(counts) as Record<Standing, number>;
    },
    longestIn: async (campaignId, standing, limit) =>
      structuredClone(
        inStanding(campaignId, standing)
          .sort((a, b) => (standingKeys(a).stateSk < standingKeys(b).stateSk ? -1 : 1))
          .slice(0, limit),
      ),
    addSnapshot: async (campaignId, snapshot) => {
      const known = world.snapshots.get(campaignId) ?? [];
      if (known.some(({ at }) => at === snapshot.at)) return;
      world.snapshots.set(
        campaignId,
        [...known, snapshot].sort((a, b) => (a.at < b.at ? -1 : 1)),
      );
    },
    snapshots: async (campaignId) => structuredClone(world.snapshots.get(campaignId) ?? []),
  };
}
