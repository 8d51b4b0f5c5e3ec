import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningVisma } from '../../../infra/local/neighbours/visma/visma.ts';
import { createVismaTenantReader } from '../../../shared/adapters/visma/tenant-reading.ts';
import { createTokenSource } from '../../../shared/adapters/visma/token-source.ts';
import { postJson } from '../neighbours/receiver.ts';
import { companyTenant, customerTenant, scopes, vismaFixture } from '../neighbours/visma-fixture.ts';

/** The adapter against the simulator, which was written from the documents and shares no code with it. */
describe('reading a tenant of the Visma simulator', () => {
  let visma: RunningVisma;
  beforeEach(async () => {
    ({ visma } = await vismaFixture());
  });
  afterEach(() => visma.stop());

  const integrate = (tenantId = companyTenant) => postJson(`${visma.url}/control/integrations`, { tenantId });
  const forAll = (change: object) => postJson(`${visma.url}/control/switches`, change);
  const forTenant = (change: object) => postJson(`${visma.url}/control/tenants/${companyTenant}`, change);
  const read = (tenantId = companyTenant, options: { secret?: string; scopes?: string[] } = {}) => {
    const client = {
      clientId: 'isv_spend_cloud_test',
      clientSecret: options.secret ?? 'first secret:with/odd+characters',
      versionId: 'version-1',
    };
    const tokens = createTokenSource({
      tokenUrl: `${visma.url}/connect/token`,
      scopes: options.scopes ?? scopes,
      timeoutMs: 1_000,
      client: {
        read: async () => client,
        readAgain: async () => client,
        readPrevious: async () => undefined,
      },
    });
    return createVismaTenantReader({ tokens, apiUrl: visma.url, timeoutMs: 1_000 }).read(tenantId);
  };

  it('says which company it is', async () => {
    await integrate();
    expect(await read()).toEqual({
      outcome: 'read',
      organisations: [{ organizationCd: '1', name: 'Voorbeeld Groep', corporateId: '90000001' }],
      rateLimit: { limit: 15_000, remaining: 14_999, resetSeconds: 3_600 },
    });
  });

  it('tells what is wrong apart', async () => {
    expect(await read()).toEqual({ outcome: 'not-integrated' });
    await integrate();
    expect(await read(companyTenant, { secret: 'wrong' })).toEqual({ outcome: 'client-rejected' });
    await integrate(customerTenant);
    expect(await read(customerTenant)).toEqual({ outcome: 'wrong-organisation' });
    await forTenant({ grantedScopes: scopes.slice(0, 1) });
    expect(await read()).toEqual({ outcome: 'missing-scopes' });
    await forAll({ scopeShortfall: 'refuse' });
    expect(await read()).toEqual({ outcome: 'missing-scopes' });
    await forTenant({ grantedScopes: null, licence: false });
    for (const noLicenceStatus of [400, 401, 403, 500]) {
      await forAll({ noLicenceStatus });
      expect(await read()).toEqual({ outcome: 'no-licence' });
    }
  });

  it('asks for patience while Visma throttles, is down or does not answer', async () => {
    await integrate();
    await forAll({ connect: 429, retryAfterSeconds: 7 });
    await expect(read()).rejects.toMatchObject({ name: 'TransientError', retryAfterSeconds: 7 });
    await forAll({ connect: 'down' });
    await expect(read()).rejects.toMatchObject({ name: 'TransientError' });
    await forAll({ connect: 'up', erp: 'down' });
    await expect(read()).rejects.toMatchObject({ name: 'TransientError' });
    await forAll({ erp: 'timeout' });
    await expect(read()).rejects.toMatchObject({ name: 'TransientError' });
    await forAll({ erp: 'up' });
    await forTenant({ http: 429 });
    await expect(read()).rejects.toMatchObject({ name: 'TransientError', retryAfterSeconds: 7 });
    await forTenant({ http: null });
    await forAll({ rateLimit: { limit: 1, windowSeconds: 60 } });
    const whenReset = { name: 'TransientError', retryAfterSeconds: expect.toSatisfy((wait) => wait > 50) };
    await expect(read()).rejects.toMatchObject(whenReset);
  });

  it('never uses a token of another tenant', async () => {
    await integrate();
    await forTenant({ tokenTenantId: '9bdf18fd-21cc-11e9-b307-0aa512338dd6' });
    await expect(read()).rejects.toMatchObject({ name: 'PermanentError' });
  });
});
