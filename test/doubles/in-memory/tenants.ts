import { normaliseCorporateId } from '../../../shared/domain/tenant/identity.ts';
import type { TenantRepository } from '../../../shared/domain/tenant/repository.ts';
import type { World } from './world.ts';

export function inMemoryTenants(world: World): TenantRepository {
  return {
    claimedBy: async (tenantId) => world.claims.get(tenantId),
    findIdentity: async (corporateId) => {
      const number = normaliseCorporateId(corporateId);
      const record = world.identities.get(number);
      if (record === undefined) return undefined;
      const { registrations, tenants, integrated } = record;
      if (registrations.size + tenants.size + integrated.size === 0) return undefined;
      return {
        corporateId: number,
        registrations: [...registrations].sort().map((registration) => {
          const [environmentId = '', companyId = ''] = registration.split('/');
          return { environmentId, companyId };
        }),
        tenants: [...tenants].sort(),
        integrated: [...integrated].filter((tenant) => !world.claims.has(tenant)).sort(),
      };
    },
    registrantsOf: async (corporateIds) =>
      new Map(
        corporateIds
          .map(normaliseCorporateId)
          .filter((number) => number !== '')
          .map((number) => [
            number,
            [...(world.identities.get(number)?.registrations ?? [])].map((one) => one.split('/')[0] ?? ''),
          ]),
      ),
    rememberSeen: async (corporateId, tenantId) => {
      const number = normaliseCorporateId(corporateId);
      if (number !== '') world.identity(number).tenants.add(tenantId);
    },
    rememberIntegrated: async (tenantId, corporateId, at) => {
      const number = normaliseCorporateId(corporateId ?? '');
      const known = world.integrated.get(tenantId);
      world.integrated.set(tenantId, {
        at: known?.at ?? at,
        corporateId: number === '' ? known?.corporateId : number,
      });
      if (number !== '') world.identity(number).integrated.add(tenantId);
    },
    integratedAt: async (tenantId) => world.integrated.get(tenantId)?.at,
  };
}
