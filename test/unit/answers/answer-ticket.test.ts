import { describe, expect, it } from 'vitest';
import { textDigestOf } from '../../../shared/platform/ids.ts';
import {
  aCode,
  aConnection,
  aConnectionWithCode,
  aDisconnectedConnection,
  aTestedConnection,
} from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { someTime } from '../../builders/history.ts';
import { answerRig, settleSeconds } from './answer-rig.ts';

const { codeId } = aCode();
const issued = aConnectionWithCode();
const working = { state: 'activated', spendCloudInformedAt: someTime } as const;
const second = aCompany({ corporateId: '87654321', name: 'Tweede B.V.' });

describe('answering a ticket', () => {
  it('says once what happened, however often the event comes, and remembers the message as ours', async () => {
    const { store, desk, answer, event } = await answerRig([issued]);
    const about = event('InvitationCodeIssued', issued, { codeId });
    for (let times = 0; times < 3; times += 1) await answer(about);
    expect(desk.texts).toEqual([
      expect.stringMatching(/^Hallo,\n\nDe uitnodigingscode .*\n\n.*\n\nKenmerk: [0-9a-f]{10}$/),
    ]);
    expect(desk.texts[0]).not.toContain(aCode().code);
    const [reply] = desk.replies;
    expect(reply?.answer).toMatchObject({ about: 'InvitationCodeIssued', locale: 'nl' });
    expect(reply?.answer.answerId).toMatch(/^[0-9a-f]{40}$/);
    expect(await store.deliveries.findTicket('generic:1')).toMatchObject({
      sentMessageIds: ['m-1'],
      sentTextDigests: [textDigestOf(reply?.answer.text ?? '')],
    });
  });

  it('speaks the language of the environment and names the company', async () => {
    const environment = anEnvironment({ locale: 'en' });
    const { desk, answer, event } = await answerRig([issued], environment);
    await answer(event('InvitationCodeIssued', issued, { codeId }));
    expect(desk.texts[0]).toMatch(/^Hello,\n\nThe invitation code for Voorbeeld Holding B\.V\. was e-mailed/);
    expect(desk.texts[0]).toMatch(/\n\nReference: [0-9a-f]{10}$/);
  });

  it('does not name a company after the code of another one', async () => {
    const named = aCompany({ corporateId: '87654321', name: `Code ${aCode().code}` });
    const misnamed = aConnectionWithCode({
      companyId: named.companyId,
      invitationCode: aCode({ code: 'INVITE-0002' }),
    });
    const environment = anEnvironment({ companies: [aCompany(), named] });
    const { desk, answer, event } = await answerRig([issued, misnamed], environment);
    await answer(event('InvitationCodeIssued', misnamed, { codeId: misnamed.invitationCode?.codeId }));
    expect(desk.texts[0]).toContain('geregistreerde contact');
    expect(desk.texts[0]).not.toContain(aCode().code);
  });

  it('reaches every ticket of the connection, each with an answer of its own', async () => {
    const { desk, zoho, answer, event, link } = await answerRig([issued]);
    await link(issued.connectionId, 'zoho-desk:22');
    await answer(event('InvitationCodeIssued', issued, { codeId }));
    expect([desk, zoho].map(({ replies }) => replies.map(({ ticketId }) => ticketId))).toEqual([
      ['1'],
      ['22'],
    ]);
    expect(desk.replies[0]?.answer.answerId).not.toBe(zoho.replies[0]?.answer.answerId);
    expect(zoho.turn).toBe('customer');
  });

  it('goes on with the other tickets when one of them fails', async () => {
    const { desk, zoho, answer, event, link } = await answerRig([issued]);
    await link(issued.connectionId, 'zoho-desk:22');
    desk.trouble = 'not put';
    await expect(answer(event('InvitationCodeIssued', issued, { codeId }))).rejects.toThrow('is not put');
    expect(zoho.replies).toHaveLength(1);
  });

  it('logs a system that is not configured once for each event, and is done', async () => {
    const { withoutZoho, logged, answer, event, link, desk } = await answerRig([issued]);
    for (const ticketId of [22, 23]) await link(issued.connectionId, `zoho-desk:${ticketId}`);
    withoutZoho();
    const about = event('InvitationCodeIssued', issued, { codeId });
    await answer(about);
    expect(desk.replies).toHaveLength(1);
    expect(logged).toEqual([
      ['TICKET SYSTEM NOT CONFIGURED', { eventId: about.detail.eventId, systems: 'zoho-desk' }],
    ]);
  });

  it('has nothing to do for a connection that nobody asked for on a ticket', async () => {
    const { desk, logged, answer, event, store } = await answerRig();
    store.given({ connections: [issued] });
    await answer(event('InvitationCodeIssued', issued, { codeId }));
    expect([desk.replies, desk.standings, logged]).toEqual([[], [], []]);
  });
});

describe('a ticket that is gone', () => {
  it('is logged and done, and not tried again', async () => {
    const { desk, logged, answer, event } = await answerRig([issued]);
    const about = event('InvitationCodeIssued', issued, { codeId });
    desk.trouble = 'gone';
    await answer(about);
    expect(logged).toEqual([['TICKET GONE', { ticketKey: 'generic:1' }]]);
    desk.trouble = 'none';
    await answer(about);
    expect(desk.replies).toEqual([]);
  });

  it('is logged when it only follows', async () => {
    const { desk, logged, answer, event } = await answerRig([issued]);
    desk.trouble = 'gone';
    await answer(event('ConnectionRequested', issued));
    expect(logged).toEqual([['TICKET GONE', { ticketKey: 'generic:1' }]]);
  });
});

describe('a failure', () => {
  const about = ['InvitationCodeIssued', issued, { codeId }] as const;

  it('that says that the answer is not there lets the next try put it, when the system asked for it', async () => {
    const { desk, answer, event } = await answerRig([issued]);
    desk.trouble = 'not put';
    desk.retryAfterSeconds = 42;
    await expect(answer(event(...about))).rejects.toMatchObject({
      name: 'TransientError',
      retryAfterSeconds: 42,
    });
    desk.trouble = 'none';
    await answer(event(...about));
    expect(desk.replies).toHaveLength(1);
    expect(desk.searches).toEqual([]);
  });

  it.each([
    ['answer lost', 1],
    ['never arrived', 0],
  ] as const)('that leaves it unclear (%s) is settled by the ticket itself', async (trouble, there) => {
    const { desk, store, answer, event, pass } = await answerRig([issued]);
    desk.trouble = trouble;
    await expect(answer(event(...about))).rejects.toThrow('connection reset');
    expect(desk.replies).toHaveLength(there);
    desk.trouble = 'none';
    await expect(answer(event(...about))).rejects.toMatchObject({ retryAfterSeconds: settleSeconds });
    expect(desk.searches).toEqual([]);
    pass(settleSeconds + 1);
    await answer(event(...about));
    await answer(event(...about));
    expect(desk.searches).toHaveLength(1);
    expect(desk.replies).toHaveLength(1);
    expect((await store.deliveries.findTicket('generic:1'))?.sentMessageIds).toEqual(['m-1']);
  });

  it.each(
    ['tickets.admitAnswer', 'answers.reserve', 'tickets.rememberMessage', 'answers.markSent'].flatMap(
      (call) => (['before', 'after'] as const).map((when) => [when, call] as const),
    ),
  )('of the process %s %s neither loses nor doubles the answer', async (when, call) => {
    const { desk, store, answer, event, killAt, heal, pass } = await answerRig([issued]);
    killAt(call, when);
    await expect(answer(event(...about))).rejects.toThrow('killed');
    heal();
    pass(settleSeconds + 1);
    await answer(event(...about));
    expect(desk.replies).toHaveLength(1);
    expect(desk.turn).toBe('customer');
    expect(await store.deliveries.findTicket('generic:1')).toMatchObject({ sentMessageIds: ['m-1'] });
  });

  it('of a killed sender is taken over by one of several', async () => {
    const { desk, answer, event, killAt, heal, pass } = await answerRig([issued]);
    killAt('answers.reserve', 'after');
    await expect(answer(event(...about))).rejects.toThrow('killed');
    heal();
    pass(settleSeconds + 1);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => answer(event(...about))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(desk.replies).toHaveLength(1);
  });

  it('does not arise between several that get the same event at once', async () => {
    const { desk, answer, event } = await answerRig([issued]);
    await Promise.allSettled([1, 2, 3, 4].map(() => answer(event(...about))));
    expect(desk.replies).toHaveLength(1);
  });
});

describe('following', () => {
  const { invitationCode: _used, ...one } = aTestedConnection({ state: 'activated' });
  const other = aConnectionWithCode({ companyId: second.companyId });
  const environment = anEnvironment({ companies: [aCompany(), second] });

  it('closes the ticket with the last of its companies, and says so', async () => {
    const { desk, answer, event, become, store } = await answerRig([one, other], environment);
    await answer(event('SpendCloudInformed', one));
    expect(desk.texts[0]).toContain('zijn er nu 1 van 2 actief');
    expect(desk.standings.at(-1)).toEqual({
      ticketId: '1',
      standing: { turn: 'customer', activeCompanies: 1, companies: 2 },
    });
    const now = await store.connections.find(other.connectionId);
    become(now ?? other, working);
    await answer(event('SpendCloudInformed', other));
    expect(desk.texts[1]).toContain('Tweede B.V.');
    expect(desk.texts[1]).toContain('het laatste bedrijf op dit ticket');
    expect(desk.turn).toBe('nobody');
  });

  it('is not done while Spend Cloud has not heard of one that is active', async () => {
    const { spendCloudInformedAt: _not, ...untold } = aTestedConnection({
      state: 'activated',
      companyId: second.companyId,
    });
    const { desk, answer, event, become, store } = await answerRig([one, untold], environment);
    await answer(event('SpendCloudInformed', one));
    expect(desk.texts[0]).toContain('zijn er nu 1 van 2 actief');
    expect(desk.standings.at(-1)?.standing).toEqual({ turn: 'vendor', activeCompanies: 1, companies: 2 });
    // Late, and of the one itself: neither closes the ticket before exports work.
    await answer(event('TenantIdReceived', untold));
    expect(desk.turn).toBe('vendor');
    become((await store.connections.find(untold.connectionId)) ?? untold, working);
    await answer(event('SpendCloudInformed', untold));
    expect(desk.texts[1]).toContain('het laatste bedrijf op dit ticket');
    expect(desk.turn).toBe('nobody');
  });

  it.each([
    ['TicketUnmatched', 'vendor'],
    ['TenantIdUnclear', 'customer'],
  ] as const)('does not close a ticket on the message that somebody must act on: %s', async (type, turn) => {
    const { desk, answer, ticketEvent, event } = await answerRig([one]);
    await answer(ticketEvent(type, { reason: 'unknown-company' }));
    expect(desk.standings.at(-1)?.standing).toEqual({ turn, activeCompanies: 1, companies: 1 });
    await answer(event('SpendCloudInformed', one));
    expect(desk.turn).toBe('nobody');
  });

  it('says nothing of other companies where there is one', async () => {
    const { desk, answer, event } = await answerRig([one]);
    await answer(event('SpendCloudInformed', one));
    expect(desk.texts[0]).toContain('Alles is klaar');
    expect(desk.texts[0]).not.toContain('ticket');
  });

  it('writes what is true now, in whichever order the events come', async () => {
    const { desk, answer, event } = await answerRig([one]);
    await answer(event('SpendCloudInformed', one));
    await answer(event('TenantIdReceived', one));
    await answer(event('InvitationCodeIssued', one, { codeId }));
    expect(desk.replies).toHaveLength(1);
    expect(desk.standings.map(({ standing }) => standing.turn)).toEqual(['nobody', 'nobody', 'nobody']);
  });

  it('does not leave behind what was true before it wrote', async () => {
    const { desk, answer, event, become, store } = await answerRig([issued]);
    desk.meanwhile = async () => {
      desk.meanwhile = async () => {};
      become((await store.connections.find(issued.connectionId)) ?? issued, working);
    };
    await answer(event('ConnectionRequested', issued));
    expect(desk.standings.map(({ standing }) => standing.turn)).toEqual(['customer', 'nobody']);
  });

  it('tries again later where the ticket never stands still', async () => {
    const { desk, answer, event, become, store } = await answerRig([issued]);
    let isActive = false;
    desk.meanwhile = async () => {
      isActive = !isActive;
      const now = (await store.connections.find(issued.connectionId)) ?? issued;
      become(now, isActive ? working : { state: 'code-issued' });
    };
    await expect(answer(event('ConnectionRequested', issued))).rejects.toMatchObject({
      name: 'TransientError',
    });
  });

  it('does not answer a disconnection: the mail does', async () => {
    const broken = aDisconnectedConnection();
    const { desk, answer, event } = await answerRig([broken]);
    await answer(event('ConnectionDisconnected', broken, { at: broken.disconnection?.since ?? '' }));
    expect(desk.replies).toEqual([]);
    expect(desk.turn).toBe('customer');
  });

  it('leaves a ticket without companies to the vendor', async () => {
    const { desk, answer, ticketEvent } = await answerRig();
    await answer(ticketEvent('TicketUnmatched', { reason: 'unknown-requester' }));
    expect(desk.standings).toEqual([
      { ticketId: '1', standing: { turn: 'vendor', activeCompanies: 0, companies: 0 } },
    ]);
  });
});

describe('the caps', () => {
  it('answer a stranger once on a ticket, whatever the reasons and however many his messages', async () => {
    const { desk, answer, ticketEvent } = await answerRig();
    for (const [index, reason] of [
      'unknown-requester',
      'unknown-requester',
      'several-environments',
    ].entries()) {
      await answer(ticketEvent('TicketUnmatched', { reason, eventId: `delivery-${index}` }));
    }
    expect(desk.replies).toHaveLength(1);
    await answer(ticketEvent('TicketUnmatched', { ticketKey: 'generic:2', reason: 'unknown-company' }));
    expect(desk.replies.map(({ ticketId }) => ticketId)).toEqual(['1', '2']);
    const withoutReference = desk.texts.map((text) => text.replace(/Kenmerk: .*/, ''));
    expect(withoutReference[0]).toBe(withoutReference[1]);
  });

  it('say once on a ticket that nothing is to be done', async () => {
    const { desk, answer, ticketEvent } = await answerRig();
    for (const eventId of ['a', 'b', 'c']) {
      await answer(ticketEvent('NoActionNeeded', { eventId, environmentId: 'voorbeeld' }));
    }
    expect(desk.replies).toHaveLength(1);
  });

  it('put 20 answers on a ticket, and let it follow after that', async () => {
    const { desk, answer, ticketEvent } = await answerRig();
    for (let index = 0; index < 25; index += 1) {
      await answer(ticketEvent('TenantIdUnclear', { eventId: `delivery-${index}`, reason: 'several-uuids' }));
    }
    expect(desk.replies).toHaveLength(20);
    expect(desk.standings).toHaveLength(25);
    await answer(ticketEvent('TenantIdUnclear', { eventId: 'delivery-3', reason: 'several-uuids' }));
    expect(desk.replies).toHaveLength(20);
  });
});

describe('a message that is not ours to answer', () => {
  it('names a connection or a ticket', async () => {
    const { answer, event } = await answerRig([aConnection()]);
    const { connectionId: _without, ...detail } = event('TicketUnmatched', aConnection()).detail;
    await expect(answer({ ...event('TicketUnmatched', aConnection()), detail })).rejects.toMatchObject({
      name: 'PermanentError',
    });
  });
});
