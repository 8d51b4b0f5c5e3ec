import {
  type DigestFacts,
  type ReminderFacts,
  remindedStandings,
  reminderTimings,
} from '../../../functions/send-mail/campaign-facts.ts';
import type { Mail, MailFacts } from '../../../functions/send-mail/content.ts';
import { mailsOf, noContactReachable } from '../../../functions/send-mail/mails.ts';
import { ago, dayInWords, deadlineInWords, momentInWords } from '../../../functions/send-mail/words.ts';
import { mailedEvents } from '../../../shared/contracts/events/event.ts';
import { burnDown } from '../../../shared/domain/campaign/burn-down.ts';
import {
  accessTestFailures,
  attentionReasons,
  healthFailures,
} from '../../../shared/domain/connection/connection.ts';
import { unmatchedReasons } from '../../../shared/domain/delivery/repository.ts';
import { inWords } from '../../../shared/domain/environment/dutch-time.ts';
import {
  type Contact,
  type Locale,
  undeliverableReasons,
} from '../../../shared/domain/environment/environment.ts';
import { helpTopics } from '../../../shared/domain/environment/help-requests.ts';

/** A mail that can be sent: with one of its reasons, or the only one it has (then the reason is empty). */
export interface SampleMail {
  readonly event: string;
  readonly mail: Mail;
  readonly reason: string;
}

/** Mails whose text depends on a reason, with every reason that they can be sent with. */
const reasonsOf: Readonly<Record<string, readonly string[]>> = {
  'access-test-failed': accessTestFailures.filter((reason) => reason !== 'client-rejected'),
  // A question of identity is an operator's, and then the connection is not disconnected.
  'still-disconnected': [
    'not-integrated',
    'wrong-organisation',
    'no-licence',
    'missing-scopes',
    'tenant-claimed',
  ],
  'connection-disconnected': healthFailures,
  'disconnection-noticed': healthFailures,
  'attention-needed': attentionReasons,
  'contact-undeliverable': undeliverableReasons,
  'help-requested': helpTopics,
  'ticket-unmatched': unmatchedReasons,
  reminder: remindedStandings.flatMap((standing) => reminderTimings.map((timing) => `${standing}.${timing}`)),
  'reminders-unanswered': remindedStandings,
  'tenant-unmatched': ['nobody-waits', 'identity-unclear', 'not-confirmed'],
};

/** Every mail of the service, each once for each of its reasons, in the order of the events. */
export function sampleMails(): readonly SampleMail[] {
  const seen = new Set<string>();
  const answers = mailedEvents.flatMap((event) =>
    (mailsOf.get(event) ?? []).flatMap(({ mail }) => {
      if (seen.has(mail.name)) return [];
      seen.add(mail.name);
      return (reasonsOf[mail.name] ?? ['']).map((reason) => ({ event, mail, reason }));
    }),
  );
  return [...answers, { event: 'any that contacts are mailed of', mail: noContactReachable, reason: '' }];
}

/** An invented customer, whom the gallery and the tests write to. */
export function sampleFacts(locale: Locale, overrides: Partial<MailFacts> = {}): MailFacts {
  return {
    environmentName: 'Voorbeeld Groep',
    environmentId: 'voorbeeld',
    companyName: 'Voorbeeld Holding B.V.',
    severalCompanies: false,
    contactPerson: 'Uw consultant (consultant@vendor.example)',
    supportEmail: 'support@vendor.example',
    appStoreUrl: 'https://appstore.visma.net',
    code: 'INVITE-0001',
    expiresAt: inWords('2026-11-28T12:00:00.000Z', locale),
    reason: '',
    tenantIdStart: '8bdf18fd',
    connectionId: 'con_0123456789abcdef0123',
    ticketId: '4711',
    connections: ['con_0123456789abcdef0123 · Voorbeeld Holding B.V.'],
    unmappedAdministrations: ['10 · Handel'],
    undeliverableContacts: ['Sam de Vries (finance@klant.example)'],
    reachableContacts: 0,
    aboutCompany: 'Voorbeeld Holding B.V.',
    progress: [
      {
        company: 'Voorbeeld Holding B.V.',
        connectionId: 'con_0123456789abcdef0123',
        state: 'code-issued',
        since: ago('2026-11-23T12:00:00.000Z', new Date('2026-11-26T12:00:00.000Z'), locale),
      },
      {
        company: 'Voorbeeld Transport B.V.',
        connectionId: 'con_0123456789abcdef0124',
        state: 'not-requested',
        since: '',
      },
    ],
    contacts: ['Sam de Vries (finance@klant.example)', 'beheer@klant.example'],
    unsentSubject: 'Uw uitnodigingscode voor Visma.net (Voorbeeld Holding B.V.)',
    reminder: sampleReminder(overrides.reason ?? '', locale),
    digest: sampleDigest(locale),
    ...overrides,
  };
}

const deadline = '2027-05-31';
const daysLeftOf = { 'weeks-before': 30, 'last-days': 1, 'on-the-day': 0, after: -7 } as const;

/** By a reason such as `code-expired.last-days`; some with several companies. */
function sampleReminder(reason: string, locale: Locale): ReminderFacts {
  const [first, second] = reason.split('.');
  const standing = remindedStandings.find((one) => one === first) ?? 'nothing-asked';
  const timing = reminderTimings.find((one) => one === second) ?? 'weeks-before';
  const isOfSeveral = standing === 'mapping-missing' || timing === 'last-days';
  return {
    standing,
    timing,
    daysLeft: daysLeftOf[timing],
    deadline: deadlineInWords(deadline, locale),
    companies: isOfSeveral ? 3 : 1,
    working: isOfSeveral ? 1 : 0,
    behind: isOfSeveral ? ['Voorbeeld Holding B.V.', 'Voorbeeld Transport B.V.'] : ['Voorbeeld Holding B.V.'],
    unanswered: 3,
    since: dayInWords('2027-03-02T09:00:00.000Z', locale),
  };
}

/** Eight weeks of a campaign that fell behind and catches up. */
function sampleDigest(locale: Locale): DigestFacts {
  const counts = [240, 236, 229, 214, 190, 171, 139, 98];
  const snapshots = counts.map((left, week) => ({
    at: new Date(Date.parse('2027-03-08T07:00:00.000Z') + week * 7 * 24 * 3_600_000).toISOString(),
    left,
    done: 240 - left,
  }));
  const now = { at: '2027-05-03T06:00:00.000Z', left: 84, done: 156 };
  const chart = burnDown(snapshots, now, deadline);
  return {
    campaignId: 'visma-net',
    deadline: deadlineInWords(deadline, locale),
    daysLeft: 28,
    isPast: false,
    isPaused: false,
    counts: {
      'nothing-asked': 41,
      'code-awaited': 2,
      'code-expired': 9,
      'code-issued': 17,
      'tenant-id-missing': 8,
      'test-running': 1,
      'test-failed': 3,
      'attention-needed': 1,
      'mapping-missing': 2,
      disconnected: 0,
      done: 156,
    },
    stuck: [
      {
        name: 'Voorbeeld Groep',
        environmentId: 'voorbeeld',
        standing: 'nothing-asked',
        since: ago('2027-03-08T07:00:00.000Z', new Date(now.at), locale),
        reachableContacts: 0,
      },
      {
        name: 'Bakkerij Voorbeeld',
        environmentId: 'bakkerij-voorbeeld',
        standing: 'code-issued',
        since: ago('2027-04-05T07:00:00.000Z', new Date(now.at), locale),
        reachableContacts: 2,
      },
    ],
    burnDown: chart,
    rows: chart.points.map(({ at, left, planned }) => ({
      day: momentInWords(at, chart, locale),
      left,
      planned,
    })),
  };
}

/** As a mail of its kind gets them: with a link to the page for contacts, unless their environment has none. */
export function sampleFactsOf(
  { mail, reason }: Pick<SampleMail, 'mail' | 'reason'>,
  locale: Locale,
): MailFacts {
  const hasPage = mail.audience === 'contacts' && mail.name !== 'no-action-needed';
  return sampleFacts(locale, {
    reason,
    ...(hasPage
      ? { connectUrl: 'https://connect.vendor.example/connect/WzEsInZvb3JiZWVsZCIsMV0.c2FtcGxl' }
      : {}),
  });
}

const addressees: Readonly<Record<Mail['audience'], Contact>> = {
  contacts: { email: 'finance@klant.example', name: 'Sam de Vries' },
  operators: { email: 'operators@vendor.example', name: '' },
  'contact-person': { email: 'consultant@vendor.example', name: 'Kim' },
  'product-owner': { email: 'product-owner@vendor.example', name: '' },
};

export function sampleAddressee({ audience }: Mail): Contact {
  return addressees[audience];
}
