import { describe, expect, it } from 'vitest';
import { receiveTicketDelivery } from '../../../functions/receive-ticket-delivery/receive-ticket-delivery.ts';
import { receiveVismaDelivery } from '../../../functions/receive-visma-delivery/receive-visma-delivery.ts';
import { type InboundMessage, inboundMessage } from '../../../shared/contracts/queues/inbound.ts';
import { TransientError } from '../../../shared/platform/errors.ts';
import { someTenantId } from '../../builders/connection.ts';
import { someTime } from '../../builders/history.ts';
import { aRequest, standardHeaders, vismaSignature } from './intake-rig.ts';

const current = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const previous = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const unknown = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

function anIntake(
  options: { keys?: readonly string[]; rotated?: readonly string[]; refuses?: boolean } = {},
) {
  const queued: InboundMessage[] = [];
  const logged: string[] = [];
  const keys = options.keys ?? [current, previous];
  return {
    queued,
    logged,
    keys: { read: async () => keys, readAgain: async () => options.rotated ?? keys },
    enqueue: async (message: InboundMessage) => {
      if (options.refuses === true) throw new TransientError('full');
      queued.push(inboundMessage.parse(message));
    },
    clock: () => new Date(someTime),
    log: (line: string, ids: Readonly<Record<string, string>>) => {
      logged.push(`${line} ${JSON.stringify(ids)}`);
    },
  };
}

const delivery = {
  type: 'ticket.created',
  ticket: {
    id: '4711',
    url: 'https://desk.example/4711',
    subject: 'Code',
    requester: { email: 'finance@voorbeeld.example', name: 'Fïnance <b>=1+1</b>' },
    fields: { companies: '' },
  },
  message: { id: 'm1', text: 'Graag een code', direction: 'inbound', createdAt: '2026-03-02T10:00:00+01:00' },
};

describe('a delivery of the ticket webhook', () => {
  const body = JSON.stringify(delivery);

  it.each([current, previous])('is stored and acknowledged when a known secret signed it', async (secret) => {
    const intake = anIntake();
    const answer = await receiveTicketDelivery(intake, aRequest(body, standardHeaders(secret, body)));
    expect(answer).toEqual({ status: 202, body: { accepted: true } });
    expect(intake.queued).toMatchObject([
      {
        kind: 'ticket',
        deliveryKey: 'ticket:generic:msg_1',
        message: { ticketId: '4711', system: 'generic' },
      },
    ]);
  });

  it('is verified with fresh keys when the secret was rotated meanwhile', async () => {
    const intake = anIntake({ keys: [current], rotated: [unknown, current] });
    const answer = await receiveTicketDelivery(intake, aRequest(body, standardHeaders(unknown, body)));
    expect(answer.status).toBe(202);
  });

  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  it.each([
    ['without a signature', aRequest(body)],
    ['signed with an unknown secret', aRequest(body, standardHeaders(unknown, body))],
    ['changed after signing', aRequest(`${body} `, standardHeaders(current, body))],
    ['older than five minutes', aRequest(body, standardHeaders(current, body, minutes(-6)))],
    ['from the future', aRequest(body, standardHeaders(current, body, minutes(6)))],
    ['with another id', aRequest(body, { ...standardHeaders(current, body), 'webhook-id': 'msg_2' })],
    [
      'with another kind of signature',
      aRequest(body, { ...standardHeaders(current, body), 'webhook-signature': 'v1a,abc v1' }),
    ],
    ['not even JSON, unsigned', aRequest('{')],
  ])('is refused %s', async (_how, request) => {
    const intake = anIntake();
    const answer = await receiveTicketDelivery(intake, request);
    expect(answer.status).toBe(401);
    expect(intake.queued).toEqual([]);
  });

  it.each([
    ['not JSON', '{"type":', undefined],
    ['not an object', '"ticket.created"', ['body']],
    ['without a ticket', JSON.stringify({ ...delivery, ticket: undefined }), ['ticket']],
    [
      'with a malformed address',
      JSON.stringify({ ...delivery, ticket: { ...delivery.ticket, requester: { email: 'geheim' } } }),
      ['ticket.requester.email'],
    ],
  ])('is answered 400 with paths and no values when it is %s', async (_how, text, paths) => {
    const intake = anIntake();
    const answer = await receiveTicketDelivery(intake, aRequest(text, standardHeaders(current, text)));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject(
      paths === undefined ? { error: 'malformed' } : { error: 'malformed', paths },
    );
    expect(JSON.stringify(answer)).not.toContain('geheim');
    expect(intake.queued).toEqual([]);
  });

  it('of a type that is none of ours is acknowledged and ignored: nothing is gained by sending it again', async () => {
    const intake = anIntake();
    const text = JSON.stringify({ type: 'ticket.closed', ticket: { id: '1' } });
    const answer = await receiveTicketDelivery(intake, aRequest(text, standardHeaders(current, text)));
    expect(answer).toEqual({ status: 202, body: { accepted: false, reason: 'unknown-type' } });
    expect(intake.queued).toEqual([]);
    expect(intake.logged).toHaveLength(1);
  });

  it('is asked for again when it could not be stored', async () => {
    const intake = anIntake({ refuses: true });
    const answer = await receiveTicketDelivery(intake, aRequest(body, standardHeaders(current, body)));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
  });

  it('fails loudly when our own secret is malformed', async () => {
    const intake = anIntake({ keys: ['whsec_'] });
    await expect(
      receiveTicketDelivery(intake, aRequest(body, standardHeaders(current, body))),
    ).rejects.toThrow();
  });
});

describe("a delivery of Visma's webhook", () => {
  const secret = 'signature key as text';
  const body = JSON.stringify({ event: 'tenant_application_added', tenantId: someTenantId.toUpperCase() });
  const signed = (text: string, headers: Record<string, string> = {}) =>
    aRequest(text, {
      'x-vwd-signature-v1': vismaSignature(secret, text),
      'x-vwd-notification-id': 'n-1',
      ...headers,
    });
  const intakeOf = (options = {}) => anIntake({ keys: ['new key', secret], ...options });

  it('is stored with the tenant that the signed body names, not the header', async () => {
    const intake = intakeOf();
    const other = '11111111-2222-3333-4444-555555555555';
    const answer = await receiveVismaDelivery(intake, signed(body, { 'x-vwd-tenant-id': other }));
    expect(answer).toEqual({ status: 202, body: { accepted: true } });
    expect(intake.queued).toMatchObject([{ kind: 'visma-tenant-added', tenantId: someTenantId }]);
  });

  it('takes event and tenant from the headers where the body has none', async () => {
    const intake = intakeOf();
    const headers = { 'x-vwd-event-id': 'tenant_application_added', 'x-vwd-tenant-id': someTenantId };
    await receiveVismaDelivery(intake, signed('{}', headers));
    expect(intake.queued).toMatchObject([{ tenantId: someTenantId }]);
  });

  it('has one key however often it comes, and a forged notification id uses up no other key', async () => {
    const intake = intakeOf();
    const forged = JSON.stringify({
      event: 'tenant_application_added',
      tenantId: '11111111-2222-3333-4444-555555555555',
    });
    for (const text of [body, body, forged]) await receiveVismaDelivery(intake, signed(text));
    const [first, second, third] = intake.queued.map((message) => message.deliveryKey);
    expect(first).toMatch(/^visma:n-1:[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it.each([
    ['unsigned', aRequest(body)],
    ['wrongly signed', aRequest(body, { 'x-vwd-signature-v1': vismaSignature('other', body) })],
    ['signed in another length', aRequest(body, { 'x-vwd-signature-v1': 'x' })],
    ['changed after signing', aRequest(`${body}\n`, { 'x-vwd-signature-v1': vismaSignature(secret, body) })],
  ])('is refused %s', async (_how, request) => {
    const intake = intakeOf();
    expect((await receiveVismaDelivery(intake, request)).status).toBe(401);
    expect(intake.queued).toEqual([]);
  });

  it('covers the raw bytes, also those that are no UTF-8', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    const headers = { 'x-vwd-signature-v1': vismaSignature(secret, bytes) };
    expect((await receiveVismaDelivery(intakeOf(), aRequest(bytes, headers))).status).toBe(400);
  });

  it.each([
    ['is not JSON', 'x', 400],
    ['names no tenant', JSON.stringify({ event: 'tenant_application_added', tenantId: 'x' }), 400],
    [
      'tells of something else',
      JSON.stringify({ event: 'tenant_application_removed', tenantId: someTenantId }),
      202,
    ],
  ])('that %s is answered and not stored', async (_how, text, status) => {
    const intake = intakeOf();
    expect((await receiveVismaDelivery(intake, signed(text))).status).toBe(status);
    expect(intake.queued).toEqual([]);
  });

  it('is asked for again when it could not be stored', async () => {
    const answer = await receiveVismaDelivery(intakeOf({ refuses: true }), signed(body));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
  });

  it('never verifies against an empty secret', async () => {
    const headers = { 'x-vwd-signature-v1': vismaSignature('', body) };
    await expect(receiveVismaDelivery(anIntake({ keys: [''] }), aRequest(body, headers))).rejects.toThrow(
      'empty',
    );
  });
});
