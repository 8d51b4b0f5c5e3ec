import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningVisma } from '../../../infra/local/neighbours/visma/visma.ts';
import { getJson, postJson, type Receiver, startReceiver } from './receiver.ts';
import { companyTenant, customerTenant, scopes, secondTenant, vismaFixture } from './visma-fixture.ts';

let running: RunningVisma;
let time: { now: number };
let receiver: Receiver;

beforeEach(async () => {
  receiver = await startReceiver();
  ({ visma: running, time } = await vismaFixture());
  await postJson(`${running.url}/control/webhook`, { url: receiver.url, secret: 'signature-key-as-text' });
});
afterEach(async () => {
  await running.stop();
  await receiver.stop();
});

/** A customer with a browser that runs no scripts: a cookie and forms. */
function browse() {
  let session = '';
  async function request(path: string, form?: [string, string][]): Promise<{ status: number; page: string }> {
    const response = await fetch(`${running.url}${path}`, {
      redirect: 'manual',
      headers: { cookie: session },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) session = set.split(';')[0]!;
    const location = response.headers.get('location');
    if (response.status === 303 && location !== null) return request(location);
    return { status: response.status, page: await response.text() };
  }
  return {
    get: (path: string) => request(path),
    signIn: (email: string) => request('/app-store/sign-in', [['email', email]]),
    choose: (tenantId: string) => request('/app-store/organizations', [['tenantId', tenantId]]),
    enter: (code: string) => request('/app-store/invitation', [['code', code]]),
    accept: (granted: readonly string[] = scopes) =>
      request(
        '/app-store/app/permissions',
        granted.map((scope): [string, string] => ['scope', scope]),
      ),
    remove: () => request('/app-store/app/removal', []),
  };
}

async function newCode(seed: object = {}): Promise<string> {
  const { body } = await postJson(`${running.url}/control/codes`, seed);
  return (body as { code: string }).code;
}

async function administratorOf(tenantId: string) {
  const customer = browse();
  await customer.signIn('Beheer@klant.example');
  await customer.choose(tenantId);
  return customer;
}

const deliveries = async () =>
  (await getJson(`${running.url}/control/deliveries`)) as {
    id: string;
    status: string;
    attempts: { status?: number; error?: string }[];
  }[];

const integrated = async () =>
  ((await getJson(`${running.url}/control/tenants`)) as { tenantId: string; scopes: string[] }[]).map(
    (tenant) => [tenant.tenantId, tenant.scopes],
  );

describe('App Store', () => {
  it('leads from the code to the integration and shows the tenant ID', async () => {
    const customer = await administratorOf(companyTenant);
    expect((await customer.get('/app-store')).page).toContain(`value="${companyTenant}"`);
    expect((await customer.enter(`  ${await newCode()} `)).page).toContain('Integrate</button>');
    expect((await customer.get('/app-store/app/permissions')).page).toContain('Application permissions');
    const done = await customer.accept(scopes.slice(0, 2));
    expect(done.page).toContain('Spend Cloud is integrated with Voorbeeld Groep');
    expect(await integrated()).toEqual([[companyTenant, scopes.slice(0, 2)]]);
  });

  it('sends a visitor to the step that is missing', async () => {
    const customer = browse();
    expect((await customer.get('/')).page).toContain('<h1>Sign in</h1>');
    expect((await customer.signIn('niemand@klant.example')).status).toBe(422);
    expect((await customer.signIn('beheer@klant.example')).page).toContain('<h1>Change organization</h1>');
    await customer.choose(companyTenant);
    expect((await customer.get('/app-store/app')).page).toContain('Invitation code');
    expect((await customer.get('/app-store/app/permissions')).page).toContain('Invitation code');
    expect((await customer.accept()).page).toContain('Invitation code');
    expect(await integrated()).toEqual([]);
  });

  it('shows the code entry to an Integration Administrator only', async () => {
    const reader = browse();
    // One organisation only: it is chosen without asking.
    const { page } = await reader.signIn('lezer@klant.example');
    expect(page).toContain('You need the role Integration Administrator');
    expect(page).not.toContain('Invitation code');
    expect((await reader.enter(await newCode())).status).toBe(403);
    expect((await reader.accept()).status).toBe(403);
    await reader.choose(secondTenant);
    expect((await reader.get('/app-store')).page).toContain(companyTenant);
    expect(await integrated()).toEqual([]);
  });

  it('takes a code once, for one company', async () => {
    const code = await newCode();
    const first = await administratorOf(companyTenant);
    const second = await administratorOf(secondTenant);
    await first.enter(code);
    expect((await second.enter(code)).page).toContain('Integrate</button>');
    await first.accept();
    const late = await second.accept();
    expect([late.status, late.page]).toEqual([422, expect.stringContaining('has been used already')]);
    expect((await second.enter(code)).page).toContain('has been used already');
    expect(await integrated()).toEqual([[companyTenant, scopes]]);
    expect(await getJson(`${running.url}/control/codes`)).toMatchObject([
      { code, status: 'accepted', acceptedBy: companyTenant },
    ]);
  });

  it('refuses unknown and expired codes, also one that expires before Accept', async () => {
    const customer = await administratorOf(companyTenant);
    const unknown = await customer.enter('<b>"none"</b>');
    expect([unknown.status, unknown.page]).toEqual([422, expect.stringContaining('is not known')]);
    expect(unknown.page).not.toContain('<b>"none"');
    const code = await newCode({ code: 'SOON', expiresAt: '2026-03-02T10:00:00+00:00' });
    await customer.enter(code);
    time.now = Date.parse('2026-03-02T10:00:00Z');
    expect((await customer.accept()).page).toContain('has expired');
    expect((await customer.enter(code)).page).toContain('has expired');
    expect(await integrated()).toEqual([]);
  });

  it('gives codes five days unless told and refuses one twice', async () => {
    expect(await postJson(`${running.url}/control/codes`, [{ code: 'A' }, {}])).toMatchObject({
      status: 201,
      body: [{ code: 'A', expiresAt: '2026-03-07T09:00:00.000Z', status: 'open' }, { status: 'open' }],
    });
    expect((await postJson(`${running.url}/control/codes`, { code: 'A' })).status).toBe(409);
  });

  it('integrates the Customer tenant just as well, as the classic mistake', async () => {
    const customer = await administratorOf(customerTenant);
    await customer.enter(await newCode());
    await customer.accept();
    expect(await integrated()).toEqual([[customerTenant, scopes]]);
  });

  it('forgets an entered code when the organisation changes', async () => {
    const customer = await administratorOf(customerTenant);
    await customer.enter(await newCode());
    await customer.choose(companyTenant);
    expect((await customer.accept()).page).toContain('Invitation code');
    expect(await integrated()).toEqual([]);
  });

  it('changes permissions later without a code, never to none, and removes', async () => {
    const customer = await administratorOf(companyTenant);
    await customer.enter(await newCode());
    await customer.accept(scopes.slice(0, 1));
    expect((await customer.accept([])).status).toBe(422);
    await customer.accept(scopes);
    expect(await integrated()).toEqual([[companyTenant, scopes]]);
    expect(receiver.received).toHaveLength(1);
    await customer.remove();
    expect(await integrated()).toEqual([]);
  });

  it('escapes names and lets no page run anything', async () => {
    await postJson(`${running.url}/control/customers`, {
      name: '<script>alert(1)</script> & "co"',
      users: [
        {
          email: 'x@vreemd.example',
          name: '<img src=x onerror=alert(1)>',
          roles: [{ tenantId: '*', role: 'Integration Administrator' }],
        },
      ],
    });
    const { page } = await browse().signIn('x@vreemd.example');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toMatch(/<script|<img/);
    const response = await fetch(`${running.url}/app-store/sign-in`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });
});

describe('tenant_application_added', () => {
  async function integrate() {
    const customer = await administratorOf(companyTenant);
    await customer.enter(await newCode());
    await customer.accept();
  }
  const firstStatus = async () => (await deliveries())[0]?.status;

  it('is signed over the raw body with the key as text', async () => {
    await integrate();
    await expect.poll(() => receiver.received.length).toBe(1);
    const { headers, body } = receiver.received[0]!;
    const expected = createHmac('sha256', 'signature-key-as-text').update(body).digest('base64');
    expect(headers).toMatchObject({
      'x-vwd-signature-v1': expected,
      'x-vwd-event-id': 'tenant_application_added',
      'x-vwd-tenant-id': companyTenant,
      'x-vwd-notification-timestamp': String(time.now),
      'x-vwd-notification-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(JSON.parse(body)).toEqual({
      event: 'tenant_application_added',
      tenantId: companyTenant,
      applicationId: 'isv_spend_cloud_test',
      timestamp: '2026-03-02T09:00:00.000Z',
    });
  });

  it('is retried with the same id until it is taken', async () => {
    receiver.answers.push(500, 302, 429, 503);
    await integrate();
    await expect.poll(firstStatus).toBe('delivered');
    expect((await deliveries())[0]!.attempts.map(({ status }) => status)).toEqual([500, 302, 429, 503, 200]);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-vwd-notification-id'])).size).toBe(1);
  });

  it('is given up after five attempts and can be sent again', async () => {
    receiver.answers.push(500, 500, 500, 500, 500);
    await integrate();
    await expect.poll(firstStatus).toBe('failed');
    const [failed] = await deliveries();
    expect(failed!.attempts).toHaveLength(5);
    const again = await postJson(`${running.url}/control/deliveries/${failed!.id}/resend`, {});
    expect(again.body).toMatchObject({ status: 'delivered' });
    expect((await postJson(`${running.url}/control/deliveries/none/resend`, {})).status).toBe(404);
  });

  it('stops at 410', async () => {
    receiver.answers.push(410);
    await integrate();
    await expect.poll(firstStatus).toBe('failed');
    expect(receiver.received).toHaveLength(1);
  });

  it('is suppressed, doubled or delayed when switched', async () => {
    const webhook = (change: object) => postJson(`${running.url}/control/switches`, { webhook: change });
    await webhook({ suppress: true });
    await integrate();
    expect(await deliveries()).toEqual([]);
    await webhook({ suppress: false, duplicate: true });
    await integrate();
    await expect.poll(() => receiver.received.length).toBe(2);
    const [one, two] = receiver.received.map(({ headers }) => headers['x-vwd-notification-id']);
    expect(one).toBe(two);
    await webhook({ duplicate: false, delayMs: 60_000 });
    await integrate();
    expect((await deliveries()).map(({ status }) => status)).toEqual(['delivered', 'pending']);
  });

  it('waits on the list when nobody has subscribed', async () => {
    await running.stop();
    ({ visma: running, time } = await vismaFixture());
    await integrate();
    await expect.poll(firstStatus).toBe('not-configured');
    running.control.subscribe({ url: receiver.url, secret: 'later' });
    const [{ id } = { id: '' }] = await deliveries();
    await postJson(`${running.url}/control/deliveries/${id}/resend`, {});
    expect(await firstStatus()).toBe('delivered');
  });
});
