import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RunningZohoDesk, startZohoDesk } from '../../../infra/local/neighbours/zoho-desk/zoho-desk.tsx';
import { type Receiver, startReceiver } from './receiver.ts';

const orgId = '20000000000';
const credentials = { clientId: '1000.CLIENT', clientSecret: 'secret', refreshToken: '1000.refresh' };

let receiver: Receiver;
let zoho: RunningZohoDesk;
let clock = Date.now();

beforeEach(async () => {
  clock = Date.now();
  receiver = await startReceiver();
  zoho = await startZohoDesk({
    port: 0,
    orgId,
    departmentId: '200000000001',
    agentId: '700000000001',
    fromEmailAddress: 'support@vendor.example',
    credentials,
    clock: () => clock,
  });
});
afterEach(async () => {
  await zoho.stop();
  await receiver.stop();
});

async function askToken(change: Partial<Record<string, string>> = {}) {
  const response = await fetch(`${zoho.url}/oauth/v2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      refresh_token: credentials.refreshToken,
      ...(change as Record<string, string>),
    }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

async function api(path: string, init: RequestInit = {}, token?: string) {
  const bearer = token ?? (await askToken()).body.access_token;
  const response = await fetch(`${zoho.url}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Zoho-oauthtoken ${bearer}`, orgId, 'content-type': 'application/json' },
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const aTicket = { email: 'finance@klant.example', subject: 'Code', html: '<div>Graag een code.</div>' };

describe('the accounts server', () => {
  it('tells what is wrong with status 200', async () => {
    expect(await askToken({ client_secret: 'other' })).toEqual({
      status: 200,
      body: { error: 'invalid_client_secret' },
    });
    expect(await askToken({ refresh_token: 'other' })).toMatchObject({ body: { error: 'invalid_code' } });
  });

  it('gives ten tokens in ten minutes', async () => {
    for (let count = 0; count < 10; count += 1) expect((await askToken()).body.access_token).toBeDefined();
    expect(await askToken()).toMatchObject({ status: 400, body: { error: 'Access Denied' } });
    clock += 10 * 60_000;
    expect((await askToken()).body.access_token).toBeDefined();
  });
});

describe('the REST interface', () => {
  it('wants a token and the org', async () => {
    expect((await api('/tickets', {}, 'wrong')).status).toBe(401);
    const { body } = await askToken();
    const response = await fetch(`${zoho.url}/api/v1/tickets`, {
      headers: { authorization: `Zoho-oauthtoken ${body.access_token}` },
    });
    expect(response.status).toBe(403);
  });

  it('shows a ticket by label and by API name, its threads without their text, and no comments as 204', async () => {
    const { id } = zoho.desk.create({ ...aTicket, cf: { cf_tenant_id: 'x' } });
    expect(await api(`/tickets/${id}?include=contacts`)).toMatchObject({
      body: {
        cf: { cf_tenant_id: 'x' },
        customFields: { 'Tenant ID': 'x' },
        contact: { email: aTicket.email },
      },
    });
    const threads = await api(`/tickets/${id}/threads?limit=100`);
    expect(threads.body.data).toHaveLength(1);
    expect(threads.body.data[0]).not.toHaveProperty('content');
    expect(await api(`/tickets/${id}/threads/${threads.body.data[0].id}`)).toMatchObject({
      body: { content: aTicket.html, direction: 'in', isDescriptionThread: true },
    });
    expect((await api(`/tickets/${id}/comments`)).status).toBe(204);
    expect((await api('/tickets/1')).status).toBe(404);
  });

  it('takes comments, replies and changes', async () => {
    const { id } = zoho.desk.create(aTicket);
    const post = (body: object) => ({ method: 'POST', body: JSON.stringify(body) });
    const reply = { channel: 'EMAIL', to: aTicket.email, content: 'Verstuurd.', contentType: 'plainText' };
    const fromEmailAddress = 'support@vendor.example';
    expect(await api(`/tickets/${id}/sendReply`, post({ ...reply, fromEmailAddress }))).toMatchObject({
      body: { direction: 'out', author: { type: 'AGENT' } },
    });
    expect(
      (await api(`/tickets/${id}/sendReply`, post({ ...reply, fromEmailAddress, subject: 'no' }))).status,
    ).toBe(400);
    expect(await api(`/tickets/${id}/comments`, post({ content: 'x', isPublic: true }))).toMatchObject({
      body: { commenter: { type: 'AGENT', id: '700000000001' } },
    });
    const change = { method: 'PATCH', body: JSON.stringify({ status: 'Closed' }) };
    expect(await api(`/tickets/${id}`, change)).toMatchObject({ body: { statusType: 'Closed' } });
  });
});

describe('deliveries', () => {
  it('are arrays beside a token that any body could come with, and are not sent again', async () => {
    const { id } = await zoho.subscribe(receiver.url);
    expect(receiver.received.map(({ body }) => body)).toEqual(['', '', '', '{"{}":""}']);
    receiver.answers.push(500);
    const ticket = zoho.desk.create(aTicket);
    await vi.waitFor(() => expect(zoho.webhooks.deliveries[0]?.outcome).toBe(500));
    const { headers, body } = receiver.received[4]!;
    const jwks = createRemoteJWKSet(new URL(`${zoho.url}/.well-known/jwks.json`));
    const { payload } = await jwtVerify(String(headers['x-zdesk-jwt']), jwks, {
      issuer: `orgId:${orgId}`,
      audience: `webhookId:${id}`,
      requiredClaims: ['iat', 'exp'],
    });
    expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss']);
    expect(JSON.parse(body)).toMatchObject([{ eventType: 'Ticket_Add', orgId, payload: { id: ticket.id } }]);
    zoho.desk.mailFrom(ticket.id, 'tweede');
    await vi.waitFor(() => expect(receiver.received).toHaveLength(6));
    const [event] = JSON.parse(receiver.received[5]!.body);
    expect(event.payload).toMatchObject({
      ticketId: ticket.id,
      direction: 'in',
      author: { type: 'END_USER' },
    });
    expect(event.payload).not.toHaveProperty('to');
  });

  it('refuse an address that does not answer the probes', async () => {
    receiver.answers.push(200, 405);
    await expect(zoho.subscribe(receiver.url)).rejects.toThrow('HEAD was answered 405');
  });

  it('are lost while they are suppressed', async () => {
    await zoho.subscribe(receiver.url);
    zoho.webhooks.suppress(true);
    zoho.desk.create(aTicket);
    expect(zoho.webhooks.deliveries[0]?.outcome).toBe('suppressed');
    expect(receiver.received).toHaveLength(4);
  });
});

describe('pages', () => {
  it('let people write a ticket and answer as customer and desk', async () => {
    const post = (path: string, form: Record<string, string>) =>
      fetch(`${zoho.url}${path}`, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
    const answer = await post('/tickets', { email: 'a@klant.example', subject: 'Code', text: '<b>Graag' });
    const path = answer.headers.get('location') ?? '';
    await post(`${path}/replies`, { text: 'Klant hier', direction: 'inbound' });
    await post(`${path}/replies`, { text: 'Desk hier', direction: 'outbound' });
    const [ticket] = zoho.desk.tickets();
    expect(ticket?.threads.map(({ direction }) => direction)).toEqual(['in', 'in', 'out']);
    expect(await (await fetch(`${zoho.url}${path}`)).text()).toContain('Desk hier');
    expect((await post('/tickets', { email: '' })).status).toBe(422);
  });
});
