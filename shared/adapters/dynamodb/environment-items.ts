import * as z from 'zod';
import {
  type Environment,
  type EnvironmentChange,
  locales,
  normaliseEmail,
  undeliverableReasons,
} from '../../domain/environment/environment.ts';
import { normaliseCorporateId } from '../../domain/tenant/identity.ts';
import { parseAs } from '../parsing.ts';
import { deliveryWrite } from './delivery-items.ts';
import { entryWrites } from './history-items.ts';
import { connectionKey, contactKey, environmentKey, identityKey } from './keys.ts';
import { readItem, type Table } from './table.ts';
import { check, hasVersion, isNew, put, remove, update, type Write } from './transaction.ts';

const contact = z.object({
  email: z.string(),
  name: z.string(),
  undeliverable: z.exactOptional(z.object({ reason: z.enum(undeliverableReasons), at: z.string() })),
});

const shape = {
  environmentId: z.string(),
  name: z.string(),
  locale: z.enum(locales),
  contacts: z.array(contact),
  contactPerson: contact,
  exportFormats: z.array(z.string()),
  companies: z.array(
    z.object({ companyId: z.string(), name: z.string(), corporateId: z.exactOptional(z.string()) }),
  ),
  administrations: z.array(
    z.object({ administrationId: z.string(), name: z.string(), connectionId: z.exactOptional(z.string()) }),
  ),
  linkGeneration: z.exactOptional(z.number().int()),
  version: z.number().int(),
  changedAt: z.string(),
} satisfies Record<keyof Environment, z.ZodType>;

const environmentItem = z.object(shape);

export function parseEnvironment(item: unknown): Environment {
  return parseAs(environmentItem, item, 'A stored environment');
}

/** The environment, its entries and the look-up items in which it differs from before. */
export async function environmentWrites(
  table: Table,
  change: EnvironmentChange,
  write: string,
): Promise<readonly Write[]> {
  const { before, after } = change;
  return [
    put(
      environmentKey(after.environmentId),
      after,
      'concurrent-change',
      before === undefined ? isNew : hasVersion(before.version),
    ),
    ...(change.decidedOn ?? []).map(({ connectionId, version }) =>
      check(connectionKey(connectionId), 'concurrent-change', hasVersion(version)),
    ),
    ...entryWrites(change.entries, write),
    ...contactWrites(before, after),
    ...(await identityWrites(table, before, after)),
    ...(change.deliveryKey === undefined ? [] : [deliveryWrite(change.deliveryKey, after.changedAt)]),
  ];
}

function contactWrites(before: Environment | undefined, after: Environment): readonly Write[] {
  const addresses = (environment: Environment | undefined) =>
    new Set((environment?.contacts ?? []).map(({ email }) => normaliseEmail(email)));
  const { environmentId } = after;
  const { added, removed } = difference(addresses(before), addresses(after));
  return [
    ...added.map((email) => put(contactKey(email, environmentId), { environmentId })),
    ...removed.map((email) => remove(contactKey(email, environmentId))),
  ];
}

/** `<number>\n<environment>/<company>` of each registered company number. */
function registrationsOf(environment: Environment | undefined): ReadonlySet<string> {
  return new Set(
    (environment?.companies ?? [])
      .map(({ companyId, corporateId }) => ({ companyId, number: normaliseCorporateId(corporateId ?? '') }))
      .filter(({ number }) => number !== '')
      .map(({ companyId, number }) => `${number}\n${environment?.environmentId}/${companyId}`),
  );
}

async function identityWrites(
  table: Table,
  before: Environment | undefined,
  after: Environment,
): Promise<readonly Write[]> {
  const { added, removed } = difference(registrationsOf(before), registrationsOf(after));
  const byNumber = new Map<string, { added: string[]; removed: string[] }>();
  const collect = (lines: readonly string[], into: 'added' | 'removed') => {
    for (const line of lines) {
      const [number = '', registration = ''] = line.split('\n');
      const entry = byNumber.get(number) ?? { added: [], removed: [] };
      entry[into].push(registration);
      byNumber.set(number, entry);
    }
  };
  collect(added, 'added');
  collect(removed, 'removed');
  const writes: Write[] = [];
  for (const [number, { added: add, removed: drop }] of byNumber) {
    if (drop.length === 0) writes.push(changeRegistrations(number, 'ADD', add));
    else if (add.length === 0) writes.push(changeRegistrations(number, 'DELETE', drop));
    else writes.push(await replaceRegistrations(table, number, add, drop));
  }
  return writes;
}

function changeRegistrations(
  number: string,
  verb: 'ADD' | 'DELETE',
  registrations: readonly string[],
): Write {
  return update(identityKey(number), `${verb} registrations :registrations`, {
    values: { ':registrations': new Set(registrations) },
  });
}

/** One update cannot add to a set and take from it, so the whole set is replaced if it is still the one that was read. */
async function replaceRegistrations(
  table: Table,
  number: string,
  added: readonly string[],
  removed: readonly string[],
): Promise<Write> {
  const stored = parseAs(
    z.object({ registrations: z.set(z.string()).default(new Set()) }),
    (await readItem(table, identityKey(number))) ?? {},
    'A stored company number',
  ).registrations;
  const next = new Set([...stored].filter((registration) => !removed.includes(registration)).concat(added));
  return update(identityKey(number), 'SET registrations = :next', {
    expression: stored.size === 0 ? 'attribute_not_exists(registrations)' : 'registrations = :stored',
    values: { ':next': next, ...(stored.size === 0 ? {} : { ':stored': stored }) },
  });
}

function difference(before: ReadonlySet<string>, after: ReadonlySet<string>) {
  return {
    added: [...after].filter((value) => !before.has(value)),
    removed: [...before].filter((value) => !after.has(value)),
  };
}
