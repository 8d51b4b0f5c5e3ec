import type { Company, Environment } from '../environment/environment.ts';
import type { Cause } from '../history/entry.ts';
import type { Connection, ConnectionChange } from './connection.ts';
import { type FactSource, reportFact } from './facts.ts';
import { requestConnection } from './onboarding.ts';
import { linked } from './report-tenant-id.ts';
import { type ConnectionRepository, onFreshState, Refusal } from './repository.ts';

export interface ConnectionRequest {
  readonly environment: Environment;
  readonly companies: readonly Company[];
  readonly source: Extract<FactSource, 'ticket' | 'operator' | 'page'>;
  readonly cause: Cause;
  readonly ticketKey?: string | undefined;
  /** False while something else of the same delivery is still to be stored. */
  readonly remembersDelivery: boolean;
}

export interface RequestedConnection {
  readonly connectionId: string;
  readonly company: Company;
  readonly outcome: 'requested' | 'requested-again';
}

interface Dependencies {
  readonly connections: ConnectionRepository;
  readonly connectionIdOf: (environmentId: string, companyId: string) => string;
}

/**
 * Asks for a code for each company: one transaction each, in order. The delivery is remembered with the last one only,
 * so that a crash in between is repeated; each transaction is idempotent by itself, since a connection whose history
 * holds an entry of this delivery is left alone.
 */
export async function requestConnections(
  dependencies: Dependencies,
  request: ConnectionRequest,
): Promise<readonly RequestedConnection[]> {
  const requested: RequestedConnection[] = [];
  for (const [index, company] of request.companies.entries()) {
    const remembers = request.remembersDelivery && index === request.companies.length - 1;
    requested.push(await requestOne(dependencies, request, company, remembers));
  }
  return requested;
}

async function requestOne(
  { connections, connectionIdOf }: Dependencies,
  { environment, source, cause, ticketKey }: ConnectionRequest,
  company: Company,
  remembers: boolean,
): Promise<RequestedConnection> {
  const { environmentId } = environment;
  const { companyId } = company;
  const connectionId = connectionIdOf(environmentId, companyId);

  async function write(change: ConnectionChange): Promise<void> {
    const effects = change.effects.filter((effect) => remembers || effect.kind !== 'remember-delivery');
    const own = { ...change, effects };
    await connections.save(ticketKey === undefined ? own : linked(own, ticketKey));
  }

  try {
    return await onFreshState(async () => {
      const before = await connections.find(connectionId);
      if (before !== undefined) {
        const repeated = await isOfDelivery(connections, before, cause.deliveryKey);
        if (!repeated.any) {
          await write(
            reportFact(
              before,
              { type: 'CodeRequested', source },
              { ...cause, correlationId: before.correlationId },
            ),
          );
        }
        return { connectionId, company, outcome: repeated.created ? 'requested' : 'requested-again' };
      }
      await write(requestConnection({ connectionId, environmentId, companyId }, cause));
      return { connectionId, company, outcome: 'requested' };
    });
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'delivery-seen') {
      return { connectionId, company, outcome: 'requested-again' };
    }
    throw error;
  }
}

async function isOfDelivery(
  connections: ConnectionRepository,
  connection: Connection,
  deliveryKey: string | undefined,
): Promise<{ any: boolean; created: boolean }> {
  if (deliveryKey === undefined) return { any: false, created: false };
  const entries = await connections.history(connection.connectionId, 0);
  const own = entries.filter((entry) => entry.deliveryKey === deliveryKey);
  return { any: own.length > 0, created: own.some((entry) => entry.sequence === 1) };
}
