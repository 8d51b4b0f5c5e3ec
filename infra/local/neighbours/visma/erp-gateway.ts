import { randomUUID } from 'node:crypto';
import type { Context, Handler } from 'hono';
import { pause } from '../server.ts';
import type { Counter } from './counters.ts';
import type { Tenant } from './directory.ts';
import type { TokenClaims, TokenIssuer } from './token-issuer.ts';
import type { World } from './world.ts';

interface Operation {
  readonly verb: 'read' | 'create' | 'update' | 'delete';
  /** Counts every call of it, whatever comes of it. */
  readonly counter: Counter;
}

type Answer = (c: Context, tenant: Tenant) => Response | Promise<Response>;

export interface ErpGateway {
  /** An endpoint of the ERP API: `answer` is reached only when nothing is in the way of the call. */
  operation(operation: Operation, answer: Answer): Handler;
  /** For what is not simulated: 404. */
  readonly unknown: Handler;
}

interface Quota {
  readonly limited: boolean;
  readonly resetSeconds: number;
}

/** What every endpoint of the ERP API has in common: token, tenant, licence, scope, rate limit and outages. */
export function createErpGateway(world: World, issuer: TokenIssuer, stopping: AbortSignal): ErpGateway {
  const windows = new Map<string, { startedAt: number; used: number }>();

  /** Counts a call in its fixed window and sets the headers that every answer carries (visma.md 3.6). */
  function countCall(c: Context, key: string): Quota {
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

  const wait = (c: Context, ms: number) => pause(ms, AbortSignal.any([c.req.raw.signal, stopping]));

  async function hang(c: Context): Promise<Response> {
    await wait(c, world.switches().timeoutSeconds * 1_000);
    return c.text('Gateway Timeout', 504);
  }

  /** What goes wrong for this tenant before its endpoint is reached; undefined: nothing. */
  function obstacle(
    c: Context,
    tenant: Tenant,
    { scope }: TokenClaims,
    needed: string,
  ): Response | Promise<Response> | undefined {
    const { retryAfterSeconds, noLicenceStatus } = world.switches();
    const { http, licence } = world.tenantSwitches(tenant.tenantId);
    if (http === 'timeout') return hang(c);
    if (http === 401) return unauthorised(c);
    if (http === 403) return c.json({ message: 'Forbidden' }, 403);
    if (http === 429) return throttle(c, retryAfterSeconds, tenant.tenantId);
    if (http === 500) return c.html('<h1>Server Error in Application</h1>', 500);
    if (http === 503) return c.html('<h1>Service Unavailable</h1>', 503);
    if (!scope.includes(needed)) return c.json({ message: `The token lacks the scope ${needed}` }, 403);
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

  return {
    operation:
      ({ verb, counter }, answer) =>
      async (c) => {
        const token = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
        const claims = token === undefined ? undefined : await issuer.verify(token);
        const tenant = claims === undefined ? undefined : world.directory.tenant(claims.tenant_id);
        world.count(counter, tenant?.tenantId);
        const { slowMs } = world.connectBehaviour(tenant?.tenantId);
        if (slowMs > 0) await wait(c, slowMs);
        const quota = countCall(
          c,
          claims === undefined ? 'nobody' : `${claims.client_id} ${claims.tenant_id}`,
        );
        const { erp } = world.switches();
        if (erp === 'timeout') return hang(c);
        if (erp === 'down') return c.html('<h1>Service Unavailable</h1>', 503);
        if (claims === undefined) return unauthorised(c);
        if (quota.limited) return throttle(c, quota.resetSeconds, claims.tenant_id);
        // Customer level instead of company level (visma.md 4.3). The real answer's body is UNCONFIRMED.
        if (tenant === undefined || tenant.kind === 'customer') return unauthorised(c);
        const wrong = await obstacle(c, tenant, claims, `vismanet_erp_service_api:${verb}`);
        return wrong ?? answer(c, tenant);
      },
    unknown: (c) => {
      countCall(c, 'nobody');
      return c.json({ message: `This simulator has no ${c.req.method} ${c.req.path}` }, 404);
    },
  };
}

function unauthorised(c: Context): Response {
  return c.json({ statusCode: 401, message: 'Unauthorized. Access token is missing or invalid.' }, 401);
}
