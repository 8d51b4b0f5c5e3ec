import { afterEach, describe, expect, it } from 'vitest';
import { secretId } from '../../../infra/local/neighbours/visma/client-secrets.ts';
import type { RunningVisma } from '../../../infra/local/neighbours/visma/visma.ts';
import { getJson, postJson } from './receiver.ts';
import {
  askToken,
  companyTenant,
  readOrganization,
  scopes,
  secondTenant,
  vismaFixture,
} from './visma-fixture.ts';

let running: RunningVisma;
afterEach(() => running.stop());

/** Both companies have the application. */
async function start() {
  const { visma, time } = await vismaFixture();
  running = visma;
  const { directory, forceIntegration } = visma.control;
  for (const tenantId of [companyTenant, secondTenant]) forceIntegration(directory.tenant(tenantId)!, scopes);
  return time;
}

const switches = (change: object) => postJson(`${running.url}/control/switches`, change);
const tenantSwitches = (change: object) =>
  postJson(`${running.url}/control/tenants/${companyTenant}`, change);
const secrets = (...accepted: string[]) => postJson(`${running.url}/control/secrets`, { secrets: accepted });

describe('repeatToken', () => {
  it('answers the same token with what is left of its lifetime, then a new one', async () => {
    const time = await start();
    await switches({ repeatToken: true, tokenLifetimeSeconds: 100 });
    const first = await askToken(running);
    time.now += 60_000;
    const again = await askToken(running);
    expect([again.token, again.body.expires_in]).toEqual([first.token, 40]);
    time.now += 39_500;
    expect((await askToken(running)).body.expires_in).toBe(1);
    time.now += 500;
    const next = await askToken(running);
    expect(next.token).not.toBe(first.token);
    expect(next.body.expires_in).toBe(100);
    expect(running.control.counters()).toMatchObject({
      tokenRequests: 4,
      tokensIssued: 2,
      tokensRepeated: 2,
    });
  });

  it('keeps tenants and scopes apart, whatever their order', async () => {
    await start();
    await switches({ repeatToken: true });
    const read = await askToken(running, { scope: scopes[0]! });
    const both = await askToken(running, { scope: `${scopes[0]} ${scopes[1]}` });
    const turned = await askToken(running, { scope: `${scopes[1]} ${scopes[0]}` });
    const other = await askToken(running, { scope: scopes[0]!, tenant: secondTenant });
    expect(turned.token).toBe(both.token);
    expect(new Set([read.token, both.token, other.token]).size).toBe(3);
  });

  it('makes one token for those who ask together', async () => {
    await start();
    await switches({ repeatToken: true });
    const answers = await Promise.all(Array.from({ length: 10 }, () => askToken(running)));
    expect(new Set(answers.map(({ token }) => token)).size).toBe(1);
    expect(running.control.counters().tokensIssued).toBe(1);
  });

  it('is still refused to a tenant that removed the application', async () => {
    await start();
    await switches({ repeatToken: true });
    await askToken(running);
    running.control.removeIntegration(companyTenant);
    expect((await askToken(running)).error).toBe('invalid_tenant');
  });
});

describe('one tenant only', () => {
  it.each([
    ['down', 503, null],
    [500, 500, null],
    [429, 429, '30'],
    ['timeout', 504, null],
  ] as const)('is answered %s', async (connect, status, retryAfter) => {
    await start();
    await switches({ timeoutSeconds: 0.01 });
    await tenantSwitches({ connect });
    const answer = await askToken(running);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(answer.body).toEqual({});
    expect((await askToken(running, { tenant: secondTenant })).status).toBe(200);
    await tenantSwitches({ connect: null });
    expect((await askToken(running)).status).toBe(200);
    const { byTenant } = running.control.counters();
    expect(byTenant[companyTenant]).toMatchObject({ tokenRequests: 2, tokensIssued: 1 });
    expect(byTenant[companyTenant]!.throttled).toBe(connect === 429 ? 1 : 0);
  });

  it('can be spared an outage', async () => {
    await start();
    await switches({ connect: 500 });
    await tenantSwitches({ connect: 'up' });
    expect((await askToken(running)).status).toBe(200);
    const other = await askToken(running, { tenant: secondTenant });
    expect([other.status, other.headers.get('content-type')]).toEqual([500, expect.stringContaining('html')]);
  });

  it('gets short-lived or repeated tokens', async () => {
    await start();
    await tenantSwitches({ tokenLifetimeSeconds: 5, repeatToken: true });
    const first = await askToken(running);
    expect(first.body.expires_in).toBe(5);
    expect((await askToken(running)).token).toBe(first.token);
    const other = await askToken(running, { tenant: secondTenant });
    expect(other.body.expires_in).toBe(3600);
    expect((await askToken(running, { tenant: secondTenant })).token).not.toBe(other.token);
  });

  it('waits for a slow answer until the caller leaves, at the token endpoint and at the ERP API', async () => {
    await start();
    const { token } = await askToken(running);
    await tenantSwitches({ slowMs: 300_000 });
    await expect(readOrganization(running, token, AbortSignal.timeout(50))).rejects.toThrow();
    const slow = askToken(running).catch((error: unknown) => error);
    expect((await askToken(running, { tenant: secondTenant })).status).toBe(200);
    await running.stop();
    expect(await slow).toBeInstanceOf(Error);
    running = (await vismaFixture()).visma;
  });
});

describe('a token that the ERP API refuses', () => {
  it('is answered 401 while its successor is not', async () => {
    await start();
    const { token } = await askToken(running);
    const { token: successor } = await askToken(running);
    expect(await postJson(`${running.url}/control/refused-tokens`, { token })).toMatchObject({ status: 200 });
    expect((await readOrganization(running, token)).status).toBe(401);
    expect((await readOrganization(running, successor)).status).toBe(200);
    running.control.refuseToken(successor);
    expect((await readOrganization(running, successor)).status).toBe(401);
  });

  it('can be named by its hash only', async () => {
    await start();
    const { token } = await askToken(running);
    const refuse = (tokenId: string) => postJson(`${running.url}/control/refused-tokens`, { tokenId });
    expect((await refuse('nonsense')).status).toBe(400);
    expect((await refuse(secretId(token))).status).toBe(200);
    expect((await readOrganization(running, token)).status).toBe(401);
  });
});

describe('rotation of the client secret', () => {
  const old = 'first secret:with/odd+characters';
  const ask = async (secret: string) => (await askToken(running, { secret })).status;

  it('is proven by how often each secret was used', async () => {
    await start();
    expect(await ask('second')).toBe(400);
    await secrets(old, 'second');
    expect([await ask(old), await ask('second')]).toEqual([200, 200]);
    await secrets('second');
    expect([await ask(old), await ask('second')]).toEqual([400, 200]);
    expect(running.control.counters().bySecret).toEqual({
      [secretId(old)]: { accepted: 1, refused: 1 },
      [secretId('second')]: { accepted: 2, refused: 0 },
      other: { accepted: 0, refused: 1 },
    });
    expect(await getJson(`${running.url}/control/secrets`)).toEqual({ accepted: [secretId('second')] });
    expect(JSON.stringify(running.control.counters())).not.toContain(old);
  });

  it('can fail: the new secret is refused, the old one still accepted', async () => {
    await start();
    await secrets(old, 'second');
    expect(await ask('second')).toBe(200);
    running.control.acceptSecrets([old]);
    expect([await ask('second'), await ask(old)]).toEqual([400, 200]);
    await switches({ invalidClient: true });
    expect(await ask(old)).toBe(400);
    expect(running.control.counters().bySecret).toMatchObject({
      [secretId(old)]: { accepted: 1, refused: 1 },
      [secretId('second')]: { accepted: 1, refused: 1 },
    });
  });

  it('counts no use while Connect does not look at the secret', async () => {
    await start();
    await switches({ connect: 'down' });
    await ask(old);
    expect(running.control.counters().bySecret[secretId(old)]).toEqual({ accepted: 0, refused: 0 });
  });
});

describe('peakTokenRequestsPerSecond', () => {
  it('slides: a burst across two seconds of the clock is one burst', async () => {
    const time = await start();
    const at = async (ms: number, requests: number) => {
      time.now = Date.parse('2026-03-02T09:00:00Z') + ms;
      for (let n = 0; n < requests; n += 1) await askToken(running);
      return running.control.counters().peakTokenRequestsPerSecond;
    };
    expect(await at(0, 1)).toBe(1);
    expect(await at(900, 2)).toBe(3);
    expect(await at(1_000, 1)).toBe(3);
    expect(await at(1_800, 2)).toBe(5);
    expect(await at(10_000, 4)).toBe(5);
    expect(running.control.counters().tokenRequests).toBe(10);
    running.control.resetCounters();
    expect(await at(20_000, 1)).toBe(1);
  });
});
