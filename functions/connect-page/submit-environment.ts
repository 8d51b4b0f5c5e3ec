import * as z from 'zod';
import {
  type ConnectionRepository,
  onFreshState,
  Refusal,
} from '../../shared/domain/connection/repository.ts';
import { requestConnections } from '../../shared/domain/connection/request-connections.ts';
import { sameName } from '../../shared/domain/environment/company-names.ts';
import { type Environment, notExported, takesPart } from '../../shared/domain/environment/environment.ts';
import { helpTopics, requestHelp } from '../../shared/domain/environment/help-requests.ts';
import { mapAdministrations } from '../../shared/domain/environment/mapping.ts';
import { addNamedCompanies } from '../../shared/domain/environment/register-environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { companyIdOf, connectionIdOf } from '../../shared/platform/ids.ts';

/** As many as a registration may list (contracts/commands); each takes an invitation code, so more is for an operator. */
const companiesAtMost = 50;

/** Forms about the environment as a whole. */
export const environmentActions = ['company', 'mapping', 'help'] as const;
export type EnvironmentAction = (typeof environmentActions)[number];

export const environmentForm = z.looseObject({
  submission: z.uuid(),
  name: z.string().trim().max(200).default(''),
  topic: z.enum(helpTopics).optional(),
  /** Empty when it is about none in particular. */
  company: z.string().max(100).default(''),
});
type EnvironmentForm = z.output<typeof environmentForm>;

/** Before the administration's id, in the name of its field. */
export const mappingField = 'map:';

interface Dependencies {
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly clock: Clock;
}

/** Carries out what a customer said of his companies or administrations; once for each form. */
export async function submitOfEnvironment(
  dependencies: Dependencies,
  { environmentId }: Environment,
  action: EnvironmentAction,
  form: EnvironmentForm,
): Promise<'done' | 'not-possible'> {
  const submission = form.submission.toLowerCase();
  const cause = {
    at: dependencies.clock().toISOString(),
    by: 'contact',
    deliveryKey: `page:${environmentId}:${submission}`,
    correlationId: `page:${submission}`,
  };
  try {
    switch (action) {
      case 'company':
        return await nameCompany(dependencies, environmentId, form.name, cause);
      case 'mapping':
        return await completeMapping(dependencies, environmentId, form, cause);
      case 'help':
        return await askForHelp(dependencies, environmentId, form, cause);
    }
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'delivery-seen') return 'done';
    throw error;
  }
}

type PageCause = { at: string; by: string; deliveryKey: string; correlationId: string };

/**
 * A company that a contact names has no number, so its connection needs an operator before it can be active. The request
 * that follows is idempotent by itself, so a crash in between is repeated.
 */
async function nameCompany(
  { connections, environments }: Dependencies,
  environmentId: string,
  name: string,
  cause: PageCause,
): Promise<'done' | 'not-possible'> {
  if (name === '') return 'not-possible';
  const { deliveryKey: _, ...unremembered } = cause;
  const environment = await onFreshState(async () => {
    const before = await environments.find(environmentId);
    if (before === undefined || !takesPart(before)) return undefined;
    if (before.companies.some((company) => sameName(company.name, name))) return before;
    if (before.companies.length >= companiesAtMost) return undefined;
    const change = addNamedCompanies(before, [name], { companyIdOf }, unremembered);
    await environments.save(change);
    return change.after;
  });
  const company = environment?.companies.find((candidate) => sameName(candidate.name, name));
  if (environment === undefined || company === undefined) return 'not-possible';
  const id = connectionIdOf(environmentId, company.companyId);
  if ((await connections.find(id))?.state === 'activated') return 'not-possible';
  await requestConnections(
    { connections, connectionIdOf },
    { environment, companies: [company], source: 'page', cause, remembersDelivery: true },
  );
  return 'done';
}

/** Completes only: what is mapped already is an operator's to change, since exports may go by it. */
async function completeMapping(
  { connections, environments }: Dependencies,
  environmentId: string,
  form: Readonly<Record<string, unknown>>,
  cause: PageCause,
): Promise<'done' | 'not-possible'> {
  return onFreshState(async () => {
    const environment = await environments.find(environmentId);
    if (environment === undefined) return 'not-possible';
    const living = (await connections.findByEnvironment(environmentId)).filter(
      ({ state }) => state !== 'cancelled',
    );
    const possible = [notExported, ...living.map(({ connectionId }) => connectionId)];
    const mapping = new Map<string, string>();
    for (const { administrationId, connectionId } of environment.administrations) {
      const chosen = form[`${mappingField}${administrationId}`];
      if (connectionId !== undefined || chosen === undefined || chosen === '') continue;
      if (typeof chosen !== 'string' || !possible.includes(chosen)) return 'not-possible';
      mapping.set(administrationId, chosen);
    }
    if (mapping.size === 0) return 'not-possible';
    await environments.save(mapAdministrations(environment, mapping, cause));
    return 'done';
  });
}

/** Who asks the same again within a day is told the same: an operator knows of it. */
async function askForHelp(
  { environments }: Dependencies,
  environmentId: string,
  { topic, company }: EnvironmentForm,
  cause: PageCause,
): Promise<'done' | 'not-possible'> {
  if (topic === undefined) return 'not-possible';
  return onFreshState(async () => {
    const environment = await environments.find(environmentId);
    const isOurs = company === '' || environment?.companies.some(({ companyId }) => companyId === company);
    if (environment === undefined || !isOurs) return 'not-possible';
    const request = { topic, ...(company === '' ? {} : { companyId: company }) };
    const change = requestHelp(environment, await environments.history(environmentId), request, cause);
    if (change !== undefined) await environments.save(change);
    return 'done';
  });
}
