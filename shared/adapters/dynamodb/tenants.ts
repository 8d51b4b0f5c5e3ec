import * as z from 'zod';
import { normaliseCorporateId } from '../../domain/tenant/identity.ts';
import type { TenantRepository } from '../../domain/tenant/repository.ts';
import { parseAs } from '../parsing.ts';
import { claimKey, identityKey, integratedKey } from './keys.ts';
import { updateItem } from './single-writes.ts';
import { readItem, readItems, type Table } from './table.ts';

const claimItem = z.object({ connectionId: z.string() });
const integratedItem = z.object({ at: z.string() });
const texts = z.set(z.string()).default(new Set<string>());
const identityItem = z.object({ registrations: texts, tenants: texts, integrated: texts });

/** An empty company number names nobody: it is neither stored nor found. */
export function createTenantRepository(table: Table): TenantRepository {
  return {
    claimedBy: async (tenantId) => {
      const item = await readItem(table, claimKey(tenantId));
      return item === undefined ? undefined : parseAs(claimItem, item, 'A stored claim').connectionId;
    },
    findIdentity: async (corporateId) => {
      const number = normaliseCorporateId(corporateId);
      const item = number === '' ? undefined : await readItem(table, identityKey(number));
      if (item === undefined) return undefined;
      const { registrations, tenants, integrated } = parseAs(identityItem, item, 'A stored company number');
      if (registrations.size + tenants.size + integrated.size === 0) return undefined;
      return {
        corporateId: number,
        registrations: [...registrations].sort().map((registration) => {
          const [environmentId = '', companyId = ''] = registration.split('/');
          return { environmentId, companyId };
        }),
        tenants: [...tenants].sort(),
        integrated: await withoutClaimed(table, [...integrated].sort()),
      };
    },
    registrantsOf: async (corporateIds) => {
      const numbers = corporateIds.map(normaliseCorporateId).filter((number) => number !== '');
      const items = new Map(
        (await readItems(table, numbers.map(identityKey))).map((item) => [item.pk, item]),
      );
      return new Map(
        numbers.map((number) => {
          const item = items.get(identityKey(number).pk) ?? {};
          const { registrations } = parseAs(identityItem, item, 'A stored company number');
          return [number, [...registrations].map((registration) => registration.split('/')[0] ?? '')];
        }),
      );
    },
    rememberSeen: async (corporateId, tenantId) => {
      const number = normaliseCorporateId(corporateId);
      if (number !== '') await addToIdentity(table, number, 'tenants', tenantId);
    },
    rememberIntegrated: async (tenantId, corporateId, at) => {
      const number = normaliseCorporateId(corporateId ?? '');
      await updateItem(
        table,
        integratedKey(tenantId),
        number === ''
          ? 'SET #at = if_not_exists(#at, :at)'
          : 'SET #at = if_not_exists(#at, :at), corporateId = :number',
        { names: { '#at': 'at' }, values: { ':at': at, ...(number === '' ? {} : { ':number': number }) } },
      );
      if (number !== '') await addToIdentity(table, number, 'integrated', tenantId);
    },
    integratedAt: async (tenantId) => {
      const item = await readItem(table, integratedKey(tenantId));
      return item === undefined ? undefined : parseAs(integratedItem, item, 'A stored integration').at;
    },
  };
}

async function addToIdentity(
  table: Table,
  number: string,
  set: 'tenants' | 'integrated',
  tenantId: string,
): Promise<void> {
  await updateItem(table, identityKey(number), 'ADD #set :tenant', {
    names: { '#set': set },
    values: { ':tenant': new Set([tenantId]) },
  });
}

/** A claim takes a tenant up and its release gives it back, so the claims are asked instead of a second record kept. */
async function withoutClaimed(table: Table, tenants: readonly string[]): Promise<readonly string[]> {
  const claims = await readItems(table, tenants.map(claimKey));
  const claimed = new Set(claims.map((item) => item.pk));
  return tenants.filter((tenant) => !claimed.has(claimKey(tenant).pk));
}
