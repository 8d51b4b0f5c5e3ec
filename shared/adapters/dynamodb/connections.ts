import * as z from 'zod';
import type { Connection, ConnectionChange, Effect } from '../../domain/connection/connection.ts';
import { isChecked } from '../../domain/connection/health.ts';
import type { ConnectionRepository } from '../../domain/connection/repository.ts';
import { legalPriors } from '../../domain/connection/transitions.ts';
import { normaliseCorporateId } from '../../domain/tenant/identity.ts';
import { PermanentError } from '../../platform/errors.ts';
import { parseAs } from '../parsing.ts';
import { parseConnection } from './connection-items.ts';
import { deliveryWrite } from './delivery-items.ts';
import { environmentWrites } from './environment-items.ts';
import { entryKey, entryWrites, readHistory } from './history-items.ts';
import {
  claimKey,
  codeInStockKey,
  connectionKey,
  connectionOfEnvironmentKey,
  connectionOfTicketKey,
  environmentKey,
  healthKey,
  identityKey,
  stateIndex,
  stateKeys,
  statePk,
  stateShards,
  ticketOfConnectionKey,
} from './keys.ts';
import { queryItems, queryPrefix, readItem, readItems, type Table } from './table.ts';
import {
  type Condition,
  check,
  hasVersion,
  isNew,
  put,
  remove,
  transact,
  type Write,
} from './transaction.ts';
import { checkConnectionChange, checkEnvironmentChange, writeDigestOf } from './transaction-rules.ts';

const pointer = z.object({ connectionId: z.string() });
const ticketPointer = z.object({ ticketKey: z.string() });
const indexed = z.object({ pk: z.string(), stateSk: z.string() });

export function createConnectionRepository(table: Table): ConnectionRepository {
  const readPointed = async (pk: string): Promise<readonly Connection[]> => {
    const pointers = await queryPrefix(table, pk, 'CONNECTION#');
    const ids = pointers.map((item) => parseAs(pointer, item, 'A stored pointer').connectionId);
    const connections = (await readItems(table, ids.map(connectionKey))).map(parseConnection);
    return connections.sort((a, b) => (a.connectionId < b.connectionId ? -1 : 1));
  };
  return {
    find: async (connectionId) => {
      const item = await readItem(table, connectionKey(connectionId));
      return item === undefined ? undefined : parseConnection(item);
    },
    findByEnvironment: (environmentId) => readPointed(connectionOfEnvironmentKey(environmentId, '').pk),
    findByTicket: (ticketKey) => readPointed(connectionOfTicketKey(ticketKey, '').pk),
    ticketsOf: async (connectionId) => {
      const { pk } = ticketOfConnectionKey(connectionId, '');
      const pointers = await queryPrefix(table, pk, 'TICKET#');
      return pointers.map((item) => parseAs(ticketPointer, item, 'A stored pointer').ticketKey);
    },
    listByState: (state, options) => listByState(table, state, options),
    history: (connectionId, after) => readHistory(table, 'connection', connectionId, after),
    save: async (change, environment) => {
      checkConnectionChange(change);
      if (environment !== undefined) checkEnvironmentChange(environment);
      const write = writeDigestOf(change, environment);
      const [first] = change.entries;
      await transact(
        table,
        [
          ...connectionWrites(change),
          ...entryWrites(change.entries, write),
          ...change.effects.flatMap((effect) => effectWrites(effect, change)),
          ...healthWrites(change),
          ...(environment === undefined ? [] : await environmentWrites(table, environment, write)),
        ],
        first === undefined ? undefined : { key: entryKey(first), write },
      );
    },
  };
}

function connectionWrites({ before, after }: ConnectionChange): readonly Write[] {
  const connection = put(
    connectionKey(after.connectionId),
    { ...after, ...stateKeys(after) },
    'concurrent-change',
    before === undefined ? isNew : unchangedSince(before.version, after),
  );
  if (before !== undefined) return [connection];
  const { connectionId, environmentId } = after;
  return [connection, put(connectionOfEnvironmentKey(environmentId, connectionId), { connectionId })];
}

/** Only where the checks begin: the check that finds them needless ends them (health-schedule.ts). */
function healthWrites({ before, after }: ConnectionChange): readonly Write[] {
  const begins = isChecked(after) && !(before !== undefined && isChecked(before));
  const { connectionId, version } = after;
  return begins ? [put(healthKey(connectionId), { connectionId, version })] : [];
}

/** The version alone would do; the state is what the promise is about, so the table itself holds to it. */
function unchangedSince(version: number, after: Connection): Condition {
  const priors = [...new Set([after.state, ...legalPriors(after.state)])];
  return {
    expression: `#version = :version AND #state IN (${priors.map((_, index) => `:prior${index}`).join(', ')})`,
    names: { '#version': 'version', '#state': 'state' },
    values: {
      ':version': version,
      ...Object.fromEntries(priors.map((prior, index) => [`:prior${index}`, prior])),
    },
  };
}

const nobodyElses = (connectionId: string): Condition => ({
  expression: 'attribute_not_exists(pk) OR connectionId = :own',
  values: { ':own': connectionId },
});

function effectWrites(effect: Effect, change: ConnectionChange): readonly Write[] {
  if (effect.kind !== 'link-ticket') return [effectWrite(effect, change)];
  const { connectionId } = change.after;
  const { ticketKey } = effect;
  return [
    put(connectionOfTicketKey(ticketKey, connectionId), { connectionId }),
    put(ticketOfConnectionKey(connectionId, ticketKey), { ticketKey }),
  ];
}

function effectWrite(effect: Exclude<Effect, { kind: 'link-ticket' }>, { after }: ConnectionChange): Write {
  const { connectionId } = after;
  switch (effect.kind) {
    case 'remember-delivery':
      return deliveryWrite(effect.deliveryKey, after.changedAt);
    case 'take-code':
      return remove(codeInStockKey(effect.expiresAt, effect.codeId), 'code-gone', {
        expression: 'attribute_exists(pk)',
      });
    case 'claim-tenant':
      return put(
        claimKey(effect.tenantId),
        { connectionId, at: after.changedAt },
        'tenant-claimed',
        nobodyElses(connectionId),
      );
    case 'release-tenant':
      return remove(claimKey(effect.tenantId), 'tenant-claimed', nobodyElses(connectionId));
    case 'require-environment':
      return check(environmentKey(effect.environmentId), 'concurrent-change', hasVersion(effect.version));
    case 'require-sole-identity':
      return check(identityKey(normaliseCorporateId(effect.corporateId)), 'identity-not-sole', {
        expression:
          'size(registrations) = :one AND contains(registrations, :registration)' +
          ' AND (attribute_not_exists(tenants) OR (size(tenants) = :one AND contains(tenants, :tenant)))',
        values: {
          ':one': 1,
          ':registration': `${after.environmentId}/${after.companyId}`,
          ':tenant': effect.tenantId,
        },
      });
  }
}

/**
 * Asks every shard for the page and merges. The index holds keys only and lags; the connections are read from the
 * table, and those that have left the state meanwhile are left out, so a page can be shorter than its limit.
 */
async function listByState(
  table: Table,
  state: Connection['state'],
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<{ connections: readonly Connection[]; cursor?: string }> {
  if (cursor !== undefined && !/^\d{4}-[^#]+#[^#]+$/.test(cursor)) {
    throw new PermanentError('The cursor is none of ours: start the listing without one.');
  }
  const shards = await Promise.all(
    Array.from({ length: stateShards }, (_, shard) =>
      queryItems(
        table,
        {
          IndexName: stateIndex,
          KeyConditionExpression: `statePk = :shard${cursor === undefined ? '' : ' AND stateSk < :cursor'}`,
          ExpressionAttributeValues: {
            ':shard': statePk(state, shard),
            ...(cursor === undefined ? {} : { ':cursor': cursor }),
          },
          ScanIndexForward: false,
        },
        limit + 1,
      ),
    ),
  );
  const found = shards
    .flat()
    .map((item) => parseAs(indexed, item, 'An entry of the index'))
    .sort((a, b) => (a.stateSk > b.stateSk ? -1 : 1));
  const page = found.slice(0, limit);
  const items = await readItems(
    table,
    page.map(({ pk }) => ({ pk, sk: 'CONNECTION' })),
  );
  const connections = items
    .map(parseConnection)
    .filter((connection) => connection.state === state)
    .sort((a, b) => (stateKeys(a).stateSk > stateKeys(b).stateSk ? -1 : 1));
  const last = page.at(-1);
  return { connections, ...(found.length > limit && last !== undefined ? { cursor: last.stateSk } : {}) };
}
