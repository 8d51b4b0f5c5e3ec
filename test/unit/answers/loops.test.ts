import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ticketAnswerEvents, toEventDetail } from '../../../shared/contracts/events/event.ts';
import type { HistoryEntry } from '../../../shared/domain/history/entry.ts';
import { findUuids } from '../../../shared/domain/tenant/tenant-id.ts';
import { aCode, aConnectionWithCode, otherTenantId, someTenantId } from '../../builders/connection.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { aBusEvent } from '../../builders/mail.ts';
import { createIntakeRig } from '../intake/intake-rig.ts';
import { answerRig } from './answer-rig.ts';

const stranger = 'niemand@elders.example';
const contact = 'finance@voorbeeld.example';

const matched = new Set<string>(ticketAnswerEvents);

/** The intake and the answers around one ticket: what the one writes the other answers, and that comes back. */
async function conversation(environment = anEnvironment()) {
  const answering = await answerRig([aConnectionWithCode()], environment);
  const { store, desk, answer } = answering;
  const intake = createIntakeRig(store);
  let told = store.entries().length;
  let messages = 0;
  const answerNews = async () => {
    const news: readonly HistoryEntry[] = store.entries().slice(told);
    told += news.length;
    for (const entry of news) {
      const detail = toEventDetail(entry);
      if (matched.has(entry.type)) await answer(aBusEvent(entry.type, detail));
      // As the workflow answers him who asks again.
      if (entry.type === 'CodeRequested') {
        const resent = { ...detail, eventId: `${entry.id}-resent`, codeId: aCode().codeId };
        await answer(aBusEvent('InvitationCodeResent', resent));
      }
    }
  };
  return {
    ...answering,
    comesIn: async (text: string, requesterEmail: string, messageId?: string) => {
      messages += 1;
      await intake.ticket({
        kind: 'replied',
        ticketId: '1',
        subject: 'Re: koppeling',
        messageId: messageId ?? `in-${messages}`,
        text,
        requesterEmail,
      });
      await answerNews();
    },
    last: () => desk.replies.at(-1),
    ignored: () =>
      store
        .entries()
        .filter(({ type }) => type === 'DeliveryIgnored')
        .map(({ detail }) => detail.reason),
  };
}

const asks = 'Graag ontvangen wij een nieuwe uitnodigingscode voor Visma.net.';
const twoIds = `De tenant IDs zijn ${someTenantId} en ${otherTenantId}.`;

describe('our own answer that comes back', () => {
  it('is ignored by its id, whatever its text has become', async () => {
    const { comesIn, last, ignored, desk } = await conversation();
    await comesIn(twoIds, contact);
    const ours = last();
    await comesIn(`${asks} ${twoIds}`, contact, ours?.messageId);
    expect(ignored()).toEqual(['our-own']);
    expect(desk.replies).toHaveLength(1);
  });

  it.each([
    ['as it is', (text: string) => text],
    ['with other line breaks', (text: string) => text.replace(/\n\n/g, '\r\n').replace(/ /g, '  \n')],
    [
      'above what was quoted',
      (text: string) => `${text}\n\nOp 2 mrt 2026 om 10:00 schreef Finance:\n> ${asks}`,
    ],
  ])('is ignored by its text: %s', async (_how, echo) => {
    const { comesIn, last, ignored } = await conversation();
    await comesIn(twoIds, contact);
    await comesIn(echo(last()?.answer.text ?? ''), contact);
    expect(ignored()).toEqual(['our-own']);
  });

  it('is ignored before we hear that it is there', async () => {
    const { comesIn, desk, ignored } = await conversation();
    desk.trouble = 'answer lost';
    await expect(comesIn(twoIds, contact)).rejects.toThrow('connection reset');
    desk.trouble = 'none';
    await comesIn(desk.texts[0] ?? '', contact);
    expect(ignored()).toEqual(['our-own']);
  });

  it('keeps nobody from saying something himself', async () => {
    const { comesIn, last, store } = await conversation();
    await comesIn(twoIds, contact);
    await comesIn(`De tenant ID is ${someTenantId}.\n\n${last()?.answer.text}`, contact);
    expect(store.entries().at(-1)?.type).toBe('TenantIdReported');
  });
});

describe('whoever repeats what he gets', () => {
  const echo = fc.record({
    sender: fc.constantFrom(stranger, contact),
    before: fc.constantFrom(
      '',
      'Ik ben afwezig tot maandag. ',
      `${asks} `,
      `${twoIds} `,
      'Automatic reply: ',
    ),
    after: fc.constantFrom('', '\n\nMet vriendelijke groet', `\n\n${asks}`, `\n\n${twoIds}`),
    quotes: fc.boolean(),
    keepsId: fc.boolean(),
  });
  /** Each so often: whoever answers by himself does it again and again. */
  const repeated = fc.tuple(echo, fc.integer({ min: 1, max: 30 }));

  it.each([
    ['a customer that takes part', anEnvironment()],
    ['one that does not', anEnvironment({ exportFormats: ['Exact'] })],
  ])('never gets more than 20 answers on a ticket: %s', async (_who, environment) => {
    const property = fc.asyncProperty(fc.array(repeated, { minLength: 1, maxLength: 4 }), async (all) => {
      const { comesIn, desk, last } = await conversation(environment);
      await comesIn(asks, stranger);
      const echoes = all.flatMap(([one, times]) => Array<typeof one>(times).fill(one));
      for (const { sender, before, after, quotes, keepsId } of echoes) {
        const ours = last()?.answer.text ?? '';
        const said = quotes ? ours.replace(/^/gm, '> ') : ours;
        await comesIn(`${before}${said}${after}`, sender, keepsId ? last()?.messageId : undefined);
      }
      const about = desk.replies.map(({ answer }) => answer.about);
      expect(about.length).toBeLessThanOrEqual(20);
      for (const once of ['TicketUnmatched', 'NoActionNeeded']) {
        expect(about.filter((type) => type === once).length).toBeLessThanOrEqual(1);
      }
      for (const text of desk.texts) {
        expect(findUuids(text)).toEqual([]);
        expect(text).not.toContain(aCode().code);
      }
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('gets none at all where he adds nothing', async () => {
    const { comesIn, desk, last } = await conversation();
    await comesIn(twoIds, contact);
    for (let times = 0; times < 30; times += 1) await comesIn(last()?.answer.text ?? '', contact);
    expect(desk.replies).toHaveLength(1);
  });
});
