import type { Connection } from '../../shared/domain/connection/connection.ts';
import { onFreshState } from '../../shared/domain/connection/repository.ts';
import { requestConnections } from '../../shared/domain/connection/request-connections.ts';
import { findCompanies, splitCompanies } from '../../shared/domain/environment/company-names.ts';
import type { Company, Environment } from '../../shared/domain/environment/environment.ts';
import { addNamedCompanies } from '../../shared/domain/environment/register-environment.ts';
import { PermanentError } from '../../shared/platform/errors.ts';
import { companyIdOf, connectionIdOf } from '../../shared/platform/ids.ts';
import type { TicketCase } from './ticket-case.ts';

/** As many as a registration may list (contracts/commands); each takes an invitation code, so more is for an operator. */
const companiesAtMost = 50;
const nameLengthAtMost = 200;

/**
 * Asks for a code for the companies that the ticket names: or for those registered, or for one named like the
 * environment. `before-tenant-id`: only for companies without a living connection, and the delivery is not remembered
 * yet, since the tenant ID that the same message holds is still to be stored.
 */
export async function requestFromTicket(
  ticket: TicketCase,
  { environmentId }: Environment,
  purpose: 'only' | 'before-tenant-id',
): Promise<'requested' | 'already-active' | 'unknown-company'> {
  const { dependencies, cause, ticketKey, message } = ticket;
  const texts = splitCompanies(message.fields.companies);
  const found = await onFreshState(() => companiesOf(ticket, environmentId, texts));
  if (found === undefined) return 'unknown-company';

  const existing = await dependencies.connections.findByEnvironment(environmentId);
  const without = (states: (state: Connection['state']) => boolean) =>
    found.companies.filter(
      ({ companyId }) => !existing.some((one) => one.companyId === companyId && states(one.state)),
    );
  const companies =
    purpose === 'only'
      ? without((state) => state === 'activated')
      : without((state) => !endStates.includes(state));
  if (companies.length === 0) return 'already-active';
  await requestConnections(
    { ...dependencies, connectionIdOf },
    {
      environment: found.environment,
      companies,
      source: 'ticket',
      cause,
      ticketKey,
      remembersDelivery: purpose === 'only',
    },
  );
  return 'requested';
}

const endStates: readonly string[] = ['expired', 'cancelled'];

/** `undefined`: more or longer names than a customer can register. */
async function companiesOf(
  { dependencies: { environments }, cause }: TicketCase,
  environmentId: string,
  texts: readonly string[],
): Promise<{ environment: Environment; companies: readonly Company[] } | undefined> {
  const environment = await environments.find(environmentId);
  if (environment === undefined) throw new PermanentError(`Environment ${environmentId} is gone.`);
  if (texts.length === 0 && environment.companies.length > 0) {
    return { environment, companies: environment.companies };
  }
  const wanted = texts.length > 0 ? texts : [environment.name];
  const { unknown } = findCompanies(environment, wanted);
  if (unknown.length === 0) return { environment, ...findCompanies(environment, wanted) };
  const tooMany = environment.companies.length + unknown.length > companiesAtMost;
  if (tooMany || unknown.some((name) => name.length > nameLengthAtMost)) return undefined;
  const change = addNamedCompanies(environment, unknown, { companyIdOf }, cause);
  await environments.save(change);
  return { environment: change.after, ...findCompanies(change.after, wanted) };
}
