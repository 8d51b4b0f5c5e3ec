import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../functions/send-mail/compose-mail.ts';
import { mailsOf } from '../../../functions/send-mail/mails.ts';
import { planMails } from '../../../functions/send-mail/plan-mails.ts';
import { type Mailer, sendMails } from '../../../functions/send-mail/send-mail.ts';
import type { Campaign } from '../../../shared/domain/campaign/campaign.ts';
import type { Membership } from '../../../shared/domain/campaign/membership.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import { locales } from '../../../shared/domain/environment/environment.ts';
import { recogniseIntent } from '../../../shared/domain/ticket/intent.ts';
import { aCampaign, aMembership } from '../../builders/campaign.ts';
import { aConnectionWithCode, aTestedConnection } from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { later, someTime } from '../../builders/history.ts';
import { aBusEvent, someMailFacts } from '../../builders/mail.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const campaignId = 'visma-net';
const connectUrl = 'https://connect.vendor.example/connect/link';
const lastReminder = { rung: 'P60D', at: someTime };

interface Scene {
  readonly environment?: ReturnType<typeof anEnvironment>;
  readonly membership?: Partial<Membership>;
  readonly campaign?: Partial<Campaign>;
  readonly connections?: readonly Connection[];
  readonly now?: string;
}

/** An environment that asked for nothing and has just had its first reminder, unless told otherwise. */
function scene({ environment = anEnvironment(), membership, campaign, connections = [], now }: Scene = {}) {
  const store = createInMemoryStore();
  store.given({
    environments: [environment],
    connections: [...connections],
    campaigns: [aCampaign(campaign)],
    memberships: [aMembership({ nextRung: 1, unanswered: 1, lastReminder, ...membership })],
  });
  const sent: { to: string; subject: string; text: string; attachments: readonly { content: string }[] }[] =
    [];
  let isAnswerLost = false;
  const mailer: Mailer = {
    async send(mail) {
      sent.push(mail);
      if (isAnswerLost) throw new Error('connection reset');
      return { messageId: `message-${sent.length}` };
    },
  };
  let clock = new Date(now ?? someTime);
  const event = (type: string, detail = {}) =>
    aBusEvent(type, {
      aggregate: 'membership',
      aggregateId: environment.environmentId,
      environmentId: environment.environmentId,
      campaignId,
      standing: 'nothing-asked',
      ...detail,
    });
  return {
    store,
    sent,
    event,
    loseAnswers: () => {
      isAnswerLost = true;
    },
    pass: (seconds: number) => {
      clock = new Date(clock.getTime() + seconds * 1000);
    },
    send: (about: ReturnType<typeof event>) =>
      sendMails(about, {
        plan: (one) =>
          planMails(one, {
            ...store,
            settings: {
              appStoreUrl: 'https://appstore.visma.net',
              supportEmail: 'support@vendor.example',
              operators: { email: 'operators@vendor.example', locale: 'en' },
              productOwner: 'owner@vendor.example',
            },
            connectUrl: async () => connectUrl,
            now: () => clock,
          }),
        mails: store.mails,
        mailer,
        clock: () => clock,
        settleSeconds: 600,
        isNotSent: () => false,
      }),
  };
}

describe('a reminder', () => {
  it('says the next step first, until when, and has the link', async () => {
    const { sent, send, event } = scene();
    await send(event('ReminderDue'));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      to: 'finance@voorbeeld.example',
      subject: 'Nog 90 dagen: vraag uw uitnodigingscode aan (Voorbeeld Groep)',
      attachments: [],
    });
    expect(sent[0]?.text).toContain(connectUrl);
    expect(sent[0]?.text).toContain('zondag 31 mei 2026');
    const [step = '', time = ''] = ['volgende stap', 'werkt tot en met'];
    expect(sent[0]!.text.indexOf(step)).toBeLessThan(sent[0]!.text.indexOf(time));
  });

  it.each([
    ['2026-05-30T09:00:00.000Z', 'Nog 1 dag'],
    ['2026-05-31T09:00:00.000Z', 'Vandaag nog'],
    ['2026-05-31T22:30:00.000Z', 'Het kan nog'],
  ])('at %s begins with "%s"', async (now, start) => {
    const { sent, send, event } = scene({ now });
    await send(event('ReminderDue'));
    expect(sent[0]?.subject).toMatch(new RegExp(`^${start}`));
  });

  it('of an environment with several companies names those that are furthest behind', async () => {
    const [works, waits, other] = [
      aCompany(),
      aCompany({ corporateId: '2', name: 'Transport B.V.' }),
      aCompany({ corporateId: '3', name: 'Handel B.V.' }),
    ];
    const { sent, send, event } = scene({
      environment: anEnvironment({ companies: [works, waits, other] }),
      membership: { standing: 'code-issued' },
      connections: [
        aTestedConnection({ state: 'activated' }),
        aConnectionWithCode({ companyId: waits.companyId, connectionId: 'con_2' }),
        aTestedConnection({ companyId: other.companyId, connectionId: 'con_3' }),
      ],
    });
    await send(event('ReminderDue', { standing: 'code-issued' }));
    expect(sent[0]?.text).toContain('De uitnodigingscode voor Transport B.V. ligt klaar.');
    expect(sent[0]?.text).toContain('1 van uw 3 bedrijven werkt al.');
    expect(sent[0]?.text).not.toContain('Handel');
  });

  it.each<[string, Scene]>([
    ['moved on, though its membership has not heard', { connections: [aConnectionWithCode()] }],
    ['has moved on', { membership: { standing: 'code-issued', unanswered: 0 } }],
    [
      'is done',
      { membership: { standing: 'done' }, connections: [aTestedConnection({ state: 'activated' })] },
    ],
    ['is paused', { membership: { pausedAt: someTime } }],
    ['has left', { membership: { leftAt: someTime } }],
    ['does not export to Visma.net any more', { environment: anEnvironment({ exportFormats: ['CSV'] }) }],
    ['is in another campaign', { membership: { campaignId: 'other' } }],
    ['has had a later reminder', { membership: { lastReminder: { rung: 'P30D', at: later(60) } } }],
    ['is in a campaign that is paused', { campaign: { pausedAt: someTime } }],
    [
      'has no contact within reach',
      {
        environment: anEnvironment({
          contacts: [
            { email: 'weg@klant.example', name: '', undeliverable: { reason: 'bounce', at: someTime } },
          ],
        }),
      },
    ],
  ])('is not sent to who %s', async (_what, given) => {
    const { sent, send, event } = scene(given);
    await send(event('ReminderDue'));
    await send(event('RemindersUnanswered', { unanswered: 3 })).catch(() => undefined);
    expect(sent.filter(({ to }) => to !== 'consultant@vendor.example')).toEqual([]);
  });

  it('whose end nobody knows is not sent again, however long ago', async () => {
    const world = scene();
    const about = world.event('ReminderDue');
    world.loseAnswers();
    await expect(world.send(about)).rejects.toThrow('connection reset');
    await world.send(about);
    world.pass(7 * 24 * 3600);
    await world.send(about);
    expect(world.sent).toHaveLength(1);
  });

  it.each(locales)('gives words that the customer’s reply is understood by (%s)', (locale) => {
    const [reminder] = mailsOf.get('ReminderDue') ?? [];
    for (const reason of ['nothing-asked.last-days', 'code-expired.after']) {
      const items = reminder?.mail.texts[locale](someMailFacts({ reason })).steps?.items ?? [];
      const words = items.flatMap((item) => [...item.matchAll(/"([^"]+)"/g)].map(([, said = '']) => said));
      expect(words).toHaveLength(1);
      expect(recogniseIntent(words[0] ?? '').asksForCode).toBe(true);
    }
  });
});

describe('word to the contact person', () => {
  it('says what nobody answered and whom to call, in the language of colleagues', async () => {
    const { sent, send, event } = scene({ membership: { unanswered: 3 } });
    await send(event('RemindersUnanswered', { unanswered: 3 }));
    expect(sent.map(({ to }) => to)).toEqual(['consultant@vendor.example']);
    expect(sent[0]?.subject).toBe('Will you call Voorbeeld Groep? 3 reminders without an answer');
    expect(sent[0]?.text).toContain('Hello Consultant,');
    expect(sent[0]?.text).toContain('finance@voorbeeld.example');
    // Only customers get the link to their page.
    expect(sent[0]?.text).not.toContain(connectUrl);
  });

  it('that comes late is sent all the same, of as many as there are by then', async () => {
    const { sent, send, event } = scene({
      membership: { unanswered: 4, lastReminder: { rung: 'P7D', at: later(60) } },
    });
    await send(event('RemindersUnanswered', { unanswered: 3 }));
    expect(sent.map(({ subject }) => subject)).toEqual([
      'Will you call Voorbeeld Groep? 4 reminders without an answer',
    ]);
  });

  it('is not sent when the customer moved and has not answered the first reminder since', async () => {
    const { sent, send, event } = scene({ membership: { unanswered: 1 } });
    await send(event('RemindersUnanswered', { unanswered: 3 }));
    expect(sent).toEqual([]);
  });

  it('is not sent when the customer has moved since', async () => {
    const { sent, send, event } = scene({ connections: [aConnectionWithCode()] });
    await send(event('RemindersUnanswered', { unanswered: 3 }));
    expect(sent).toEqual([]);
  });
});

describe('the digest', () => {
  it('tells the product owner how many are left, who is stuck, and draws both pictures', async () => {
    const { store, sent, send } = scene();
    await store.campaigns.addSnapshot(campaignId, { at: '2026-02-02T09:00:00.000Z', left: 1, done: 0 });
    await store.campaigns.addSnapshot(campaignId, { at: someTime, left: 1, done: 0 });
    const detail = { aggregate: 'campaign', aggregateId: campaignId, campaignId } as const;
    await send(aBusEvent('CampaignDigestDue', detail));
    expect(sent.map(({ to, subject }) => [to, subject])).toEqual([
      ['owner@vendor.example', 'Visma.net: 0 of 1 environments done, 90 days left'],
    ]);
    expect(sent[0]?.text).toContain('Voorbeeld Groep (voorbeeld): no code asked for');
    expect(sent[0]?.text).toMatch(/2 Feb 2026: 1 \/ 1\n2 Mar 2026: 1 \/ 1\n/);
    expect(sent[0]?.attachments[0]?.content).toMatch(/^<svg .*1 of 1 environments are still to move/s);
  });
});

describe('a picture in a mail', () => {
  it('is drawn with cells as long as its numbers say, and none without length', () => {
    const [digest] = mailsOf.get('CampaignDigestDue') ?? [];
    const facts = someMailFacts();
    const rows = [
      { day: 'a', left: 8, planned: 8 },
      { day: 'b', left: 2, planned: 4 },
      { day: 'c', left: 0, planned: 0 },
    ];
    const { html } = composeMail(
      digest!.mail,
      'nl',
      { email: 'owner@vendor.example', name: '' },
      { ...facts, digest: { ...facts.digest!, rows } },
    );
    const cells = [...html.matchAll(/class="(filled|rest)" width="(\d+)%"/g)].map(([, kind, percent]) => [
      kind,
      percent,
    ]);
    expect(cells).toEqual([
      ['filled', '100'],
      ['filled', '25'],
      ['rest', '75'],
      ['rest', '100'],
    ]);
  });
});
