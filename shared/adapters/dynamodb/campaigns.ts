import * as z from 'zod';
import type { CampaignRepository } from '../../domain/campaign/repository.ts';
import { type Standing, standings } from '../../domain/campaign/standing.ts';
import { parseAs } from '../parsing.ts';
import {
  campaignWrites,
  membershipWrites,
  parseCampaign,
  parseMembership,
  parseSnapshot,
} from './campaign-items.ts';
import { environmentWrites } from './environment-items.ts';
import { entryKey } from './history-items.ts';
import {
  campaignKey,
  membershipKey,
  pausedKey,
  reminderPk,
  snapshotKey,
  standingKeys,
  standingPk,
  stateIndex,
  stateShards,
} from './keys.ts';
import { putItem } from './single-writes.ts';
import { countItems, queryItems, queryPrefix, readItem, readItems, type Table } from './table.ts';
import { isNew, transact } from './transaction.ts';
import {
  checkCampaignChange,
  checkEnvironmentChange,
  checkMembershipChange,
  writeDigestOf,
} from './transaction-rules.ts';

const place = z.object({ environmentId: z.string() });
const indexed = z.object({ pk: z.string(), stateSk: z.string() });

export function createCampaignRepository(table: Table): CampaignRepository {
  return {
    find: async (campaignId) => {
      const item = await readItem(table, campaignKey(campaignId));
      return item === undefined ? undefined : parseCampaign(item);
    },
    all: async () => (await queryPrefix(table, campaignKey('').pk, 'CAMPAIGN#')).map(parseCampaign),
    save: async (change) => {
      checkCampaignChange(change);
      const write = writeDigestOf(change);
      await transact(table, campaignWrites(change, write), writtenAt(change.entries, write));
    },
    findMembership: async (environmentId) => {
      const item = await readItem(table, membershipKey(environmentId));
      return item === undefined ? undefined : parseMembership(item);
    },
    findMemberships: async (environmentIds) =>
      (await readItems(table, environmentIds.map(membershipKey))).map(parseMembership),
    saveMembership: async (change, environment) => {
      checkMembershipChange(change);
      if (environment !== undefined) checkEnvironmentChange(environment);
      const write = writeDigestOf(change, environment);
      await transact(
        table,
        [
          ...membershipWrites(change, write),
          ...(environment === undefined ? [] : await environmentWrites(table, environment, write)),
        ],
        writtenAt(change.entries, write),
      );
    },
    waitingForRung: async (campaignId, { rung, shard, after, limit }) => {
      const items = await queryItems(
        table,
        {
          KeyConditionExpression: `pk = :pk${after === undefined ? '' : ' AND sk > :after'}`,
          ExpressionAttributeValues: {
            ':pk': reminderPk(campaignId, rung, shard),
            ...(after === undefined ? {} : { ':after': after }),
          },
          ConsistentRead: true,
        },
        limit,
      );
      const environmentIds = items.map((item) => parseAs(place, item, 'A place in a rung').environmentId);
      const last = environmentIds.at(-1);
      // A full page may be the last: the next one is then empty.
      return {
        environmentIds,
        ...(environmentIds.length === limit && last !== undefined ? { after: last } : {}),
      };
    },
    pausedIn: async (campaignId) => {
      const items = await queryPrefix(table, pausedKey(campaignId, '').pk, '');
      return items.map((item) => parseAs(place, item, 'A paused environment').environmentId);
    },
    countByStanding: async (campaignId) => {
      const counts = await Promise.all(standings.map((standing) => countIn(table, campaignId, standing)));
      return z.record(z.enum(standings), z.number()).parse(Object.fromEntries(counts));
    },
    longestIn: (campaignId, standing, limit) => longestIn(table, campaignId, standing, limit),
    addSnapshot: async (campaignId, snapshot) => {
      await putItem(table, snapshotKey(campaignId, snapshot.at), snapshot, isNew);
    },
    snapshots: async (campaignId) =>
      (await queryPrefix(table, snapshotKey(campaignId, '').pk, 'SNAPSHOT#')).map(parseSnapshot),
  };
}

function writtenAt([first]: readonly Parameters<typeof entryKey>[0][], write: string) {
  return first === undefined ? undefined : { key: entryKey(first), write };
}

const shards = Array.from({ length: stateShards }, (_, shard) => shard);

function inStanding(campaignId: string, standing: Standing, shard: number) {
  return {
    IndexName: stateIndex,
    KeyConditionExpression: 'statePk = :shard',
    ExpressionAttributeValues: { ':shard': standingPk(campaignId, standing, shard) },
  };
}

async function countIn(table: Table, campaignId: string, standing: Standing) {
  const counts = await Promise.all(
    shards.map((shard) => countItems(table, inStanding(campaignId, standing, shard))),
  );
  return [standing, counts.reduce((sum, count) => sum + count, 0)] as const;
}

/** The index lags: who has moved on meanwhile is left out, so there can be fewer than `limit`. */
async function longestIn(table: Table, campaignId: string, standing: Standing, limit: number) {
  const found = await Promise.all(
    shards.map((shard) => queryItems(table, inStanding(campaignId, standing, shard), limit)),
  );
  const longest = found
    .flat()
    .map((item) => parseAs(indexed, item, 'An entry of the index'))
    .sort((a, b) => (a.stateSk < b.stateSk ? -1 : 1))
    .slice(0, limit);
  const items = await readItems(
    table,
    longest.map(({ pk }) => ({ pk, sk: membershipKey('').sk })),
  );
  return items
    .map(parseMembership)
    .filter((one) => one.campaignId === campaignId && one.standing === standing && one.leftAt === undefined)
    .sort((a, b) => (standingKeys(a).stateSk < standingKeys(b).stateSk ? -1 : 1));
}
