import { afterEach, describe, expect, it } from 'vitest';
import { type RunningVisma, startVisma } from '../../../infra/local/neighbours/visma/visma.ts';
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

/** An integrated company and a token for it. */
async function start() {
  const { visma, time } = await vismaFixture();
  running = visma;
  visma.control.forceIntegration(visma.control.directory.tenant(companyTenant)!, scopes);
  return { time, token: (await askToken(visma)).token };
}

const switches = (change: unknown) => postJson(`${running.url}/control/switches`, change);
const tenantSwitches = (change: object) =>
  postJson(`${running.url}/control/tenants/${companyTenant}`, change);

describe('GET /v1/organization', () => {
  it('returns the company with its numbers and the rate-limit headers', async () => {
    const { token } = await start();
    const { status, text, headers } = await readOrganization(running, token);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual([
      expect.objectContaining({
        organizationCd: '1',
        name: 'Voorbeeld Groep',
        corporateId: '90000001',
        vatRegistrationId: 'NL000000001B01',
      }),
    ]);
    expect(headers.get('x-ratelimit-limit')).toBe('15000');
    expect(headers.get('x-ratelimit-remaining')).toBe('14999');
    expect(headers.get('x-ratelimit-reset')).toBe('3600');
    expect(headers.get('x-ratelimit-policy')).toBe('4-fixed-window');
  });

  it('answers 401 to a valid token of the Customer tenant', async () => {
    await start();
    await postJson(`${running.url}/control/integrations`, { tenantId: customerTenant });
    const { token } = await askToken(running, { tenant: customerTenant });
    const { status, headers } = await readOrganization(running, token);
    expect([status, headers.get('x-ratelimit-limit')]).toEqual([401, '15000']);
  });

  it('answers 401 without a token, with nonsense, and with a token of another issuer', async () => {
    const { token } = await start();
    expect((await readOrganization(running, 'nonsense')).status).toBe(401);
    expect((await fetch(`${running.url}/v1/organization`)).status).toBe(401);
    const [head, , signature] = token.split('.');
    const forged = Buffer.from(JSON.stringify({ tenant_id: companyTenant })).toString('base64url');
    expect((await readOrganization(running, `${head}.${forged}.${signature}`)).status).toBe(401);
    const { visma: other } = await vismaFixture();
    try {
      other.control.forceIntegration(other.control.directory.tenant(companyTenant)!, scopes);
      expect((await readOrganization(running, (await askToken(other)).token)).status).toBe(401);
    } finally {
      await other.stop();
    }
  });

  it('answers fault 12027 without a licence, with the status that is set', async () => {
    const { token } = await start();
    await tenantSwitches({ licence: false });
    const { status, text } = await readOrganization(running, token);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({
      ExceptionType: 'IPPException',
      ExceptionMessage: 'No license for this company.',
      ExceptionFaultCode: '12027',
    });
    await switches({ noLicenceStatus: 403 });
    expect((await readOrganization(running, token)).status).toBe(403);
  });

  it('answers 403 to a token without the read scope', async () => {
    await start();
    await tenantSwitches({ grantedScopes: [scopes[1]] });
    const { token } = await askToken(running);
    expect((await readOrganization(running, token)).status).toBe(403);
  });

  it('returns as many organisations and whichever number is switched', async () => {
    const { token } = await start();
    await tenantSwitches({ organisations: 2, corporateId: '91111111' });
    const two = JSON.parse((await readOrganization(running, token)).text);
    expect(two.map(({ corporateId }: { corporateId: string }) => corporateId)).toEqual([
      '91111111',
      '99990001',
    ]);
    await tenantSwitches({ organisations: 0 });
    expect(JSON.parse((await readOrganization(running, token)).text)).toEqual([]);
  });

  it.each([401, 403, 429, 500, 503])('answers %i when switched', async (http) => {
    const { token } = await start();
    await tenantSwitches({ http });
    await switches({ retryAfterSeconds: 5 });
    const { status, headers } = await readOrganization(running, token);
    expect(status).toBe(http);
    expect(headers.get('retry-after')).toBe(http === 429 ? '5' : null);
    expect(headers.get('x-ratelimit-policy')).toBe('4-fixed-window');
    await tenantSwitches({ http: null });
    expect((await readOrganization(running, token)).status).toBe(200);
  });

  it('hangs when switched, and lets go when the caller leaves or it stops', async () => {
    const { token } = await start();
    await tenantSwitches({ http: 'timeout' });
    await expect(readOrganization(running, token, AbortSignal.timeout(50))).rejects.toThrow();
    const hanging = readOrganization(running, token).catch((error: unknown) => error);
    await expect
      .poll(async () => (await getJson(`${running.url}/control/counters`)) as object)
      .toMatchObject({ organizationReads: 2 });
    await running.stop();
    expect(await hanging).toBeInstanceOf(Error);
    running = (await vismaFixture()).visma;
  });

  it('answers 503 or 504 to everybody when the API is down or hangs', async () => {
    const { token } = await start();
    await switches({ erp: 'down' });
    expect((await readOrganization(running, token)).status).toBe(503);
    await switches({ erp: 'timeout', timeoutSeconds: 0.01, slowMs: 1 });
    expect((await readOrganization(running, token)).status).toBe(504);
  });

  it('limits calls per tenant in a fixed window', async () => {
    const { token, time } = await start();
    await switches({ rateLimit: { limit: 2, windowSeconds: 60 } });
    expect((await readOrganization(running, token)).headers.get('x-ratelimit-remaining')).toBe('1');
    expect((await readOrganization(running, token)).status).toBe(200);
    time.now += 20_000;
    const limited = await readOrganization(running, token);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '40']);
    expect(limited.headers.get('x-ratelimit-remaining')).toBe('0');
    time.now += 40_000;
    expect((await readOrganization(running, token)).status).toBe(200);
  });

  it('answers 404 to what it does not simulate', async () => {
    await start();
    expect((await fetch(`${running.url}/v1/company`)).status).toBe(404);
  });
});

describe('control', () => {
  it('explains itself and refuses wrong input by name', async () => {
    await start();
    expect(await (await fetch(`${running.url}/control`)).text()).toContain('POST   /control/codes');
    expect(await tenantSwitches({ licence: 'no' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('licence') },
    });
    expect(await switches({ conect: 'down' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('conect') },
    });
    expect(await switches('{')).toMatchObject({ status: 400 });
    expect(
      await postJson(`${running.url}/control/tenants/${companyTenant.replace('8', '7')}`, {}),
    ).toMatchObject({
      status: 404,
    });
  });

  it('adds customers with tenants of its own making and refuses known ones whole', async () => {
    await start();
    const seed = { name: 'Nieuw BV', companies: [{ name: 'Nieuw BV', corporateId: '90000009' }] };
    const added = await postJson(`${running.url}/control/customers`, seed);
    expect(added).toMatchObject({
      status: 201,
      body: { tenants: [{ kind: 'customer' }, { kind: 'company' }] },
    });
    const tenants = (added.body as { tenants: { tenantId: string }[] }).tenants;
    expect(tenants.map(({ tenantId }) => tenantId.split('-')[2])).toEqual(['11e9', '11e9']);
    const again = await postJson(`${running.url}/control/customers`, {
      ...seed,
      name: 'Half',
      companies: [{ name: 'Half', corporateId: '90000010', tenantId: companyTenant }],
    });
    expect(again.status).toBe(409);
    const all = (await getJson(`${running.url}/control/customers`)) as { tenants: { name: string }[] };
    expect(all.tenants.map(({ name }) => name)).not.toContain('Half');
  });

  it('remembers that a company was added without a licence, until it gets one', async () => {
    await start();
    const tenantId = '7bdf18fd-21cc-11e9-b307-0aa512338dd6';
    await postJson(`${running.url}/control/customers`, {
      name: 'Verlopen BV',
      companies: [{ name: 'Verlopen BV', corporateId: '90000011', tenantId, licence: false }],
    });
    await postJson(`${running.url}/control/integrations`, { tenantId });
    const { token } = await askToken(running, { tenant: tenantId });
    expect((await readOrganization(running, token)).text).toContain('12027');
    await postJson(`${running.url}/control/tenants/${tenantId}`, { licence: true });
    expect((await readOrganization(running, token)).status).toBe(200);
  });

  it('lists who has integrated', async () => {
    await start();
    expect(await getJson(`${running.url}/control/tenants`)).toEqual([
      {
        tenantId: companyTenant,
        name: 'Voorbeeld Groep',
        kind: 'company',
        scopes,
        integratedAt: expect.any(String),
      },
    ]);
  });

  it('says that a port is taken', async () => {
    await start();
    const port = Number(new URL(running.url).port);
    await expect(startVisma({ port, clientId: 'a', clientSecret: 'b' })).rejects.toThrow(
      /choose another port/,
    );
  });
});
