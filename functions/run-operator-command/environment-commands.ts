import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import { onFreshState, Refusal } from '../../shared/domain/connection/repository.ts';
import { requestConnections } from '../../shared/domain/connection/request-connections.ts';
import { findCompanies } from '../../shared/domain/environment/company-names.ts';
import {
  type Company,
  type Environment,
  notExported,
  takesPart,
  vismaExportFormat,
} from '../../shared/domain/environment/environment.ts';
import { mapAdministrations } from '../../shared/domain/environment/mapping.ts';
import {
  addNamedCompanies,
  registerEnvironment,
} from '../../shared/domain/environment/register-environment.ts';
import { ticketKeyOf } from '../../shared/domain/ticket/ticket-key.ts';
import { companyIdOf, connectionIdOf } from '../../shared/platform/ids.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { conflict, invalid, noEnvironment, notFound, ok } from './answers.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';

/** `RegisterEnvironment`: creates it or brings it up to date. */
export async function putEnvironment(
  dependencies: OperatorDependencies,
  command: CommandOf<'RegisterEnvironment'>,
  cause: CommandCause,
): Promise<HttpAnswer> {
  const { environments, connections, deliveries } = dependencies;
  const { environmentId } = command;
  return onFreshState(async () => {
    const before = await environments.find(environmentId);
    if (before !== undefined && (await deliveries.isSeen(cause.deliveryKey))) {
      return ok(await describeEnvironment(dependencies, before, 'unchanged'));
    }
    const result = registerEnvironment(
      before,
      command,
      await connections.findByEnvironment(environmentId),
      { companyIdOf, connectionIdOf },
      cause,
    );
    switch (result.outcome) {
      case 'invalid':
        return invalid(result.problems);
      case 'conflict':
        return conflict(result.message);
      case 'unchanged':
        return ok(await describeEnvironment(dependencies, result.environment, 'unchanged'));
      default:
        await ignoringRepetition(() => environments.save(result.change));
        return ok(await describeEnvironment(dependencies, result.change.after, result.outcome));
    }
  });
}

async function describeEnvironment(
  { tenants, environments }: OperatorDependencies,
  environment: Environment,
  outcome: 'created' | 'updated' | 'unchanged',
): Promise<object> {
  const { environmentId, companies, administrations, contacts } = environment;
  const warnings: string[] = [];
  for (const { corporateId, name } of companies) {
    const identity = corporateId === undefined ? undefined : await tenants.findIdentity(corporateId);
    if (identity !== undefined && identity.registrations.length > 1) {
      const others = identity.registrations.map((registration) => registration.environmentId);
      warnings.push(
        `Company number ${corporateId} (${name}) is registered ${others.length} times (${[...new Set(others)].join(', ')}): each of these connections will need a decision.`,
      );
    }
  }
  for (const { email, undeliverable } of contacts) {
    if (undeliverable !== undefined) {
      warnings.push(
        `Contact ${email} gets no mails (${undeliverable.reason}, ${undeliverable.at}): register another address, or once without this one and then with it when it works again.`,
      );
    }
    const known = await environments.findByContact(email);
    if (known.length > 1) {
      warnings.push(
        `Contact ${email} is registered for ${known.length} environments: tickets that don't name one of them will come to you.`,
      );
    }
  }
  if (!takesPart(environment)) {
    warnings.push(`No export format is ${vismaExportFormat}: requests are answered "no action needed".`);
  }
  return {
    environmentId,
    outcome,
    companies: companies.map((company) => ({
      ...company,
      connectionId: connectionIdOf(environmentId, company.companyId),
    })),
    administrations,
    warnings,
  };
}

/** `RequestCode`, on behalf of a customer who called: codes still go to the registered contacts only. */
export async function requestCode(
  dependencies: OperatorDependencies,
  command: CommandOf<'RequestCode'>,
  cause: CommandCause,
): Promise<HttpAnswer> {
  const environment = await dependencies.environments.find(command.environmentId);
  if (environment === undefined) return noEnvironment(command.environmentId);
  if (!takesPart(environment)) {
    return conflict(
      `${environment.environmentId} does not export to ${vismaExportFormat}, so no action is needed. Correct its export formats if that is wrong.`,
    );
  }
  const { companies, unknown } = findCompanies(environment, command.companies ?? []);
  if (unknown.length > 0) {
    const known = environment.companies.map((company) => company.name).join('; ') || 'none';
    return notFound(
      `${environment.environmentId} has no company ${unknown.join('; ')}. Registered: ${known}. Register it first, with its number.`,
    );
  }
  const wanted = companies.length > 0 ? companies : environment.companies;
  const named =
    wanted.length > 0 ? { environment, companies: wanted } : await nameOne(dependencies, environment, cause);
  return requestFor(dependencies, named.environment, named.companies, command.ticketId, cause);
}

/** An environment without companies has one, named like it, until a number is registered. */
async function nameOne(
  { environments }: OperatorDependencies,
  { environmentId }: Environment,
  cause: CommandCause,
): Promise<{ environment: Environment; companies: readonly Company[] }> {
  return onFreshState(async () => {
    const environment = await environments.find(environmentId);
    if (environment === undefined) throw new Error(`Environment ${environmentId} is gone.`);
    if (environment.companies.length > 0) return { environment, companies: environment.companies };
    const change = addNamedCompanies(environment, [environment.name], { companyIdOf }, cause);
    await environments.save(change);
    return { environment: change.after, companies: change.after.companies };
  });
}

async function requestFor(
  dependencies: OperatorDependencies,
  environment: Environment,
  companies: readonly Company[],
  ticketId: string | undefined,
  cause: CommandCause,
): Promise<HttpAnswer> {
  const { connections, deliveries } = dependencies;
  const { environmentId } = environment;
  const before = await connections.findByEnvironment(environmentId);
  const active = before.filter(({ state }) => state === 'activated').map(({ companyId }) => companyId);
  const wanted = companies.filter(({ companyId }) => !active.includes(companyId));
  const requested = (await deliveries.isSeen(cause.deliveryKey))
    ? []
    : await requestConnections(
        { connections, connectionIdOf },
        {
          environment,
          companies: wanted,
          source: 'operator',
          cause,
          ticketKey: ticketId === undefined ? undefined : ticketKeyOf('generic', ticketId),
          remembersDelivery: true,
        },
      );
  const outcomes = new Map(requested.map(({ company, outcome }) => [company.companyId, outcome]));
  const after = await connections.findByEnvironment(environmentId);
  return ok({
    environmentId,
    connections: companies.map(({ companyId, name }) => {
      const connectionId = connectionIdOf(environmentId, companyId);
      return {
        connectionId,
        companyId,
        companyName: name,
        state: after.find((connection) => connection.connectionId === connectionId)?.state,
        outcome: active.includes(companyId)
          ? 'already-active'
          : (outcomes.get(companyId) ?? 'requested-again'),
      };
    }),
  });
}

/** `MapAdministrations`: says through which connection each administration is exported. */
export async function mapEnvironment(
  { environments, connections, deliveries }: OperatorDependencies,
  command: CommandOf<'MapAdministrations'>,
  cause: CommandCause,
): Promise<HttpAnswer> {
  const { environmentId } = command;
  return onFreshState(async () => {
    const environment = await environments.find(environmentId);
    if (environment === undefined) return noEnvironment(environmentId);
    const answer = (after: Environment, outcome: 'mapped' | 'unchanged') =>
      ok({
        environmentId,
        outcome,
        administrations: after.administrations,
        unmapped: after.administrations.filter(({ connectionId }) => connectionId === undefined).length,
      });
    if (await deliveries.isSeen(cause.deliveryKey)) return answer(environment, 'unchanged');
    const own = (await connections.findByEnvironment(environmentId)).filter(
      ({ state }) => state !== 'cancelled',
    );
    const issues = mappingIssues(
      environment,
      own.map(({ connectionId }) => connectionId),
      command.mapping,
    );
    if (issues.length > 0) return invalid(issues);
    const mapping = new Map(
      command.mapping.map(({ administrationId, connectionId }) => [administrationId, connectionId]),
    );
    const differs = environment.administrations.some(({ administrationId, connectionId }) => {
      const next = mapping.get(administrationId);
      return next !== undefined && next !== connectionId;
    });
    if (!differs) return answer(environment, 'unchanged');
    const change = mapAdministrations(environment, mapping, cause);
    await ignoringRepetition(() => environments.save(change));
    return answer(change.after, 'mapped');
  });
}

function mappingIssues(
  environment: Environment,
  connectionIds: readonly string[],
  mapping: CommandOf<'MapAdministrations'>['mapping'],
): { path: string; message: string }[] {
  const known = environment.administrations.map(({ administrationId }) => administrationId);
  const listed = mapping.map(({ administrationId }) => administrationId);
  return mapping.flatMap(({ administrationId, connectionId }, index) => {
    const path = `mapping.${index}`;
    const issues: { path: string; message: string }[] = [];
    if (!known.includes(administrationId)) {
      issues.push({
        path: `${path}.administrationId`,
        message: `is none of ${environment.environmentId}'s: register it with RegisterEnvironment`,
      });
    } else if (listed.indexOf(administrationId) < index) {
      issues.push({ path: `${path}.administrationId`, message: 'is listed twice' });
    }
    if (connectionId !== notExported && !connectionIds.includes(connectionId)) {
      issues.push({
        path: `${path}.connectionId`,
        message: `is no connection of ${environment.environmentId}: ListConnections tells its ids`,
      });
    }
    return issues;
  });
}

/** A delivery that is remembered already was this command's own first sending. */
async function ignoringRepetition(save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
  }
}
