import type { Company, Environment } from '../environment/environment.ts';
import type { Cause } from '../history/entry.ts';
import type { TenantRepository } from '../tenant/repository.ts';
import type { Connection, ConnectionChange } from './connection.ts';
import { type FactSource, reportFact } from './facts.ts';
import { requestConnection } from './onboarding.ts';
import { linked } from './report-tenant-id.ts';
import { type ConnectionRepository, onFreshState, Refusal } from './repository.ts';

export interface ConnectionRequest {
  readonly environment: Environment;
  readonly companies: readonly Company[];
  readonly source: Extract<FactSource, 'ticket' | 'operator'>;
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
  readonly tenants: TenantRepository;
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
  { connections, tenants, connectionIdOf }: Dependencies,
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
      const change = requestConnection({ connectionId, environmentId, companyId }, cause);
      const tenantId = await integratedTenant(tenants, company, environmentId);
      await write(tenantId === undefined ? change : joined(change, tenantId, cause));
      if (tenantId === undefined) await lookAgain(connections, tenants, company, change.after, cause);
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

/**
 * The tenant that Visma reported for this company before anyone asked: only where the number is registered once and was
 * seen in that tenant only. The access test judges it again.
 */
async function integratedTenant(
  tenants: TenantRepository,
  company: Company,
  environmentId: string,
): Promise<string | undefined> {
  if (company.corporateId === undefined) return undefined;
  const identity = await tenants.findIdentity(company.corporateId);
  const [tenantId, ...others] = identity?.integrated ?? [];
  const [registration, ...further] = identity?.registrations ?? [];
  const sole =
    tenantId !== undefined &&
    others.length === 0 &&
    further.length === 0 &&
    registration?.environmentId === environmentId &&
    registration.companyId === company.companyId &&
    identity?.tenants.every((seen) => seen === tenantId) === true;
  return sole ? tenantId : undefined;
}

function joined(change: ConnectionChange, tenantId: string, cause: Cause): ConnectionChange {
  const { deliveryKey: _remembered, ...byVisma } = cause;
  const report = reportFact(
    change.after,
    { type: 'TenantIdReported', tenantId, source: 'visma' },
    { ...byVisma, by: 'visma' },
  );
  return {
    before: change.before,
    after: report.after,
    entries: [...change.entries, ...report.entries],
    effects: [...change.effects, ...report.effects],
  };
}

/** Visma's webhook stores its tenant and then looks for the connection; this looks after storing the connection. */
async function lookAgain(
  connections: ConnectionRepository,
  tenants: TenantRepository,
  company: Company,
  connection: Connection,
  cause: Cause,
): Promise<void> {
  const tenantId = await integratedTenant(tenants, company, connection.environmentId);
  if (tenantId === undefined) return;
  await onFreshState(async () => {
    const current = await connections.find(connection.connectionId);
    const entries = await connections.history(connection.connectionId, 0);
    if (current === undefined || entries.some((entry) => entry.tenantId === tenantId)) return;
    await connections.save(
      reportFact(
        current,
        { type: 'TenantIdReported', tenantId, source: 'visma' },
        { at: cause.at, by: 'visma', correlationId: current.correlationId },
      ),
    );
  });
}
