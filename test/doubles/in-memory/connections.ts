import { placeOf } from '../../../shared/adapters/dynamodb/keys.ts';
import {
  checkConnectionChange,
  checkEnvironmentChange,
  writeDigestOf,
} from '../../../shared/adapters/dynamodb/transaction-rules.ts';
import type { Connection, ConnectionChange, Effect } from '../../../shared/domain/connection/connection.ts';
import {
  type HealthSchedule,
  type HealthTally,
  isChecked,
  type Tally,
} from '../../../shared/domain/connection/health.ts';
import type {
  ConnectionRepository,
  RefusalReason,
  WaitingRoom,
} from '../../../shared/domain/connection/repository.ts';
import { normaliseCorporateId } from '../../../shared/domain/tenant/identity.ts';
import { PermanentError } from '../../../shared/platform/errors.ts';
import { applyEnvironment, refusalsOfEnvironment } from './environments.ts';
import { refuse, type World } from './world.ts';

export function inMemoryConnections(world: World): ConnectionRepository {
  const byId = (ids: Iterable<string>): Connection[] =>
    [...ids]
      .sort()
      .map((id) => world.connections.get(id))
      .filter((connection) => connection !== undefined)
      .map((connection) => structuredClone(connection));
  return {
    find: async (connectionId) => structuredClone(world.connections.get(connectionId)),
    findByEnvironment: async (environmentId) =>
      byId(
        [...world.connections.values()]
          .filter((connection) => connection.environmentId === environmentId)
          .map((connection) => connection.connectionId),
      ),
    findByTicket: async (ticketKey) => byId(world.ticketConnections.get(ticketKey) ?? []),
    ticketsOf: async (connectionId) =>
      [...world.ticketConnections]
        .filter(([, linked]) => linked.has(connectionId))
        .map(([ticketKey]) => ticketKey)
        .sort(),
    listByState: async (state, { limit, cursor }) => {
      if (cursor !== undefined && !cursor.includes('#')) {
        throw new PermanentError('The cursor is none of ours: start the listing without one.');
      }
      const sortKey = (connection: Connection) => `${connection.changedAt}#${connection.connectionId}`;
      const found = [...world.connections.values()]
        .filter((connection) => connection.state === state)
        .filter((connection) => cursor === undefined || sortKey(connection) < cursor)
        .sort((a, b) => (sortKey(a) > sortKey(b) ? -1 : 1));
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        connections: structuredClone(page),
        ...(found.length > limit && last !== undefined ? { cursor: sortKey(last) } : {}),
      };
    },
    history: async (connectionId, after) => world.historyOf('connection', connectionId, after),
    save: async (change, environment) => {
      checkConnectionChange(change);
      if (environment !== undefined) checkEnvironmentChange(environment);
      const write = writeDigestOf(change, environment);
      if (world.writes.get(change.entries[0]?.id ?? '') === write) return;
      const { before, after } = change;
      refuse([
        world.connections.get(after.connectionId)?.version !== before?.version && 'concurrent-change',
        ...change.effects.map((effect) => refusalOf(world, effect, after)),
        ...(environment === undefined ? [] : refusalsOfEnvironment(world, environment)),
      ]);
      world.connections.set(after.connectionId, structuredClone(after));
      if (isChecked(after) && !(before !== undefined && isChecked(before))) {
        world.healthChecks.set(after.connectionId, after.version);
      }
      for (const effect of change.effects) apply(world, effect, change);
      world.append(change.entries, write);
      if (environment !== undefined) applyEnvironment(world, environment, write);
    },
  };
}

function refusalOf(world: World, effect: Effect, connection: Connection): RefusalReason | false {
  switch (effect.kind) {
    case 'remember-delivery':
      return world.deliveries.has(effect.deliveryKey) && 'delivery-seen';
    case 'take-code':
      return world.stock.get(effect.codeId)?.expiresAt !== effect.expiresAt && 'code-gone';
    case 'claim-tenant':
    case 'release-tenant': {
      const holder = world.claims.get(effect.tenantId);
      return holder !== undefined && holder !== connection.connectionId && 'tenant-claimed';
    }
    case 'require-sole-identity': {
      const identity = world.identities.get(normaliseCorporateId(effect.corporateId));
      const sole =
        identity !== undefined &&
        identity.registrations.size === 1 &&
        identity.registrations.has(`${connection.environmentId}/${connection.companyId}`) &&
        [...identity.tenants].every((tenant) => tenant === effect.tenantId);
      return !sole && 'identity-not-sole';
    }
    case 'require-environment':
      return world.environments.get(effect.environmentId)?.version !== effect.version && 'concurrent-change';
    case 'link-ticket':
      return false;
  }
}

function apply(world: World, effect: Effect, { after }: ConnectionChange): void {
  if (effect.kind === 'remember-delivery') world.deliveries.add(effect.deliveryKey);
  else if (effect.kind === 'take-code') world.stock.delete(effect.codeId);
  else if (effect.kind === 'claim-tenant') world.claims.set(effect.tenantId, after.connectionId);
  else if (effect.kind === 'release-tenant') world.claims.delete(effect.tenantId);
  else if (effect.kind === 'link-ticket') {
    const linked = world.ticketConnections.get(effect.ticketKey) ?? new Set();
    world.ticketConnections.set(effect.ticketKey, linked.add(after.connectionId));
  }
}

export function inMemoryHealthSchedule(world: World): HealthSchedule {
  return {
    due: async ({ from, to }) =>
      [...world.healthChecks.keys()]
        .map((connectionId) => ({ connectionId, place: placeOf(connectionId) }))
        .filter(({ place }) => from <= place && place < to)
        .sort((a, b) => a.place - b.place || (a.connectionId < b.connectionId ? -1 : 1)),
    end: async (connectionId, version) => {
      if ((world.healthChecks.get(connectionId) ?? version) <= version) {
        world.healthChecks.delete(connectionId);
      }
    },
  };
}

export function inMemoryHealthTally(): HealthTally {
  const tallies = new Map<number, Tally>();
  const read = (period: number) => tallies.get(period) ?? { healthy: 0, failing: 0 };
  return {
    count: async (period, outcome) => {
      tallies.set(period, { ...read(period), [outcome]: read(period)[outcome] + 1 });
    },
    read: async (period) => read(period),
  };
}

export function inMemoryWaitingRoom(world: World): WaitingRoom {
  return {
    enter: async (connectionId, waiting) => {
      const present = world.waiting.get(connectionId);
      if (present === undefined || present.attempt <= waiting.attempt) {
        world.waiting.set(connectionId, structuredClone(waiting));
      }
    },
    find: async (connectionId) => structuredClone(world.waiting.get(connectionId)),
    leave: async (connectionId, taskToken) => {
      if (world.waiting.get(connectionId)?.taskToken === taskToken) world.waiting.delete(connectionId);
    },
    waitingForStock: async () =>
      [...world.waiting.entries()]
        .filter(([, waiting]) => waiting.wait === 'wait-for-stock')
        .sort(([a, one], [b, other]) => (`${one.since}#${a}` < `${other.since}#${b}` ? -1 : 1))
        .map(([connectionId]) => connectionId),
  };
}
