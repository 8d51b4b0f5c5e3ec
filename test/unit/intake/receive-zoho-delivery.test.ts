import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  receiveZohoDelivery,
  type ZohoIntake,
} from '../../../functions/receive-zoho-delivery/receive-zoho-delivery.ts';
import { type RunningZohoDesk, startZohoDesk } from '../../../infra/local/neighbours/zoho-desk/zoho-desk.tsx';
import { createDeliveryVerifier } from '../../../shared/adapters/zoho-desk/delivery-token.ts';
import { type InboundMessage, inboundMessage } from '../../../shared/contracts/queues/inbound.ts';
import { TransientError } from '../../../shared/platform/errors.ts';
import { someTime } from '../../builders/history.ts';
import { aRequest } from './intake-rig.ts';

const path = '/webhooks/tickets/zoho-desk/kept-between-us';
const jwt = { 'x-zdesk-jwt': 'good' };

function anIntake(change: Partial<ZohoIntake> = {}) {
  const queued: InboundMessage[] = [];
  const logged: string[] = [];
  return {
    queued,
    logged,
    enabled: true,
    orgId: '2000',
    segment: { read: async () => 'kept-between-us', readAgain: async () => 'kept-between-us' },
    verify: async (token: string) => token === 'good',
    enqueue: async (message: InboundMessage) => {
      queued.push(inboundMessage.parse(message));
    },
    clock: () => new Date(someTime),
    log: (line: string) => {
      logged.push(line);
    },
    ...change,
  };
}

const request = (body: string, headers: Record<string, string> = jwt, change: object = {}) => ({
  ...aRequest(body, headers),
  path,
  ...change,
});

const added = { eventType: 'Ticket_Add', eventTime: '1763800000000', payload: { id: '1', cf: {} } };

describe('a probe', () => {
  it.each([
    ['GET', '', {}],
    ['HEAD', '', {}],
    ['POST', '', {}],
    ['POST', '{"{}":""}', {}],
    ['POST', '{"{}":""}', { 'x-zdesk-jwt': 'of whatever' }],
    ['POST', JSON.stringify([added]), {}],
  ])('%s %s is answered 200 without effect', async (method, body, headers) => {
    const intake = anIntake({ verify: () => Promise.reject(new Error('asked')) });
    expect(await receiveZohoDelivery(intake, request(body, headers, { method }))).toMatchObject({
      status: 200,
    });
    expect(intake.queued).toEqual([]);
  });

  it.each(['/webhooks/tickets/zoho-desk/other', '/webhooks/tickets/zoho-desk/'])(
    'of %s finds nothing',
    async (other) => {
      const answer = await receiveZohoDelivery(anIntake(), request('', {}, { method: 'GET', path: other }));
      expect(answer.status).toBe(404);
    },
  );
});

describe('a delivery', () => {
  it('is kept by its ids only', async () => {
    const intake = anIntake();
    const body = JSON.stringify([
      { ...added, payload: { ...added.payload, email: 'jan@klant.example', cf: { cf_tenant_id: 'x' } } },
      { eventType: 'Ticket_Thread_Add', payload: { id: '5', ticketId: '1', content: 'geheim' } },
    ]);
    expect(await receiveZohoDelivery(intake, request(body))).toEqual({
      status: 200,
      body: { accepted: true },
    });
    expect(intake.queued).toEqual([
      {
        kind: 'zoho-desk-hint',
        deliveryKey: 'zoho:2000:Ticket_Add:1:1763800000000',
        receivedAt: someTime,
        hint: { ticketId: '1', eventType: 'Ticket_Add', eventTime: '1763800000000' },
      },
      {
        kind: 'zoho-desk-hint',
        deliveryKey: 'zoho:2000:Ticket_Thread_Add:5',
        receivedAt: someTime,
        hint: { ticketId: '1', eventType: 'Ticket_Thread_Add', itemId: '5' },
      },
    ]);
  });

  it.each([
    ['[]', 0],
    ['nonsense', 0],
    ['null', 0],
    ['7', 0],
    ['{"eventType":"Ticket_Add"}', 0],
    ['[{"eventType":"Ticket_Delete","payload":{"id":"1"}}]', 0],
    ['[{"eventType":"Ticket_Add","payload":{"id":"1/../2"}}]', 0],
    [JSON.stringify(added), 1],
    [JSON.stringify([added, added]), 1],
    [JSON.stringify(Array.from({ length: 80 }, (_, id) => ({ ...added, payload: { id: String(id) } }))), 50],
  ])('with the body %.60s is answered 200 and gives %i hints', async (body, hints) => {
    const intake = anIntake();
    expect((await receiveZohoDelivery(intake, request(body))).status).toBe(200);
    expect(intake.queued).toHaveLength(hints);
  });

  const samples = 'test/samples/zoho-desk/deliveries';
  it.each(readdirSync(samples))('of the sample %s is understood', async (file) => {
    const { body } = JSON.parse(readFileSync(`${samples}/${file}`, 'utf8')) as { body: unknown };
    const intake = anIntake();
    expect((await receiveZohoDelivery(intake, request(JSON.stringify(body)))).status).toBe(200);
    expect(intake.queued).toHaveLength(Array.isArray(body) ? body.length : 1);
  });

  it('with a token that is not Zoho’s is refused', async () => {
    const intake = anIntake();
    const answer = await receiveZohoDelivery(intake, request('[]', { 'x-zdesk-jwt': 'bad' }));
    expect(answer.status).toBe(401);
  });

  it('is answered 500 when it could not be stored, or its token not be verified', async () => {
    const full = anIntake({ enqueue: () => Promise.reject(new TransientError('full')) });
    expect((await receiveZohoDelivery(full, request(JSON.stringify(added)))).status).toBe(500);
    const keyless = anIntake({ verify: () => Promise.reject(new TransientError('no keys')) });
    expect((await receiveZohoDelivery(keyless, request(JSON.stringify(added)))).status).toBe(500);
    expect([...full.logged, ...keyless.logged]).toEqual(['DELIVERY NOT STORED', 'DELIVERY NOT VERIFIABLE']);
  });

  it('finds nothing while Zoho Desk is not in use, and is taken at a new address at once', async () => {
    expect((await receiveZohoDelivery(anIntake({ enabled: false }), request('[]'))).status).toBe(404);
    const segment = { read: async () => 'old', readAgain: async () => 'kept-between-us' };
    expect((await receiveZohoDelivery(anIntake({ segment }), request('[]'))).status).toBe(200);
    expect((await receiveZohoDelivery(anIntake(), request('[]', jwt, { method: 'PUT' }))).status).toBe(405);
  });
});

describe('the token of a delivery', () => {
  let zoho: RunningZohoDesk;
  let now = Date.now();
  beforeAll(async () => {
    zoho = await startZohoDesk({
      port: 0,
      orgId: '2000',
      departmentId: '1',
      agentId: '2',
      fromEmailAddress: 'support@vendor.example',
      credentials: { clientId: 'a', clientSecret: 'b', refreshToken: 'c' },
      clock: () => now,
    });
  });
  afterAll(() => zoho.stop());
  const verifier = (change: object = {}) =>
    createDeliveryVerifier({ deskUrl: zoho.url, orgId: '2000', webhookIds: ['w1', 'w2'], ...change });

  it('counts for our webhooks of our org, for ten minutes', async () => {
    const token = await zoho.webhooks.sign('w2');
    expect(await verifier()(token)).toBe(true);
    expect(await verifier({ orgId: '1' })(token)).toBe(false);
    expect(await verifier({ webhookIds: ['w1'] })(token)).toBe(false);
    expect(await verifier({ webhookIds: [] })(token)).toBe(false);
    now = Date.now() - 11 * 60_000;
    const old = await zoho.webhooks.sign('w2');
    now = Date.now();
    expect(await verifier()(old)).toBe(false);
  });

  it('is none when it is unsigned, of another key, without an end, or no token', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'orgId:2000', aud: 'webhookId:w1', iat: 1, exp: 9_999_999_999 };
    const unsigned = `${part({ alg: 'none' })}.${part(claims)}.`;
    const [header = '', , signature = ''] = (await zoho.webhooks.sign('w1')).split('.');
    for (const token of [unsigned, 'x', 'a.b.c', `${header}.${part(claims)}.${signature}`]) {
      expect(await verifier()(token)).toBe(false);
    }
    const endless = await zoho.webhooks.sign('w1', { endless: true });
    expect(await verifier()(endless)).toBe(false);
  });

  it('cannot be judged while the keys are away', async () => {
    const token = await zoho.webhooks.sign('w1');
    await expect(verifier({ deskUrl: 'http://127.0.0.1:1' })(token)).rejects.toThrow();
  });
});
