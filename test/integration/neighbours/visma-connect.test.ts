import { createPublicKey, verify } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { secretId } from '../../../infra/local/neighbours/visma/client-secrets.ts';
import type { RunningVisma } from '../../../infra/local/neighbours/visma/visma.ts';
import { getJson, postJson } from './receiver.ts';
import {
  askToken,
  companyTenant,
  customerTenant,
  readOrganization,
  scopes,
  vismaFixture,
} from './visma-fixture.ts';

let running: RunningVisma;
afterEach(() => running.stop());

async function start() {
  const fixture = await vismaFixture();
  running = fixture.visma;
  return fixture;
}

async function startIntegrated() {
  const fixture = await start();
  await postJson(`${running.url}/control/integrations`, { tenantId: companyTenant });
  return fixture;
}

const switches = (change: object) => postJson(`${running.url}/control/switches`, change);
const tenantSwitches = (change: object) =>
  postJson(`${running.url}/control/tenants/${companyTenant}`, change);

describe('token endpoint', () => {
  it.each(['basic', 'post'] as const)('gives a token for client_secret_%s', async (auth) => {
    await startIntegrated();
    const answer = await askToken(running, { auth });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: scopes.join(' ') });
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('signs with a published RS256 key and carries the documented claims', async () => {
    const { time } = await startIntegrated();
    const { token } = await askToken(running, { scope: scopes[0]! });
    const [head, claims, signature] = token.split('.') as [string, string, string];
    const discovery = (await getJson(`${running.url}/.well-known/openid-configuration`)) as {
      jwks_uri: string;
    };
    const { keys } = (await getJson(discovery.jwks_uri)) as { keys: { kid: string }[] };
    const header = JSON.parse(Buffer.from(head, 'base64url').toString());
    const jwk = keys.find(({ kid }) => kid === header.kid)!;
    const signed = Buffer.from(`${head}.${claims}`);
    const key = createPublicKey({ key: jwk as never, format: 'jwk' });
    expect(verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(keys.every((published) => !('d' in published))).toBe(true);
    const now = time.now / 1000;
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: running.url,
      client_id: 'isv_spend_cloud_test',
      tenant_id: companyTenant,
      scope: [scopes[0]],
      aud: ['https://api.finance.visma.net'],
      nbf: now,
      exp: now + 3600,
      jti: expect.any(String),
    });
  });

  it.each([
    ['a wrong secret', { secret: 'wrong' }, 'invalid_client'],
    ['an unknown client', { form: { client_id: 'isv_other' } }, 'invalid_client'],
    ['no credentials', { form: { client_id: undefined, client_secret: undefined } }, 'invalid_client'],
    ['both ways of authentication', { auth: 'basic', form: { client_secret: 'x' } }, 'invalid_request'],
    ['no grant type', { form: { grant_type: undefined } }, 'invalid_request'],
    ['another grant type', { form: { grant_type: 'password' } }, 'unsupported_grant_type'],
    ['no scope', { form: { scope: undefined } }, 'invalid_request'],
    ['a scope of another application', { scope: 'vismanet_erp_interactive_api:read' }, 'invalid_scope'],
    ['no tenant', { form: { tenant_id: undefined } }, 'invalid_request'],
    ['an unknown tenant', { tenant: '8bdf18fd-21cc-11e9-b307-000000000000' }, 'invalid_tenant'],
    ['a tenant that is no UUID', { tenant: 'klant' }, 'invalid_tenant'],
    ['a tenant that has not integrated', { tenant: customerTenant }, 'invalid_tenant'],
  ] as const)('refuses %s', async (_name, ask, error) => {
    await startIntegrated();
    const answer = await askToken(running, ask);
    expect([answer.status, answer.error]).toEqual([400, error]);
    expect(answer.token).toBeUndefined();
  });

  it('refuses a body that is not a form, and a repeated parameter', async () => {
    await startIntegrated();
    const json = await postJson(`${running.url}/connect/token`, { grant_type: 'client_credentials' });
    expect(json).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const twice = await fetch(`${running.url}/connect/token`, {
      method: 'POST',
      body: new URLSearchParams([
        ['scope', 'a'],
        ['scope', 'b'],
      ]),
    });
    expect([twice.status, await twice.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });

  it('accepts two secrets during a rotation and then the new one only', async () => {
    await startIntegrated();
    await postJson(`${running.url}/control/secrets`, {
      secrets: ['first secret:with/odd+characters', 'second'],
    });
    expect((await askToken(running)).status).toBe(200);
    expect((await askToken(running, { secret: 'second' })).status).toBe(200);
    await postJson(`${running.url}/control/secrets`, { secrets: ['second'] });
    expect((await askToken(running)).error).toBe('invalid_client');
    expect((await askToken(running, { secret: 'second' })).status).toBe(200);
  });

  it('answers invalid_tenant until the consent has spread', async () => {
    const { time } = await start();
    await tenantSwitches({ propagationSeconds: 600 });
    await postJson(`${running.url}/control/integrations`, { tenantId: companyTenant });
    expect((await askToken(running)).error).toBe('invalid_tenant');
    time.now += 599_000;
    expect((await askToken(running)).error).toBe('invalid_tenant');
    time.now += 1_000;
    expect((await askToken(running)).status).toBe(200);
  });

  it('issues fewer scopes than asked, or refuses, as switched', async () => {
    await startIntegrated();
    await tenantSwitches({ grantedScopes: [scopes[0]] });
    expect((await askToken(running)).body.scope).toBe(scopes[0]);
    await switches({ scopeShortfall: 'refuse' });
    expect((await askToken(running)).error).toBe('invalid_scope');
    await switches({ scopeShortfall: 'fewer' });
    await tenantSwitches({ grantedScopes: [] });
    expect((await askToken(running)).error).toBe('invalid_scope');
  });

  it('can issue a token for another tenant, of another lifetime, without an id', async () => {
    await startIntegrated();
    await tenantSwitches({ tokenTenantId: customerTenant });
    await switches({ tokenLifetimeSeconds: 120, includeTokenId: false });
    const answer = await askToken(running);
    const claims = JSON.parse(Buffer.from(answer.token.split('.')[1]!, 'base64url').toString());
    expect(claims).toMatchObject({ tenant_id: customerTenant, exp: claims.nbf + 120 });
    expect(claims).not.toHaveProperty('jti');
    expect(answer.body.expires_in).toBe(120);
    expect((await askToken(running)).token).toBe(answer.token);
  });

  it('is down, throttled, refuses the client or hangs, as switched', async () => {
    await startIntegrated();
    await switches({ connect: 'down' });
    expect((await askToken(running)).status).toBe(503);
    await switches({ connect: 429, retryAfterSeconds: 7 });
    const throttled = await askToken(running);
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    await switches({ connect: 'up', invalidClient: true });
    expect((await askToken(running)).error).toBe('invalid_client');
    await switches({ invalidClient: false, connect: 'timeout', timeoutSeconds: 0.01, slowMs: 1 });
    expect((await askToken(running)).status).toBe(504);
    await switches({ connect: 'up' });
    expect((await askToken(running)).status).toBe(200);
  });

  it('forgets a removed integration; tokens already issued live until they expire', async () => {
    const { time } = await startIntegrated();
    const { token } = await askToken(running);
    const removed = await fetch(`${running.url}/control/integrations/${companyTenant}`, { method: 'DELETE' });
    expect(removed.status).toBe(204);
    expect((await askToken(running)).error).toBe('invalid_tenant');
    expect((await readOrganization(running, token)).status).toBe(200);
    time.now += 3_601_000;
    expect((await readOrganization(running, token)).status).toBe(401);
  });

  it('counts requests in all and per tenant', async () => {
    await startIntegrated();
    const { token } = await askToken(running);
    await askToken(running, { secret: 'wrong' });
    await readOrganization(running, token);
    await readOrganization(running, 'nonsense');
    const none = {
      tokensRepeated: 0,
      supplierInvoiceReads: 0,
      supplierInvoiceWrites: 0,
      supplierInvoicesCreated: 0,
      throttled: 0,
    };
    expect(await getJson(`${running.url}/control/counters`)).toEqual({
      ...none,
      tokenRequests: 2,
      tokensIssued: 1,
      peakTokenRequestsPerSecond: 2,
      organizationReads: 2,
      organizationReadsAnswered: 1,
      byTenant: {
        [companyTenant]: {
          ...none,
          tokenRequests: 2,
          tokensIssued: 1,
          organizationReads: 1,
          organizationReadsAnswered: 1,
        },
      },
      bySecret: {
        [secretId('first secret:with/odd+characters')]: { accepted: 1, refused: 0 },
        other: { accepted: 0, refused: 1 },
      },
    });
    await fetch(`${running.url}/control/counters`, { method: 'DELETE' });
    expect(await getJson(`${running.url}/control/counters`)).toMatchObject({
      tokenRequests: 0,
      peakTokenRequestsPerSecond: 0,
      byTenant: {},
      bySecret: { other: { accepted: 0, refused: 0 } },
    });
  });
});
