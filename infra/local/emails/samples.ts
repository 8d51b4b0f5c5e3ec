import { ago, inWords } from '../../../functions/send-mail/compose-mail.ts';
import type { Mail, MailFacts } from '../../../functions/send-mail/content.ts';
import { mailsOf, noContactReachable } from '../../../functions/send-mail/mails.ts';
import { mailedEvents } from '../../../shared/contracts/events/event.ts';
import {
  accessTestFailures,
  attentionReasons,
  healthFailures,
} from '../../../shared/domain/connection/connection.ts';
import { unmatchedReasons } from '../../../shared/domain/delivery/repository.ts';
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
    ...overrides,
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

export function sampleAddressee({ audience }: Mail): Contact {
  return audience === 'contacts'
    ? { email: 'finance@klant.example', name: 'Sam de Vries' }
    : { email: 'operators@vendor.example', name: '' };
}
