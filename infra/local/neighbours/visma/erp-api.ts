import type { Hono } from 'hono';
import type { Tenant } from './directory.ts';
import { createErpGateway } from './erp-gateway.ts';
import { supplierInvoiceRoutes } from './supplier-invoices.ts';
import type { TokenIssuer } from './token-issuer.ts';
import type { World } from './world.ts';

/** The Visma.net ERP Service API as far as an access test and an export use it (visma.md 3). */
export function erpRoutes(app: Hono, world: World, issuer: TokenIssuer, stopping: AbortSignal): void {
  const gateway = createErpGateway(world, issuer, stopping);

  // Unknown query parameters are ignored with a 200 (visma.md 3.2), so none is looked at.
  app.get(
    '/v1/organization',
    gateway.operation({ verb: 'read', counter: 'organizationReads' }, (c, tenant) => {
      world.count('organizationReadsAnswered', tenant.tenantId);
      return c.json(organizations(world, tenant));
    }),
  );

  supplierInvoiceRoutes(app, world, gateway);

  app.all('/v1/*', gateway.unknown);
}

/** `ExtendedOrganizationDto`s, with the fields of the published specification (visma.md 3.2). */
function organizations(world: World, tenant: Tenant) {
  const { organisations, corporateId } = world.tenantSwitches(tenant.tenantId);
  const modified = new Date(world.clock()).toISOString();
  return Array.from({ length: organisations }, (_, index) => ({
    organizationCd: String(index + 1),
    name: index === 0 ? tenant.name : `${tenant.name} (${index + 1})`,
    organizationType: 'WithoutBranches',
    fileTaxByBranches: false,
    baseCurrency: 'EUR',
    mainAddress: { countryId: 'NL' },
    mainContact: { name: tenant.name },
    corporateId: index === 0 ? (corporateId ?? tenant.corporateId) : `9999${String(index).padStart(4, '0')}`,
    vatRegistrationId: index === 0 ? tenant.vatRegistrationId : '',
    defaultCountry: { id: 'NL', name: 'Netherlands' },
    currency: { id: 'EUR', description: 'Euro' },
    lastModifiedDateTime: modified,
    branches: [],
    timeStamp: modified,
  }));
}
