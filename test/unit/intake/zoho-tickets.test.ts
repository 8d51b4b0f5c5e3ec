import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { processZohoHint } from '../../../functions/process-inbound/process-zoho-hint.ts';
import { reconcileTickets } from '../../../functions/reconcile-tickets/reconcile-tickets.ts';
import { zohoComment, zohoThread, zohoTicket } from '../../../shared/adapters/zoho-desk/schemas.ts';
import { createZohoTicketReader } from '../../../shared/adapters/zoho-desk/ticket-reader.ts';
import type { ZohoReads } from '../../../shared/adapters/zoho-desk/zoho-api.ts';
import type { InboundMessage } from '../../../shared/contracts/queues/inbound.ts';
import { someTime } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const settings = {
  orgId: '2000',
  departmentIds: ['20'],
  agentId: '70',
  fieldNames: {
    environment: 'cf_spend_cloud_environment',
    companies: 'cf_visma_companies',
    tenantId: 'cf_tenant_id',
    state: 'cf_visma_onboarding',
  },
  since: '2026-01-01T00:00:00Z',
};
const at = '2026-03-02T09:00:00.000Z';
const later = '2026-03-02T10:00:00.000Z';

const aTicket = (change: object = {}) => ({
  id: '1',
  subject: 'Koppeling',
  description: null,
  channel: 'Email',
  departmentId: '20',
  email: 'jan@klant.example',
  webUrl: 'https://desk.example/1',
  createdTime: at,
  cf: { cf_tenant_id: null },
  customFields: { 'Tenant ID': 'never read' },
  ...change,
});
const aThread = (change: object = {}) => ({
  id: '5',
  direction: 'in',
  visibility: 'public',
  isDescriptionThread: true,
  createdTime: at,
  author: { type: 'END_USER', email: 'jan@klant.example' },
  content: '<div>Graag een code.</div>',
  contentType: 'text/html',
  ...change,
});
const aComment = (change: object = {}) => ({
  id: '6',
  content: 'Tenant ID volgt',
  contentType: 'plainText',
  isPublic: true,
  commentedTime: later,
  commenterId: '30',
  commenter: { type: 'END_USER', email: 'jan@klant.example' },
  ...change,
});

function anApi(there: { ticket?: object; threads?: object[]; comments?: object[] }): ZohoReads {
  const threads = (there.threads ?? []).map((thread) => zohoThread.parse(thread));
  return {
    ticket: async () => (there.ticket === undefined ? undefined : zohoTicket.parse(there.ticket)),
    threads: async () => threads.map((thread) => ({ ...thread, content: undefined })),
    thread: async (_, id) => threads.find((thread) => thread.id === id),
    comments: async () => (there.comments ?? []).map((comment) => zohoComment.parse(comment)),
    changedSince: async () => [],
  };
}

async function read(there: Parameters<typeof anApi>[0]) {
  const items = await createZohoTicketReader(anApi(there), settings).read('1');
  if (typeof items === 'string') return items;
  return Promise.all(items.map(async ({ deliveryKey, read: text }) => ({ deliveryKey, ...(await text()) })));
}

describe('a ticket of Zoho Desk', () => {
  it('opens with its first mail, and has one key for that whether it is a thread or the description', async () => {
    expect(await read({ ticket: aTicket(), threads: [aThread()] })).toEqual([
      {
        deliveryKey: 'ticket:zoho-desk:2000:opening:1',
        system: 'zoho-desk',
        kind: 'created',
        ticketId: '1',
        ticketUrl: 'https://desk.example/1',
        subject: 'Koppeling',
        requesterEmail: 'jan@klant.example',
        fields: { environment: undefined, companies: undefined, tenantId: undefined },
        messageId: '5',
        text: '',
        html: '<div>Graag een code.</div>',
        direction: 'inbound',
        at,
      },
    ]);
    expect(await read({ ticket: aTicket({ channel: 'Phone', description: '<p>Code</p>' }) })).toMatchObject([
      { deliveryKey: 'ticket:zoho-desk:2000:opening:1', kind: 'created', html: '<p>Code</p>' },
    ]);
  });

  it('is waited for while its first mail is not there', async () => {
    expect(await read({ ticket: aTicket() })).toBe('incomplete');
  });

  it.each([
    undefined,
    aTicket({ departmentId: '21' }),
    aTicket({ isSpam: true }),
    aTicket({ isTrashed: true }),
    aTicket({ isDeleted: true }),
  ])('is none of ours: %j', async (ticket) => {
    expect(await read(ticket === undefined ? {} : { ticket, threads: [aThread()] })).toBe('unknown');
  });

  it('takes the address of whoever wrote, else of the requester', async () => {
    const reply = { isDescriptionThread: false, createdTime: later };
    const messages = await read({
      ticket: aTicket(),
      threads: [
        aThread(),
        aThread({ ...reply, id: '7', author: null, fromEmailAddress: '"X, Y" <x@ander.example>' }),
        aThread({ ...reply, id: '8', author: null, fromEmailAddress: 'not an address' }),
      ],
    });
    expect(messages).toMatchObject([
      { requesterEmail: 'jan@klant.example' },
      { deliveryKey: 'ticket:zoho-desk:2000:thread:7', kind: 'replied', requesterEmail: 'x@ander.example' },
      { requesterEmail: 'jan@klant.example' },
    ]);
  });

  it.each([
    [{ direction: 'out', author: null }],
    [{ author: { type: 'AGENT' } }],
    [{ author: { id: '70' } }],
    [{ direction: null }],
  ])('knows the desk’s own mails by %j', async (change) => {
    const threads = [
      aThread(),
      aThread({ id: '7', isDescriptionThread: false, createdTime: later, ...change }),
    ];
    expect(await read({ ticket: aTicket(), threads })).toMatchObject([
      { direction: 'inbound' },
      { direction: 'outbound' },
    ]);
  });

  it('takes comments of customers only, and none that only agents see', async () => {
    const comments = [
      aComment(),
      aComment({ id: '7', commenter: { type: 'AGENT' } }),
      aComment({ id: '8', commenter: { name: 'of no type' } }),
      aComment({ id: '9', commenterId: '70' }),
      aComment({ id: '10', isPublic: false }),
    ];
    expect(await read({ ticket: aTicket(), threads: [aThread()], comments })).toMatchObject([
      { messageId: '5' },
      { messageId: '6', direction: 'inbound', text: 'Tenant ID volgt' },
      { messageId: '7', direction: 'outbound' },
      { messageId: '8', direction: 'outbound' },
      { messageId: '9', direction: 'outbound' },
    ]);
  });

  it('reads fields by their API names, with a key for each value', async () => {
    const there = (value: string) => ({
      ticket: aTicket({ cf: { cf_tenant_id: value } }),
      threads: [aThread()],
    });
    const [message, fields] = (await read(there(' one '))) as { deliveryKey: string; fields: object }[];
    expect(message?.fields).toMatchObject({ tenantId: 'one' });
    expect(fields?.deliveryKey).toMatch(/^ticket:zoho-desk:2000:fields:1:[0-9a-f]{20}$/);
    const [, other] = (await read(there('two'))) as { deliveryKey: string }[];
    expect(other?.deliveryKey).not.toBe(fields?.deliveryKey);
  });

  it('leaves what was written before this service alone', async () => {
    const old = aThread({ createdTime: '2025-12-31T09:00:00.000Z' });
    expect(await read({ ticket: aTicket(), threads: [old] })).toEqual([]);
  });

  it('of the samples of the REST interface is understood', async () => {
    const sample = (file: string) =>
      JSON.parse(readFileSync(`test/samples/zoho-desk/rest/${file}`, 'utf8')).body;
    const ticket = sample('ticket-with-comments.eu.json');
    const api = anApi({ ticket, comments: [...ticket.comments, sample('comment.documented.json')] });
    const reader = createZohoTicketReader(api, {
      ...settings,
      departmentIds: [],
      since: '2000-01-01T00:00:00Z',
    });
    const items = await reader.read('1');
    expect(items).toHaveLength(1);
    const [opening] = typeof items === 'string' ? [] : items;
    expect(await opening?.read()).toMatchObject({ requesterEmail: 'test@klant.example', kind: 'created' });
  });
});

describe('a hint', () => {
  const hint = { ticketId: '1', eventType: 'Ticket_Add' } as const;
  const message = {
    kind: 'zoho-desk-hint',
    deliveryKey: 'zoho:2000:Ticket_Add:1:',
    receivedAt: someTime,
    hint,
  } as const;

  function aRig(there: Parameters<typeof anApi>[0] | undefined) {
    const queued: InboundMessage[] = [];
    const logged: string[] = [];
    const store = createInMemoryStore();
    const dependencies = {
      zohoTickets: there === undefined ? undefined : createZohoTicketReader(anApi(there), settings),
      deliveries: store.deliveries,
      enqueue: async (one: InboundMessage) => {
        queued.push(one);
      },
      clock: () => new Date(someTime),
      log: (line: string, { reason = '' }: Readonly<Record<string, string>>) => {
        logged.push(`${line} ${reason}`);
      },
    };
    return { queued, logged, store, look: (count = 1) => processZohoHint(dependencies, message, count) };
  }

  it('queues each message that was not taken into account yet', async () => {
    const rig = aRig({ ticket: aTicket(), threads: [aThread()], comments: [aComment()] });
    const cause = { at: someTime, by: 'x', deliveryKey: 'x', correlationId: 'x' };
    const seen = 'ticket:zoho-desk:2000:opening:1';
    await rig.store.deliveries.conclude(
      seen,
      { type: 'DeliveryIgnored', reason: 'x' },
      { ...cause, deliveryKey: seen },
    );
    await rig.look();
    expect(rig.queued).toMatchObject([
      { kind: 'ticket', deliveryKey: 'ticket:zoho-desk:2000:comment:6', message: { messageId: '6' } },
    ]);
  });

  it('looks at a field by itself only when it did not come with a message', async () => {
    const ticket = aTicket({ cf: { cf_tenant_id: '1f81eb52-5198-4599-803e-771906343485' } });
    const rig = aRig({ ticket, threads: [aThread()] });
    await rig.look();
    expect(rig.queued.map(({ deliveryKey }) => deliveryKey)).toEqual(['ticket:zoho-desk:2000:opening:1']);
    await rig.store.deliveries.conclude(
      'ticket:zoho-desk:2000:opening:1',
      { type: 'DeliveryIgnored', reason: 'x' },
      { at: someTime, by: 'x', deliveryKey: 'ticket:zoho-desk:2000:opening:1', correlationId: 'x' },
    );
    await rig.look();
    expect(rig.queued).toHaveLength(1);
  });

  it('of a ticket that is not there has no effect, and is not remembered', async () => {
    const rig = aRig({});
    await rig.look();
    expect(rig.queued).toEqual([]);
    expect(rig.logged).toEqual(['TICKET NOT READ unknown']);
    expect(await rig.store.deliveries.isSeen(message.deliveryKey)).toBe(false);
    const off = aRig(undefined);
    await off.look();
    expect(off.logged).toEqual(['TICKET NOT READ unknown']);
  });

  it('of a ticket without its first mail is looked at again, for a while', async () => {
    const rig = aRig({ ticket: aTicket() });
    await expect(rig.look()).rejects.toMatchObject({ name: 'TransientError' });
    await rig.look(5);
    expect(rig.logged).toEqual(['TICKET NOT READ incomplete']);
  });
});

describe('the reconciliation', () => {
  it('hints at every ticket that changed since the last but one', async () => {
    const queued: InboundMessage[] = [];
    let since = '';
    await reconcileTickets(
      {
        orgId: '2000',
        everySeconds: 900,
        overlapSeconds: 1_800,
        changedSince: async (from) => {
          since = from;
          return ['1', '2'];
        },
        enqueue: async (one) => {
          queued.push(one);
        },
        clock: () => new Date(someTime),
        log: () => {},
      },
      { kind: 'reconcile', at: '2026-03-02T10:00:00.000Z' },
    );
    expect(since).toBe('2026-03-02T09:15:00.000Z');
    expect(queued).toMatchObject([
      { kind: 'zoho-desk-hint', hint: { ticketId: '1' } },
      { kind: 'zoho-desk-hint', hint: { ticketId: '2' } },
    ]);
  });
});
