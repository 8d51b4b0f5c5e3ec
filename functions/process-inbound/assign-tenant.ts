import type { Connection } from '../../shared/domain/connection/connection.ts';
import { reportTenantId } from '../../shared/domain/connection/report-tenant-id.ts';
import type { DeliveryOutcome } from '../../shared/domain/delivery/repository.ts';
import { findCompanies, splitCompanies } from '../../shared/domain/environment/company-names.ts';
import type { Environment } from '../../shared/domain/environment/environment.ts';
import { normaliseCorporateId } from '../../shared/domain/tenant/identity.ts';
import { readOnceConsentSpread } from './consent.ts';
import type { TicketCase } from './ticket-case.ts';
import { hasItsTenant, isWaiting } from './waiting.ts';

/**
 * Gives a tenant ID to the connection it is meant for. Several waiting companies are told apart by the organisation
 * that the tenant shows, against the registered numbers; what stays unclear is asked, never guessed.
 */
export async function assignTenant(
  ticket: TicketCase,
  environment: Environment,
  connections: readonly Connection[],
  tenantId: string,
): Promise<void> {
  const { dependencies, cause, ticketKey } = ticket;
  if (connections.some((connection) => hasItsTenant(connection) && connection.tenantId === tenantId)) {
    return ticket.conclude({ type: 'DeliveryIgnored', reason: 'already-active' });
  }
  const waiting = meantByField(ticket, environment, waitingFirst(connections));
  const [only, ...others] = waiting;
  const connection = others.length === 0 ? only : await tellApart(ticket, environment, waiting, tenantId);
  if (connection === undefined) return ticket.conclude(unclear(ticket, environment, 'no-company-matches'));
  if (connection === 'unreadable') return ticket.conclude(unclear(ticket, environment, 'unreadable'));
  const report = { tenantId, source: 'ticket' } as const;
  await reportTenantId(dependencies.connections, connection.connectionId, report, cause, ticketKey);
}

/** Those without a tenant; one that is tested already is meant only where no other waits. */
function waitingFirst(connections: readonly Connection[]): readonly Connection[] {
  const waiting = connections.filter(isWaiting);
  const open = waiting.filter((connection) => !hasItsTenant(connection));
  return open.length > 0 ? open : waiting;
}

/** The ticket's `companies` field narrows the choice where it names some of those that wait. */
function meantByField(
  ticket: TicketCase,
  environment: Environment,
  waiting: readonly Connection[],
): readonly Connection[] {
  const named = findCompanies(environment, splitCompanies(ticket.message.fields.companies)).companies;
  const meant = waiting.filter((connection) =>
    named.some(({ companyId }) => companyId === connection.companyId),
  );
  return meant.length > 0 ? meant : waiting;
}

async function tellApart(
  { dependencies, receiveCount }: TicketCase,
  environment: Environment,
  waiting: readonly Connection[],
  tenantId: string,
): Promise<Connection | 'unreadable' | undefined> {
  const repeated = waiting.filter((connection) => connection.tenantId === tenantId);
  if (repeated.length === 1) return repeated[0];
  const { tenantReader, tenants, consentRetrySeconds } = dependencies;
  const reading = await readOnceConsentSpread(tenantReader, tenantId, receiveCount, consentRetrySeconds);
  if (reading.outcome !== 'read') return 'unreadable';
  const numbers = reading.organisations.map(({ corporateId }) => normaliseCorporateId(corporateId ?? ''));
  for (const number of new Set(numbers)) {
    if (number !== '') await tenants.rememberSeen(number, tenantId);
  }
  const matching = waiting.filter((connection) => {
    const company = environment.companies.find(({ companyId }) => companyId === connection.companyId);
    return company?.corporateId !== undefined && numbers.includes(company.corporateId);
  });
  return matching.length === 1 ? matching[0] : undefined;
}

function unclear(
  { ticketKey }: TicketCase,
  { environmentId }: Environment,
  reason: Extract<DeliveryOutcome, { type: 'TenantIdUnclear' }>['reason'],
): DeliveryOutcome {
  return { type: 'TenantIdUnclear', ticketKey, environmentId, reason };
}
