import type { EventDetail, mailedEvents } from '../../shared/contracts/events/event.ts';
import type { Mail, MailText } from './content.ts';
import { accessTestFailedEn } from './mails/access-test-failed/en.ts';
import { accessTestFailedNl } from './mails/access-test-failed/nl.ts';
import { attentionNeededEn } from './mails/attention-needed/en.ts';
import { attentionNeededNl } from './mails/attention-needed/nl.ts';
import { burnDownEn, campaignDigestEn } from './mails/campaign-digest/en.ts';
import { burnDownNl, campaignDigestNl } from './mails/campaign-digest/nl.ts';
import { codeExpiredEn } from './mails/code-expired/en.ts';
import { codeExpiredNl } from './mails/code-expired/nl.ts';
import { codeExpiringEn } from './mails/code-expiring/en.ts';
import { codeExpiringNl } from './mails/code-expiring/nl.ts';
import { codeIssuedEn } from './mails/code-issued/en.ts';
import { codeIssuedNl } from './mails/code-issued/nl.ts';
import { connectLinkEn } from './mails/connect-link/en.ts';
import { connectLinkNl } from './mails/connect-link/nl.ts';
import { connectionActivatedEn } from './mails/connection-activated/en.ts';
import { connectionActivatedNl } from './mails/connection-activated/nl.ts';
import { connectionDisconnectedEn, stillDisconnectedEn } from './mails/connection-disconnected/en.ts';
import { connectionDisconnectedNl, stillDisconnectedNl } from './mails/connection-disconnected/nl.ts';
import { connectionRejectedEn } from './mails/connection-rejected/en.ts';
import { connectionRejectedNl } from './mails/connection-rejected/nl.ts';
import { connectionRestoredEn } from './mails/connection-restored/en.ts';
import { connectionRestoredNl } from './mails/connection-restored/nl.ts';
import { contactUndeliverableEn } from './mails/contact-undeliverable/en.ts';
import { contactUndeliverableNl } from './mails/contact-undeliverable/nl.ts';
import { disconnectionNoticedEn } from './mails/disconnection-noticed/en.ts';
import { disconnectionNoticedNl } from './mails/disconnection-noticed/nl.ts';
import { helpRequestedEn } from './mails/help-requested/en.ts';
import { helpRequestedNl } from './mails/help-requested/nl.ts';
import { integrationSeenEn } from './mails/integration-seen/en.ts';
import { integrationSeenNl } from './mails/integration-seen/nl.ts';
import { mappingMissingEn } from './mails/mapping-missing/en.ts';
import { mappingMissingNl } from './mails/mapping-missing/nl.ts';
import { noActionNeededEn } from './mails/no-action-needed/en.ts';
import { noActionNeededNl } from './mails/no-action-needed/nl.ts';
import { noContactReachableEn } from './mails/no-contact-reachable/en.ts';
import { noContactReachableNl } from './mails/no-contact-reachable/nl.ts';
import { reminderEn } from './mails/reminder/en.ts';
import { reminderNl } from './mails/reminder/nl.ts';
import { remindersUnansweredEn } from './mails/reminders-unanswered/en.ts';
import { remindersUnansweredNl } from './mails/reminders-unanswered/nl.ts';
import { restorationNoticedEn } from './mails/restoration-noticed/en.ts';
import { restorationNoticedNl } from './mails/restoration-noticed/nl.ts';
import { stockEmptyEn } from './mails/stock-empty/en.ts';
import { stockEmptyNl } from './mails/stock-empty/nl.ts';
import { tenantIdUnclearEn } from './mails/tenant-id-unclear/en.ts';
import { tenantIdUnclearNl } from './mails/tenant-id-unclear/nl.ts';
import { tenantUnmatchedEn } from './mails/tenant-unmatched/en.ts';
import { tenantUnmatchedNl } from './mails/tenant-unmatched/nl.ts';
import { ticketUnmatchedEn } from './mails/ticket-unmatched/en.ts';
import { ticketUnmatchedNl } from './mails/ticket-unmatched/nl.ts';

/** A mail, and of which of its events it is told; of all unless it says so. */
interface Answer {
  readonly mail: Mail;
  readonly when?: (detail: EventDetail) => boolean;
}

const codeIssued = contacts('code-issued', codeIssuedNl, codeIssuedEn);
const isRecovery = (detail: EventDetail) => detail.recovered === true;
/** Whoever holds the client secret is at fault, never the customer: operators hear of it as AttentionNeeded. */
const isAnswer = (detail: EventDetail) => detail.reason !== 'client-rejected' && detail.quiet !== true;
const isDisconnected = (detail: EventDetail) => detail.state === 'disconnected';

/** Which mails answer which event. A new mail is a folder with its texts and a line here. */
const answers: Readonly<Record<(typeof mailedEvents)[number], readonly Answer[]>> = {
  InvitationCodeIssued: [codeIssued],
  InvitationCodeResent: [codeIssued],
  InvitationCodeExpiring: [contacts('code-expiring', codeExpiringNl, codeExpiringEn)],
  InvitationCodeExpired: [contacts('code-expired', codeExpiredNl, codeExpiredEn)],
  AppIntegrated: [contacts('integration-seen', integrationSeenNl, integrationSeenEn)],
  AccessTestFailed: [
    contacts(
      'access-test-failed',
      accessTestFailedNl,
      accessTestFailedEn,
      (detail) => isAnswer(detail) && !isDisconnected(detail),
    ),
    contacts(
      'still-disconnected',
      stillDisconnectedNl,
      stillDisconnectedEn,
      (detail) => isAnswer(detail) && isDisconnected(detail),
    ),
  ],
  ConnectionRejected: [contacts('connection-rejected', connectionRejectedNl, connectionRejectedEn)],
  SpendCloudInformed: [
    contacts(
      'connection-activated',
      connectionActivatedNl,
      connectionActivatedEn,
      (detail) => !isRecovery(detail),
    ),
    contacts('connection-restored', connectionRestoredNl, connectionRestoredEn, isRecovery),
    operators('restoration-noticed', restorationNoticedNl, restorationNoticedEn, isRecovery),
  ],
  ConnectionDisconnected: [
    contacts('connection-disconnected', connectionDisconnectedNl, connectionDisconnectedEn),
    operators('disconnection-noticed', disconnectionNoticedNl, disconnectionNoticedEn),
  ],
  TenantIdUnclear: [contacts('tenant-id-unclear', tenantIdUnclearNl, tenantIdUnclearEn)],
  ConnectLinkRequested: [contacts('connect-link', connectLinkNl, connectLinkEn)],
  NoActionNeeded: [contacts('no-action-needed', noActionNeededNl, noActionNeededEn)],
  InvitationCodeStockEmpty: [operators('stock-empty', stockEmptyNl, stockEmptyEn)],
  AttentionNeeded: [operators('attention-needed', attentionNeededNl, attentionNeededEn)],
  MappingMissing: [operators('mapping-missing', mappingMissingNl, mappingMissingEn)],
  TicketUnmatched: [operators('ticket-unmatched', ticketUnmatchedNl, ticketUnmatchedEn)],
  ContactUndeliverable: [operators('contact-undeliverable', contactUndeliverableNl, contactUndeliverableEn)],
  HelpRequested: [operators('help-requested', helpRequestedNl, helpRequestedEn)],
  ReminderDue: [
    {
      mail: {
        name: 'reminder',
        audience: 'contacts',
        texts: { nl: reminderNl, en: reminderEn },
        atMostOnce: true,
      },
    },
  ],
  RemindersUnanswered: [
    {
      mail: {
        name: 'reminders-unanswered',
        audience: 'contact-person',
        texts: { nl: remindersUnansweredNl, en: remindersUnansweredEn },
      },
    },
  ],
  CampaignDigestDue: [
    {
      mail: {
        name: 'campaign-digest',
        audience: 'product-owner',
        texts: { nl: campaignDigestNl, en: campaignDigestEn },
        attachments: { nl: burnDownNl, en: burnDownEn },
      },
    },
  ],
  TenantUnmatched: [operators('tenant-unmatched', tenantUnmatchedNl, tenantUnmatchedEn)],
};

export const mailsOf: ReadonlyMap<string, readonly Answer[]> = new Map(Object.entries(answers));

/** To operators in place of any mail to contacts when mails reach none of them. */
export const noContactReachable = operators(
  'no-contact-reachable',
  noContactReachableNl,
  noContactReachableEn,
).mail;

function contacts(name: string, nl: MailText, en: MailText, when?: Answer['when']): Answer {
  return { mail: { name, audience: 'contacts', texts: { nl, en } }, ...(when && { when }) };
}

function operators(name: string, nl: MailText, en: MailText, when?: Answer['when']): Answer {
  return { mail: { name, audience: 'operators', texts: { nl, en } }, ...(when && { when }) };
}
