import type { BusEvent } from '../../shared/contracts/events/event.ts';
import { deactivationReasons } from '../../shared/contracts/webhooks/spend-cloud.ts';
import type { Connection } from '../../shared/domain/connection/connection.ts';
import { confirmSpendCloudInformed } from '../../shared/domain/connection/onboarding.ts';
import { type ConnectionRepository, onFreshState } from '../../shared/domain/connection/repository.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { PermanentError } from '../../shared/platform/errors.ts';
import type { SpendCloud } from './spend-cloud.ts';

/**
 * Tells Spend Cloud of an activation and, only after its 2xx, records that it knows: the customer's mail follows from
 * that record. That an activation has ended is told and not recorded: nothing follows from it here. A repetition after a
 * crash posts the same `webhook-id` again, which Spend Cloud recognises.
 */
export async function tellOfConnection(
  event: BusEvent,
  dependencies: {
    readonly connections: ConnectionRepository;
    readonly environments: EnvironmentRepository;
    readonly spendCloud: SpendCloud;
    readonly clock: Clock;
  },
): Promise<'told' | 'told-before' | 'no-longer-activated'> {
  const { connections, environments, spendCloud, clock } = dependencies;
  const { connectionId, eventId, sequence, at } = event.detail;
  if (connectionId === undefined) throw new PermanentError(`Event ${eventId} names no connection.`);
  const connection = await connections.find(connectionId);
  const environment =
    connection === undefined ? undefined : await environments.find(connection.environmentId);
  if (connection === undefined || environment === undefined) {
    throw new PermanentError(
      `Connection ${connectionId} of event ${eventId} or its environment does not exist.`,
    );
  }
  const { environmentId, companyId } = connection;
  if (event['detail-type'] === 'ConnectionDeactivated') {
    const reason = deactivationReasons.find((known) => known === event.detail.reason);
    await spendCloud.post(eventId, {
      type: 'connection.deactivated',
      timestamp: at,
      data: { environmentId, connectionId, companyId, ...(reason === undefined ? {} : { reason }) },
    });
    return 'told';
  }
  const settled = await isSettled(connections, connection, sequence);
  if (settled !== undefined) return settled;

  await spendCloud.post(eventId, {
    type: 'connection.activated',
    timestamp: at,
    data: {
      environmentId,
      connectionId,
      companyId,
      companyName:
        environment.companies.find((company) => company.companyId === companyId)?.name ?? environment.name,
      administrations: environment.administrations
        .filter((administration) => administration.connectionId === connectionId)
        .map((administration) => administration.administrationId),
    },
  });

  return onFreshState(async () => {
    const fresh = await connections.find(connectionId);
    if (fresh === undefined) return 'no-longer-activated';
    const meanwhile = await isSettled(connections, fresh, sequence);
    if (meanwhile !== undefined) return meanwhile;
    await connections.save(
      confirmSpendCloudInformed(fresh, event.detail.recovered === true, {
        at: clock().toISOString(),
        by: 'spend-cloud',
        correlationId: fresh.correlationId,
      }),
    );
    return 'told';
  });
}

/**
 * What makes telling of an activation needless. An activation that has ended stays ended also when a later one followed:
 * telling of it, with its old timestamp, would count as telling of the later one, and Spend Cloud would go by the end.
 */
async function isSettled(
  connections: ConnectionRepository,
  { connectionId, state }: Connection,
  activation: number,
): Promise<'told-before' | 'no-longer-activated' | undefined> {
  if (state !== 'activated') return 'no-longer-activated';
  const later = await connections.history(connectionId, activation);
  if (later.some(({ type }) => type === 'ConnectionDeactivated')) return 'no-longer-activated';
  return later.some(({ type }) => type === 'SpendCloudInformed') ? 'told-before' : undefined;
}
