import * as z from 'zod';
import type { Connection } from '../../shared/domain/connection/connection.ts';
import { reportTenantId, storeFact } from '../../shared/domain/connection/report-tenant-id.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import { requestConnections } from '../../shared/domain/connection/request-connections.ts';
import { type Company, type Environment, takesPart } from '../../shared/domain/environment/environment.ts';
import type { Cause } from '../../shared/domain/history/entry.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { connectionIdOf } from '../../shared/platform/ids.ts';
import { isRemediable } from './company-view.ts';
import { type PasteProblem, readPaste } from './read-paste.ts';

/** What a form sends beside its token. */
export const submission = z.object({
  company: z.string().min(1).max(100),
  /** Made with the form: the same form sent twice counts once. */
  submission: z.uuid(),
  tenantId: z.string().max(20_000).default(''),
});
export type Submission = z.output<typeof submission>;

export const actions = ['tenant-id', 'integrated', 'new-code'] as const;
export type SubmittedAction = (typeof actions)[number];

export type SubmitOutcome =
  | { readonly outcome: 'done' }
  /** The form is not of this environment, or there is nothing that it could change. */
  | { readonly outcome: 'not-possible' }
  | { readonly outcome: 'problem'; readonly problem: PasteProblem };

interface Dependencies {
  readonly connections: ConnectionRepository;
  readonly clock: Clock;
}

/** Carries out what a customer asked for or said on the page; once for each form. */
export async function submit(
  dependencies: Dependencies,
  environment: Environment,
  action: SubmittedAction,
  form: Submission,
): Promise<SubmitOutcome> {
  const company = environment.companies.find(({ companyId }) => companyId === form.company);
  if (company === undefined) return { outcome: 'not-possible' };
  const cause: Cause = {
    at: dependencies.clock().toISOString(),
    by: 'contact',
    deliveryKey: `page:${environment.environmentId}:${form.submission.toLowerCase()}`,
    correlationId: `page:${form.submission.toLowerCase()}`,
  };
  switch (action) {
    case 'tenant-id':
      return takeTenantId(dependencies, environment, company, form.tenantId, cause);
    case 'integrated':
      return takeIntegration(dependencies, environment, company, cause);
    case 'new-code':
      return askForCode(dependencies, environment, company, cause);
  }
}

async function takeTenantId(
  { connections }: Dependencies,
  { environmentId }: Environment,
  { companyId }: Company,
  text: string,
  cause: Cause,
): Promise<SubmitOutcome> {
  const own = await connections.findByEnvironment(environmentId);
  const paste = readPaste(
    text,
    own.flatMap(({ invitationCode }) => invitationCode?.code ?? []),
  );
  if ('problem' in paste) return { outcome: 'problem', problem: paste.problem };
  const connection = find(own, environmentId, companyId);
  if (connection === undefined || isClosed(connection)) return { outcome: 'not-possible' };
  const { connectionId } = connection;
  await reportTenantId(connections, connectionId, { tenantId: paste.tenantId, source: 'page' }, cause);
  return { outcome: 'done' };
}

/** With a tenant ID in hand, "I have done it" is the remedy of a failed test: that tenant is tried again. */
async function takeIntegration(
  { connections }: Dependencies,
  { environmentId }: Environment,
  { companyId }: Company,
  cause: Cause,
): Promise<SubmitOutcome> {
  const own = await connections.findByEnvironment(environmentId);
  const connection = find(own, environmentId, companyId);
  if (connection === undefined || isClosed(connection)) return { outcome: 'not-possible' };
  const type = isRemediable(connection) ? 'AccessTestRetryRequested' : 'IntegrationReported';
  await storeFact(connections, connection.connectionId, { type, source: 'page' }, cause);
  return { outcome: 'done' };
}

async function askForCode(
  { connections }: Dependencies,
  environment: Environment,
  company: Company,
  cause: Cause,
): Promise<SubmitOutcome> {
  if (!takesPart(environment)) return { outcome: 'not-possible' };
  const id = connectionIdOf(environment.environmentId, company.companyId);
  if ((await connections.find(id))?.state === 'activated') return { outcome: 'not-possible' };
  await requestConnections(
    { connections, connectionIdOf },
    { environment, companies: [company], source: 'page', cause, remembersDelivery: true },
  );
  return { outcome: 'done' };
}

function find(
  connections: readonly Connection[],
  environmentId: string,
  companyId: string,
): Connection | undefined {
  const id = connectionIdOf(environmentId, companyId);
  return connections.find(({ connectionId }) => connectionId === id);
}

function isClosed({ state }: Connection): boolean {
  return state === 'activated' || state === 'cancelled';
}
