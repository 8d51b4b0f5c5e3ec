import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type RunningTicketDesk,
  startTicketDesk,
} from '../../../infra/local/neighbours/tickets/ticket-desk.tsx';
import { getJson, postJson, type Receiver, startReceiver } from './receiver.ts';

const secret = `whsec_${Buffer.from('0123456789abcdef01234567').toString('base64')}`;

let receiver: Receiver;
let running: RunningTicketDesk;

beforeEach(async () => {
  receiver = await startReceiver();
  running = await startTicketDesk({
    port: 0,
    webhook: { url: receiver.url, secret },
    retryDelaysMs: [1, 1, 1, 1],
  });
});
afterEach(async () => {
  await running.stop();
  await receiver.stop();
});

const aTicket = {
  requester: { email: 'finance@klant.example', name: 'Financiën' },
  subject: 'Uitnodigingscode Visma.net',
  text: 'Graag een code.',
  fields: { environment: 'Klant', companies: 'Klant BV; Klant Beheer BV', tenantId: ' ' },
};

async function create(ticket: object = {}): Promise<string> {
  const { status, body } = await postJson(`${running.url}/api/tickets`, { ...aTicket, ...ticket });
  expect(status).toBe(201);
  return (body as { id: string }).id;
}

interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly status: string;
  readonly attempts: { readonly status: number }[];
}
const deliveries = async (id: string) =>
  ((await getJson(`${running.url}/api/tickets/${id}`)) as { deliveries: Delivery[] }).deliveries;

describe('ticket desk webhooks', () => {
  it('sends a created ticket in the generic form, signed as Standard Webhooks', async () => {
    const id = await create();
    await expect.poll(() => receiver.received.length).toBe(1);
    const { headers, body } = receiver.received[0]!;
    expect(JSON.parse(body)).toEqual({
      type: 'ticket.created',
      ticket: {
        id,
        url: `${running.url}/tickets/${id}`,
        subject: aTicket.subject,
        requester: aTicket.requester,
        fields: { environment: 'Klant', companies: 'Klant BV; Klant Beheer BV' },
      },
      message: {
        id: expect.any(String),
        text: 'Graag een code.',
        direction: 'inbound',
        createdAt: expect.any(String),
      },
    });
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from('0123456789abcdef01234567');
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: 'ticket.created',
    });
  });

  it('sends replies of both sides, with html and fields filled later', async () => {
    const id = await create();
    await postJson(`${running.url}/api/tickets/${id}/replies`, {
      text: 'tenant',
      html: '<p>tenant</p>',
      direction: 'inbound',
      fields: { tenantId: '8bdf18fd-21cc-11e9-b307-0aa512338dd6' },
    });
    await postJson(`${running.url}/api/tickets/${id}/replies`, { text: 'Dank.', direction: 'outbound' });
    await expect.poll(() => receiver.received.length).toBe(3);
    const bodies = receiver.received.map(({ body }) => JSON.parse(body));
    const replies = bodies.filter(({ type }) => type === 'ticket.replied');
    expect(replies).toHaveLength(2);
    expect(replies.find(({ message }) => message.direction === 'inbound')).toMatchObject({
      ticket: { fields: { tenantId: '8bdf18fd-21cc-11e9-b307-0aa512338dd6' } },
      message: { text: 'tenant', html: '<p>tenant</p>' },
    });
    expect(replies.find(({ message }) => message.direction === 'outbound').message.text).toBe('Dank.');
  });

  it('retries under the same id with a fresh signature, gives up after five, and resends on demand', async () => {
    receiver.answers.push(500, 503, 429, 500, 500);
    const id = await create();
    await expect.poll(async () => (await deliveries(id))[0]?.status).toBe('failed');
    const [failed] = await deliveries(id);
    expect(failed!.attempts.map(({ status }) => status)).toEqual([500, 503, 429, 500, 500]);
    const again = await postJson(`${running.url}/api/deliveries/${failed!.id}/resend`, {});
    expect(again).toMatchObject({ status: 200, body: { id: failed!.id, status: 'delivered' } });
    await postJson(`${running.url}/api/deliveries/${failed!.id}/resend`, {});
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual(Array(7).fill(failed!.id));
    expect((await postJson(`${running.url}/api/deliveries/none/resend`, {})).status).toBe(404);
  });

  it('changes the receiver later and refuses a secret that cannot sign', async () => {
    const other = await startReceiver();
    try {
      await postJson(`${running.url}/control/webhook`, { url: other.url, secret });
      await create();
      await expect.poll(() => other.received.length).toBe(1);
      expect(receiver.received).toHaveLength(0);
      const bad = await postJson(`${running.url}/control/webhook`, { url: other.url, secret: 'plain' });
      expect([bad.status, bad.body]).toEqual([400, { error: expect.stringContaining('whsec_') }]);
    } finally {
      await other.stop();
    }
  });
});

describe('ticket desk API', () => {
  it.each([
    ['no subject', { subject: ' ' }],
    ['no address', { requester: { email: 'finance' } }],
    ['an unknown field', { fields: { colour: 'red' } }],
  ])('refuses a ticket with %s', async (_name, change) => {
    const { status, body } = await postJson(`${running.url}/api/tickets`, { ...aTicket, ...change });
    expect([status, body]).toEqual([400, { error: expect.any(String) }]);
    expect(await getJson(`${running.url}/api/tickets`)).toEqual([]);
  });

  it('answers 404 to unknown tickets', async () => {
    expect((await fetch(`${running.url}/api/tickets/7`)).status).toBe(404);
    expect(
      (await postJson(`${running.url}/api/tickets/7/replies`, { text: 'x', direction: 'inbound' })).status,
    ).toBe(404);
  });

  it('wants its API key when it has one', async () => {
    await running.stop();
    running = await startTicketDesk({ port: 0, apiKey: 'desk-key' });
    expect((await fetch(`${running.url}/api/tickets`)).status).toBe(401);
    const answer = await fetch(`${running.url}/api/tickets`, {
      headers: { authorization: 'Bearer desk-key' },
    });
    expect(answer.status).toBe(200);
  });
});

describe('ticket desk pages', () => {
  const post = (path: string, form: Record<string, string>) =>
    fetch(`${running.url}${path}`, { method: 'POST', body: new URLSearchParams(form) });

  it('takes a ticket and both kinds of reply from forms', async () => {
    const created = await post('/tickets', {
      email: 'finance@klant.example',
      subject: 'Code',
      text: 'Graag een code',
      companies: 'Klant BV',
    });
    const id = created.url.split('/').at(-1)!;
    await post(`/tickets/${id}/replies`, { text: 'Hier is hij', direction: 'inbound' });
    const page = await (await post(`/tickets/${id}/replies`, { text: 'Dank', direction: 'outbound' })).text();
    expect(page).toContain('Hier is hij');
    expect(page).toContain('Klant BV');
    expect(page).toContain('ticket.replied');
    expect(running.desk.ticket(id).messages.map(({ direction }) => direction)).toEqual([
      'inbound',
      'inbound',
      'outbound',
    ]);
    expect(await (await fetch(running.url)).text()).toContain('3 messages');
  });

  it('says what is missing and keeps what was typed', async () => {
    const answer = await post('/tickets', {
      email: 'finance@klant.example',
      subject: '',
      text: 'Mijn "vraag" <b>',
    });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('Mijn &quot;vraag&quot; &lt;b&gt;');
  });

  it('shows hostile text as text and HTML in a sandbox only', async () => {
    const id = await create({
      subject: '<script>1</script>',
      text: '<script>2</script>',
      html: '<script>3</script>',
    });
    const page = await (await fetch(`${running.url}/tickets/${id}`)).text();
    expect(page).not.toContain('<script>');
    expect(page).toContain('<iframe sandbox="" srcdoc="&lt;script&gt;3');
  });

  it('resends from the page', async () => {
    const id = await create();
    await expect.poll(async () => (await deliveries(id))[0]?.status).toBe('delivered');
    const [delivery] = await deliveries(id);
    await post(`/tickets/${id}/deliveries/${delivery!.id}/resend`, {});
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([
      delivery!.id,
      delivery!.id,
    ]);
  });
});
