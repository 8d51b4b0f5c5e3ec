import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { pause } from '../server.ts';
import type { Tenant } from './directory.ts';
import type { TokenClaims, TokenIssuer } from './token-issuer.ts';
import type { World } from './world.ts';

/** The Visma.net ERP Service API as far as an access test reads it (visma.md 3). */
export function erpRoutes(app: Hono, world: World, issuer: TokenIssuer, stopping: AbortSignal): void {
  const windows = new Map<string, { startedAt: number; used: number }>();

  /** Counts a call in its fixed window and sets the headers that every answer carries (visma.md 3.6). */
  function countCall(c: Context, key: string): { limited: boolean; resetSeconds: number } {
    const { limit, windowSeconds } = world.switches().rateLimit;
    const now = world.clock();
    const open = windows.get(key);
    const current =
      open !== undefined && now < open.startedAt + windowSeconds * 1_000 ? open : { startedAt: now, used: 0 };
    current.used += 1;
    windows.set(key, current);
    const resetSeconds = Math.max(1, Math.ceil((current.startedAt + windowSeconds * 1_000 - now) / 1_000));
    c.header('X-RateLimit-Limit', String(limit));
    c.header('X-RateLimit-Remaining', String(Math.max(0, limit - current.used)));
    c.header('X-RateLimit-Reset', String(resetSeconds));
    c.header('X-RateLimit-Policy', '4-fixed-window');
    return { limited: current.used > limit, resetSeconds };
  }

  function throttle(c: Context, seconds: number, tenantId: string): Response {
    world.count('throttled', tenantId);
    return c.text(`Out of API requests, retry after ${seconds} seconds.`, 429, {
      'Retry-After': String(seconds),
    });
  }

  async function hang(c: Context): Promise<Response> {
    await pause(world.switches().timeoutSeconds * 1_000, AbortSignal.any([c.req.raw.signal, stopping]));
    return c.text('Gateway Timeout', 504);
  }

  /** What goes wrong before any endpoint is reached; undefined: nothing. */
  async function obstacle(
    c: Context,
    tenant: Tenant | undefined,
    claims: TokenClaims,
    limit: { limited: boolean; resetSeconds: number },
  ): Promise<Response | undefined> {
    const { retryAfterSeconds, noLicenceStatus } = world.switches();
    if (limit.limited) return throttle(c, limit.resetSeconds, claims.tenant_id);
    // Customer level instead of company level (visma.md 4.3). The real answer's body is UNCONFIRMED.
    if (tenant === undefined || tenant.kind === 'customer') return unauthorised(c);
    const { http, licence } = world.tenantSwitches(tenant.tenantId);
    if (http === 'timeout') return hang(c);
    if (http === 401) return unauthorised(c);
    if (http === 403) return c.json({ message: 'Forbidden' }, 403);
    if (http === 429) return throttle(c, retryAfterSeconds, tenant.tenantId);
    if (http === 500) return c.html('<h1>Server Error in Application</h1>', 500);
    if (http === 503) return c.html('<h1>Service Unavailable</h1>', 503);
    if (!claims.scope.includes('vismanet_erp_service_api:read')) {
      return c.json({ message: 'The token lacks the scope vismanet_erp_service_api:read' }, 403);
    }
    if (!(licence ?? tenant.licence)) {
      return c.json(
        {
          ExceptionType: 'IPPException',
          ExceptionMessage: 'No license for this company.',
          ExceptionFaultCode: '12027',
          ExceptionMessageID: `12027_${randomUUID()}`,
          ExceptionDetails: '',
        },
        noLicenceStatus,
      );
    }
    return undefined;
  }

  // Unknown query parameters are ignored with a 200 (visma.md 3.2), so none is looked at.
  app.get('/v1/organization', async (c) => {
    world.count('organizationReads');
    const { erp, slowMs } = world.switches();
    if (slowMs > 0) await pause(slowMs, AbortSignal.any([c.req.raw.signal, stopping]));
    const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const claims = token === undefined ? undefined : await issuer.verify(token);
    const limit = countCall(c, claims === undefined ? 'nobody' : `${claims.client_id} ${claims.tenant_id}`);
    if (erp === 'timeout') return hang(c);
    if (erp === 'down') return c.html('<h1>Service Unavailable</h1>', 503);
    if (claims === undefined) return unauthorised(c);
    const tenant = world.directory.tenant(claims.tenant_id);
    if (tenant !== undefined) world.countForTenant('organizationReads', tenant.tenantId);
    const wrong = await obstacle(c, tenant, claims, limit);
    if (wrong !== undefined || tenant === undefined) return wrong ?? unauthorised(c);
    world.count('organizationReadsAnswered', tenant.tenantId);
    return c.json(organizations(world, tenant));
  });

  app.all('/v1/*', (c) => {
    countCall(c, 'nobody');
    return c.json({ message: `This simulator has no ${c.req.method} ${c.req.path}` }, 404);
  });
}

function unauthorised(c: Context): Response {
  return c.json({ statusCode: 401, message: 'Unauthorized. Access token is missing or invalid.' }, 401);
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
