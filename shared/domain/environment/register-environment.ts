import type { Connection } from '../connection/connection.ts';
import { isUndecided } from '../connection/onboarding.ts';
import { type Cause, type HistoryEntry, writeEntry } from '../history/entry.ts';
import { normaliseCorporateId } from '../tenant/identity.ts';
import { isMeant, normaliseName, sameName } from './company-names.ts';
import {
  type Administration,
  type Company,
  type Contact,
  type Environment,
  type EnvironmentChange,
  normaliseEmail,
  notExported,
} from './environment.ts';
import { contradictions, type Problem, type Registration } from './registration.ts';

export interface RegistrationIds {
  companyIdOf(environmentId: string, key: string): string;
  connectionIdOf(environmentId: string, companyId: string): string;
}

export type RegistrationOutcome =
  | { readonly outcome: 'created' | 'updated'; readonly change: EnvironmentChange }
  | { readonly outcome: 'unchanged'; readonly environment: Environment }
  /** Contradicts itself. */
  | { readonly outcome: 'invalid'; readonly problems: readonly Problem[] }
  /** Would take away what a connection stands on. */
  | { readonly outcome: 'conflict'; readonly message: string };

/**
 * Creates an environment or brings it up to date. A company is recognised by its number, else by its name, and keeps
 * its id, so that its connection stays its own. Companies that a customer named and that have a connection stay too.
 */
export function registerEnvironment(
  before: Environment | undefined,
  registration: Registration,
  connections: readonly Connection[],
  ids: RegistrationIds,
  cause: Cause,
): RegistrationOutcome {
  const problems = contradictions(registration);
  if (problems.length > 0) return { outcome: 'invalid', problems };

  const named = companiesOf(before, registration, ids);
  const kept = (before?.companies ?? []).filter(
    (company) =>
      company.corporateId === undefined &&
      named.every(({ companyId }) => companyId !== company.companyId) &&
      liveConnection(connections, company) !== undefined,
  );
  const companies = [...named, ...kept];
  const conflict = conflictWith(before, companies, connections);
  if (conflict !== undefined) return { outcome: 'conflict', message: conflict };

  const content = {
    environmentId: registration.environmentId,
    name: registration.name.trim(),
    locale: registration.locale,
    contacts: distinctContacts(registration.contacts, before?.contacts ?? []),
    contactPerson: contactOf(registration.contactPerson),
    exportFormats: [...new Set(registration.exportFormats.map((format) => format.trim()))],
    companies,
    administrations: administrationsOf(before, registration, companies, ids),
    ...(before?.linkGeneration === undefined ? {} : { linkGeneration: before.linkGeneration }),
  };
  if (before !== undefined && same(contentOf(before), content)) {
    return { outcome: 'unchanged', environment: before };
  }
  return {
    outcome: before === undefined ? 'created' : 'updated',
    change: { ...changeTo(before, content, cause), decidedOn: renumbered(before, companies, connections) },
  };
}

/**
 * Adds companies that a registered contact named. They have no number, so that their connections need an operator's
 * decision: what a customer says about a company is a claim, not a registration.
 */
export function addNamedCompanies(
  before: Environment,
  names: readonly string[],
  ids: Pick<RegistrationIds, 'companyIdOf'>,
  cause: Cause,
): EnvironmentChange {
  const companies = [...before.companies];
  for (const name of names) {
    if (companies.some((company) => sameName(company.name, name))) continue;
    companies.push({ companyId: freeId(before, companies, normaliseName(name), ids), name: name.trim() });
  }
  const sequence = before.version + 1;
  const entry = writeEntry(
    { aggregate: 'environment', aggregateId: before.environmentId, sequence },
    'CompaniesNamed',
    cause,
    {
      environmentId: before.environmentId,
      companyIds: companies.slice(before.companies.length).map((company) => company.companyId),
    },
  );
  return {
    before,
    after: { ...before, companies, version: sequence, changedAt: cause.at },
    entries: [entry],
  };
}

type Content = Omit<Environment, 'version' | 'changedAt'>;

function changeTo(before: Environment | undefined, content: Content, cause: Cause): EnvironmentChange {
  const of = { aggregate: 'environment', aggregateId: content.environmentId } as const;
  const sequence = (before?.version ?? 0) + 1;
  const { environmentId } = content;
  const entries: HistoryEntry[] = [
    writeEntry(
      { ...of, sequence },
      before === undefined ? 'EnvironmentRegistered' : 'EnvironmentChanged',
      cause,
      { environmentId, ...(before === undefined ? {} : { changed: differences(before, content) }) },
    ),
  ];
  // Wakes executions that wait for the mapping: a new list of administrations may complete it.
  if (before !== undefined && !same(before.administrations, content.administrations)) {
    const connectionIds = content.administrations.flatMap(({ connectionId }) => connectionId ?? []);
    entries.push(
      writeEntry({ ...of, sequence: sequence + 1 }, 'AdministrationsMapped', cause, {
        environmentId,
        connectionIds: [...new Set(connectionIds)],
      }),
    );
  }
  return {
    before,
    after: { ...content, version: (before?.version ?? 0) + entries.length, changedAt: cause.at },
    entries,
    ...(cause.deliveryKey === undefined ? {} : { deliveryKey: cause.deliveryKey }),
  };
}

function companiesOf(
  before: Environment | undefined,
  registration: Registration,
  ids: Pick<RegistrationIds, 'companyIdOf'>,
): readonly Company[] {
  const existing = before?.companies ?? [];
  const listed = registration.companies.map((company) => ({
    name: company.name.trim(),
    corporateId: normaliseCorporateId(company.corporateId),
  }));
  const byNumber = (number: string) => existing.find((company) => company.corporateId === number);
  const taken = new Set(listed.flatMap(({ corporateId }) => byNumber(corporateId)?.companyId ?? []));
  const companies: Company[] = [];
  for (const { name, corporateId } of listed) {
    const known =
      byNumber(corporateId) ??
      existing.find((company) => sameName(company.name, name) && !taken.has(company.companyId));
    const companyId =
      known?.companyId ?? freeId(before, companies, corporateId, ids, registration.environmentId);
    taken.add(companyId);
    companies.push({ companyId, name, corporateId });
  }
  return companies;
}

/** A renumbered company keeps the id of its old number, which therefore may be taken. */
function freeId(
  before: Environment | undefined,
  companies: readonly Company[],
  key: string,
  ids: Pick<RegistrationIds, 'companyIdOf'>,
  environmentId = before?.environmentId ?? '',
): string {
  const taken = [...(before?.companies ?? []), ...companies].map((company) => company.companyId);
  for (let count = 1; ; count += 1) {
    const id = ids.companyIdOf(environmentId, count === 1 ? key : `${key}#${count}`);
    if (!taken.includes(id)) return id;
  }
}

function liveConnection(connections: readonly Connection[], company: Company): Connection | undefined {
  return connections.find(
    (connection) => connection.companyId === company.companyId && connection.state !== 'cancelled',
  );
}

/** None of them is activated yet: one that is meanwhile must not find its number changed. */
function renumbered(
  before: Environment | undefined,
  companies: readonly Company[],
  connections: readonly Connection[],
): NonNullable<EnvironmentChange['decidedOn']> {
  return (before?.companies ?? []).flatMap((company) => {
    const next = companies.find(({ companyId }) => companyId === company.companyId);
    const connection = liveConnection(connections, company);
    if (connection === undefined || next?.corporateId === company.corporateId) return [];
    return [{ connectionId: connection.connectionId, version: connection.version }];
  });
}

function conflictWith(
  before: Environment | undefined,
  companies: readonly Company[],
  connections: readonly Connection[],
): string | undefined {
  for (const company of before?.companies ?? []) {
    const connection = liveConnection(connections, company);
    if (connection === undefined) continue;
    const next = companies.find(({ companyId }) => companyId === company.companyId);
    if (next === undefined) {
      return `Company ${company.companyId} is not listed any more but has connection ${connection.connectionId} (${connection.state}): list it, or cancel the connection first.`;
    }
    const renumbered = company.corporateId !== undefined && next.corporateId !== company.corporateId;
    if (renumbered && connection.state === 'activated') {
      return `Company ${company.companyId} has the activated connection ${connection.connectionId}, so its number cannot change: cancel the connection first.`;
    }
    // Else one operator could register what was read and retry, where approving it takes two.
    if (renumbered && isUndecided(connection) && connection.lastFailure === 'identity-mismatch') {
      return `Connection ${connection.connectionId} of company ${company.companyId} waits for a decision on a tenant with another number, so the number cannot change now: have two operators approve the tenant, or reject it first.`;
    }
  }
  return undefined;
}

function administrationsOf(
  before: Environment | undefined,
  registration: Registration,
  companies: readonly Company[],
  ids: RegistrationIds,
): readonly Administration[] {
  const { environmentId } = registration;
  const possible = companies.map((company) => ids.connectionIdOf(environmentId, company.companyId));
  return registration.administrations.map(({ administrationId, name, company: meant }) => {
    const company = companies.find((candidate) => meant !== undefined && isMeant(candidate, meant));
    const mapped =
      company === undefined
        ? before?.administrations.find((known) => known.administrationId === administrationId)?.connectionId
        : ids.connectionIdOf(environmentId, company.companyId);
    const stays = mapped === notExported || (mapped !== undefined && possible.includes(mapped));
    return { administrationId, name: name.trim(), ...(stays ? { connectionId: mapped } : {}) };
  });
}

/** An address that mails do not reach stays marked while it is listed: registering it again makes it no better. */
function distinctContacts(contacts: readonly Contact[], before: readonly Contact[]): readonly Contact[] {
  const byEmail = new Map(contacts.map((contact) => [normaliseEmail(contact.email), contactOf(contact)]));
  return [...byEmail].map(([email, contact]) => {
    const undeliverable = before.find((known) => normaliseEmail(known.email) === email)?.undeliverable;
    return undeliverable === undefined ? contact : { ...contact, undeliverable };
  });
}

function contactOf({ email, name }: Contact): Contact {
  return { email: normaliseEmail(email), name: name.trim() };
}

function contentOf({ version: _version, changedAt: _changedAt, ...content }: Environment): Content {
  return content;
}

/** Names of what differs, never its content. */
function differences(before: Environment, content: Content): readonly string[] {
  return Object.entries(content)
    .filter(([part, value]) => !same(value, Object.entries(before).find(([name]) => name === part)?.[1]))
    .map(([part]) => part);
}

/** Equal values, whatever the order of their keys: the table does not keep it. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
