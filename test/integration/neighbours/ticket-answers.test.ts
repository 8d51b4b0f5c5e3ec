import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { conversationText } from '../../../functions/process-inbound/conversation-text.ts';
import { configOf } from '../../../infra/config.ts';
import {
  type RunningTicketDesk,
  startTicketDesk,
} from '../../../infra/local/neighbours/tickets/ticket-desk.tsx';
import { type RunningZohoDesk, startZohoDesk } from '../../../infra/local/neighbours/zoho-desk/zoho-desk.tsx';
import { createTicketBridge } from '../../../shared/adapters/ticket-bridge/ticket-bridge.ts';
import { createZohoTicketReader } from '../../../shared/adapters/zoho-desk/ticket-reader.ts';
import { createZohoTokenIssuer } from '../../../shared/adapters/zoho-desk/token-issuer.ts';
import { createZohoApi, type ZohoApi } from '../../../shared/adapters/zoho-desk/zoho-api.ts';
import { createZohoTickets } from '../../../shared/adapters/zoho-desk/zoho-tickets.ts';
import {
  AnswerNotPut,
  type TicketAnswer,
  type TicketSystem,
} from '../../../shared/domain/ticket/ticket-system.ts';
import { createTokenCache } from '../../../shared/domain/token/token-cache.ts';
import { inMemoryTokens } from '../../doubles/in-memory/tokens.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const answer: TicketAnswer = {
  answerId: '0123456789abcdef0123456789abcdef01234567',
  about: 'InvitationCodeIssued',
  locale: 'nl',
  text: 'Beste <img src=x onerror=alert(1)> & "co",\nde code is verstuurd naar uw contactpersoon.\n\nKenmerk: 0123456789',
};
const collapsed = (text: string) => text.replace(/\s+/g, ' ').trim();
const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

const { zohoDesk: settings, tokens: policy } = configOf('local', {});
const credentials = { clientId: '1000.A', clientSecret: 'secret', refreshToken: '1000.r' };

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.stop());

describe('answers on tickets of Zoho Desk', () => {
  let zoho: RunningZohoDesk;
  let api: ZohoApi;
  let system: TicketSystem;

  beforeEach(async () => {
    zoho = await startZohoDesk({
      port: 0,
      orgId: settings.orgId,
      departmentId: settings.departmentIds[0]!,
      agentId: settings.agentId,
      fromEmailAddress: settings.fromEmailAddress,
      credentials,
    });
    await zoho.subscribe(receiver.url);
    const secret = async () => ({ ...credentials, segment: 's', versionId: 'v1' });
    const tokens = createTokenCache({
      store: inMemoryTokens(),
      issuer: createZohoTokenIssuer({
        accountsUrl: zoho.url,
        timeoutMs: 2_000,
        secret: { read: secret, readAgain: secret },
        onClientRejected: () => undefined,
        onAway: () => undefined,
      }),
      policy,
      clock: () => new Date(),
      random: Math.random,
      pause,
      newOwner: () => 'owner',
    });
    api = createZohoApi({ deskUrl: zoho.url, orgId: settings.orgId, timeoutMs: 1_000, tokens });
    system = createZohoTickets(api, settings);
  });
  afterEach(() => zoho.stop());

  const newTicket = (change: object = {}) =>
    zoho.desk.create({ email: 'finance@klant.example', subject: 'Code', html: 'Graag een code.', ...change });
  /** What came after the probes and the ticket itself. */
  const events = () =>
    receiver.received
      .slice(4)
      .flatMap(({ body }) => JSON.parse(body) as { eventType: string; payload: never; prevState?: never }[])
      .filter(({ eventType }) => eventType !== 'Ticket_Add');
  const outThreads = (id: string) =>
    zoho.desk.find(id).threads.filter(({ direction }) => direction === 'out');

  it('are mailed by the desk, read back as its own words, and hold nothing but text', async () => {
    const { id } = newTicket();
    const put = await system.reply(id, answer);
    const [thread] = outThreads(id);
    expect(put).toEqual({ messageId: thread?.id });
    expect(thread).toMatchObject({ to: 'finance@klant.example', author: { type: 'AGENT' } });
    expect(thread?.content).not.toContain('<img');
    await expect
      .poll(events)
      .toMatchObject([
        { eventType: 'Ticket_Thread_Add', payload: { direction: 'out', author: { type: 'AGENT' } } },
      ]);
    const items = await createZohoTicketReader(api, { ...settings, since: '2000-01-01T00:00:00Z' }).read(id);
    if (typeof items === 'string') throw new Error(items);
    const message = await items.at(-1)?.read();
    expect(message).toMatchObject({ direction: 'outbound', messageId: thread?.id });
    expect(collapsed(conversationText(message!))).toBe(collapsed(answer.text));
    const page = await (await fetch(`${zoho.url}/tickets/${id}`)).text();
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toContain('<img');
  });

  it('are a comment where a caller left no address', async () => {
    const { id } = newTicket({ email: null, channel: 'Phone' });
    const put = await system.reply(id, answer);
    const [comment] = zoho.desk.find(id).comments;
    expect(comment).toMatchObject({ isPublic: true, commenter: { type: 'AGENT' } });
    expect(put).toEqual({ messageId: comment?.id });
    expect(await system.findReply(id, answer)).toEqual(put);
    expect(outThreads(id)).toEqual([]);
  });

  it('are put once with a new token when the one at hand was revoked', async () => {
    const { id } = newTicket();
    await system.follow(id, { turn: 'vendor', activeCompanies: 0, companies: 1 });
    zoho.accounts.revokeAll();
    await system.reply(id, answer);
    expect(outThreads(id)).toHaveLength(1);
    expect(zoho.accounts.issued()).toBe(2);
  });

  it.each(['done-then-500', 'done-then-silence'] as const)(
    'are found by their reference after "%s"',
    async (fault) => {
      const { id } = newTicket();
      zoho.failWrites(fault);
      const error = await thrownBy(system.reply(id, answer));
      expect(error).toMatchObject({ name: 'TransientError' });
      expect(error).not.toBeInstanceOf(AnswerNotPut);
      zoho.desk.mailFrom(id, `> ${answer.text}`);
      zoho.desk.sendReply(id, { to: 'finance@klant.example', content: 'Dag', contentType: 'plainText' });
      expect(await system.findReply(id, answer)).toEqual({ messageId: outThreads(id)[0]?.id });
      const other = { ...answer, answerId: 'f'.repeat(40) };
      expect(await system.findReply(id, other)).toBeUndefined();
    },
  );

  it.each(['error-as-200', 'throttled'] as const)('are certainly not put after "%s"', async (fault) => {
    const { id } = newTicket();
    zoho.failWrites(fault);
    await expect(system.reply(id, answer)).rejects.toThrow(AnswerNotPut);
    expect(outThreads(id)).toEqual([]);
    expect(await system.findReply(id, answer)).toBeUndefined();
    expect(await system.reply(id, answer)).toEqual({ messageId: outThreads(id)[0]?.id });
  });

  it('are certainly not put where nobody listens', async () => {
    const { id } = newTicket();
    await system.follow(id, { turn: 'vendor', activeCompanies: 0, companies: 1 });
    await zoho.stop();
    await expect(system.reply(id, answer)).rejects.toThrow(AnswerNotPut);
  });

  it('have no ticket to go to', async () => {
    expect(await system.reply('1', answer)).toBe('gone');
    expect(await system.findReply('1', answer)).toBeUndefined();
    expect(await system.follow('1', { turn: 'nobody', activeCompanies: 1, companies: 1 })).toBe('gone');
  });

  it('are followed by status and field, each written once', async () => {
    const { id } = newTicket();
    const standing = { turn: 'customer', activeCompanies: 1, companies: 3 } as const;
    await system.follow(id, standing);
    await system.follow(id, standing);
    expect(zoho.desk.find(id)).toMatchObject({
      status: 'On Hold',
      cf: { cf_visma_onboarding: '1/3 active, waiting for customer', cf_tenant_id: null },
    });
    await system.follow(id, { turn: 'nobody', activeCompanies: 3, companies: 3 });
    expect(zoho.desk.find(id).status).toBe('Closed');
    await expect.poll(events).toMatchObject([
      { eventType: 'Ticket_Update', prevState: { status: 'Open' } },
      { eventType: 'Ticket_Update', prevState: { status: 'On Hold' }, payload: { status: 'Closed' } },
    ]);
    expect(await (await fetch(`${zoho.url}/tickets/${id}`)).text()).toContain('3/3 active, done');
  });
});

describe('answers over the ticket bridge', () => {
  const secret = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
  let desk: RunningTicketDesk;
  let keys: { current: string; previous?: string };
  let system: TicketSystem;

  beforeEach(async () => {
    desk = await startTicketDesk({
      port: 0,
      webhook: { url: receiver.url, secret: secret('i') },
      bridgeSecrets: [secret('a')],
    });
    keys = { current: secret('a') };
    system = bridgeAt('/bridge/answers');
  });
  afterEach(() => desk.stop());

  const bridgeAt = (path: string) =>
    createTicketBridge({
      url: `${desk.url}${path}`,
      secrets: { read: async () => keys, readAgain: async () => keys },
      // Nobody waits ten seconds for a bridge that hangs.
      fetch: (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(1_000) }),
    });
  const newTicket = () =>
    desk.desk.create({ requester: { email: 'finance@klant.example' }, subject: 'Code', text: 'Graag.' });
  const ours = (id: string) =>
    desk.desk.ticket(id).messages.filter(({ direction }) => direction === 'outbound');
  const echoes = () =>
    receiver.received
      .map(({ body }) => JSON.parse(body) as { type: string; message: { id: string; direction: string } })
      .filter(({ type }) => type === 'ticket.replied');

  it('are shown as text, echoed under their id, and known when they come again', async () => {
    const { id } = newTicket();
    const put = await system.reply(id, answer);
    expect(put).toEqual({ messageId: ours(id)[0]?.id });
    expect(await system.reply(id, answer)).toEqual(put);
    expect(ours(id).map(({ text }) => text)).toEqual([answer.text]);
    expect(desk.bridge.received().get(answer.answerId)).toBe(2);
    await expect.poll(echoes).toMatchObject([{ message: { id: ours(id)[0]?.id, direction: 'outbound' } }]);
    const page = await (await fetch(`${desk.url}/tickets/${id}`)).text();
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page).not.toContain('<img');
  });

  it('come back as the customer’s from a bridge that is set up wrong, and not at all from a silent one', async () => {
    const { id } = newTicket();
    desk.bridge.set({ echo: 'inbound' });
    await system.reply(id, answer);
    await expect.poll(echoes).toMatchObject([{ message: { id: ours(id)[0]?.id, direction: 'inbound' } }]);
    desk.bridge.set({ echo: 'none' });
    await system.reply(id, { ...answer, answerId: 'f'.repeat(40) });
    expect(ours(id)).toHaveLength(2);
    expect(echoes()).toHaveLength(1);
  });

  it.each([
    [{ failAfter: 1 }, false, 1],
    [{ hang: 1 }, false, 0],
    [{ fail: 1 }, false, 0],
    [{ fail: 1, status: 429 }, true, 0],
  ])('are put once in the end by a bridge that %j', async (switches, isCertain, putAtFirst) => {
    const { id } = newTicket();
    desk.bridge.set(switches);
    const error = await thrownBy(system.reply(id, answer));
    expect(error).toMatchObject({ name: 'TransientError' });
    expect(error instanceof AnswerNotPut).toBe(isCertain);
    expect(ours(id)).toHaveLength(putAtFirst);
    expect(await system.findReply(id, answer)).toBeUndefined();
    expect(await system.reply(id, answer)).toEqual({ messageId: ours(id)[0]?.id });
    expect(ours(id)).toHaveLength(1);
  });

  it('are refused unless one of our keys is the bridge’s', async () => {
    const { id } = newTicket();
    keys = { current: secret('b') };
    await expect(system.reply(id, answer)).rejects.toThrow(AnswerNotPut);
    expect(ours(id)).toEqual([]);
    keys = { current: secret('b'), previous: secret('a') };
    await system.reply(id, answer);
    expect(ours(id)).toHaveLength(1);
  });

  it('have no ticket to go to, which a wrong URL does not say', async () => {
    expect(await system.reply('7', answer)).toBe('gone');
    expect(await system.follow('7', { turn: 'vendor', activeCompanies: 0, companies: 1 })).toBe('gone');
    const { id } = newTicket();
    await expect(bridgeAt('/bridge/elsewhere').reply(id, answer)).rejects.toThrow('answered 404');
  });

  it('are followed by the ticket’s standing, back and forth', async () => {
    const { id } = newTicket();
    for (const turn of ['customer', 'vendor', 'customer'] as const) {
      await system.follow(id, { turn, activeCompanies: 0, companies: 1 });
      await pause(2);
    }
    expect(desk.desk.ticket(id).standing).toMatchObject({ turn: 'customer', closed: false });
    await system.follow(id, { turn: 'nobody', activeCompanies: 1, companies: 1 });
    const page = await (await fetch(`${desk.url}/tickets/${id}`)).text();
    expect(page).toContain('1 of 1 company active, closed');
  });

  it('can be made to fail over HTTP too', async () => {
    const { id } = newTicket();
    const control = (body: object) =>
      fetch(`${desk.url}/control/bridge`, { method: 'POST', body: JSON.stringify(body) });
    expect((await control({ fail: 1, status: 503 })).status).toBe(200);
    expect((await control({ echo: 'loud' })).status).toBe(400);
    await expect(system.reply(id, answer)).rejects.toThrow('answered 503');
  });
});
