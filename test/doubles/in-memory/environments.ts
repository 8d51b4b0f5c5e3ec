import {
  checkEnvironmentChange,
  writeDigestOf,
} from '../../../shared/adapters/dynamodb/transaction-rules.ts';
import type { RefusalReason } from '../../../shared/domain/connection/repository.ts';
import {
  type Environment,
  type EnvironmentChange,
  hasContact,
} from '../../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../../shared/domain/environment/repository.ts';
import { normaliseCorporateId } from '../../../shared/domain/tenant/identity.ts';
import { refuse, type World } from './world.ts';

export function inMemoryEnvironments(world: World): EnvironmentRepository {
  return {
    find: async (environmentId) => structuredClone(world.environments.get(environmentId)),
    findMany: async (environmentIds) =>
      environmentIds.flatMap((id) => structuredClone(world.environments.get(id)) ?? []),
    findByContact: async (email) =>
      structuredClone(
        [...world.environments.values()]
          .filter((environment) => hasContact(environment, email))
          .sort((a, b) => (a.environmentId < b.environmentId ? -1 : 1)),
      ),
    history: async (environmentId) => world.historyOf('environment', environmentId, 0),
    save: async (change) => {
      checkEnvironmentChange(change);
      const write = writeDigestOf(change);
      if (world.writes.get(change.entries[0]?.id ?? '') === write) return;
      refuse(refusalsOfEnvironment(world, change));
      applyEnvironment(world, change, write);
    },
  };
}

export function refusalsOfEnvironment(world: World, change: EnvironmentChange): (RefusalReason | false)[] {
  const stored = world.environments.get(change.after.environmentId);
  return [
    change.deliveryKey !== undefined && world.deliveries.has(change.deliveryKey) && 'delivery-seen',
    stored?.version !== change.before?.version && 'concurrent-change',
    ...(change.decidedOn ?? []).map(
      ({ connectionId, version }): RefusalReason | false =>
        world.connections.get(connectionId)?.version !== version && 'concurrent-change',
    ),
  ];
}

export function applyEnvironment(world: World, change: EnvironmentChange, write: string): void {
  if (change.deliveryKey !== undefined) world.deliveries.add(change.deliveryKey);
  putEnvironment(world, change.after);
  world.append(change.entries, write);
}

/** Stores the environment and the registrations of its company numbers. */
export function putEnvironment(world: World, environment: Environment): void {
  for (const company of world.environments.get(environment.environmentId)?.companies ?? []) {
    world.identities
      .get(normaliseCorporateId(company.corporateId ?? ''))
      ?.registrations.delete(`${environment.environmentId}/${company.companyId}`);
  }
  for (const company of environment.companies) {
    const number = normaliseCorporateId(company.corporateId ?? '');
    if (number !== '') {
      world.identity(number).registrations.add(`${environment.environmentId}/${company.companyId}`);
    }
  }
  world.environments.set(environment.environmentId, structuredClone(environment));
}
