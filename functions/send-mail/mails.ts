import type { mailedEvents } from '../../shared/contracts/events/event.ts';
import type { Mail, MailText } from './content.ts';
import { accessTestFailedEn } from './mails/access-test-failed/en.ts';
import { accessTestFailedNl } from './mails/access-test-failed/nl.ts';
import { attentionNeededEn } from './mails/attention-needed/en.ts';
import { attentionNeededNl } from './mails/attention-needed/nl.ts';
import { codeExpiredEn } from './mails/code-expired/en.ts';
import { codeExpiredNl } from './mails/code-expired/nl.ts';
import { codeIssuedEn } from './mails/code-issued/en.ts';
import { codeIssuedNl } from './mails/code-issued/nl.ts';
import { connectionActivatedEn } from './mails/connection-activated/en.ts';
import { connectionActivatedNl } from './mails/connection-activated/nl.ts';
import { connectionRejectedEn } from './mails/connection-rejected/en.ts';
import { connectionRejectedNl } from './mails/connection-rejected/nl.ts';
import { mappingMissingEn } from './mails/mapping-missing/en.ts';
import { mappingMissingNl } from './mails/mapping-missing/nl.ts';
import { noActionNeededEn } from './mails/no-action-needed/en.ts';
import { noActionNeededNl } from './mails/no-action-needed/nl.ts';
import { stockEmptyEn } from './mails/stock-empty/en.ts';
import { stockEmptyNl } from './mails/stock-empty/nl.ts';
import { tenantIdUnclearEn } from './mails/tenant-id-unclear/en.ts';
import { tenantIdUnclearNl } from './mails/tenant-id-unclear/nl.ts';
import { tenantUnmatchedEn } from './mails/tenant-unmatched/en.ts';
import { tenantUnmatchedNl } from './mails/tenant-unmatched/nl.ts';
import { ticketUnmatchedEn } from './mails/ticket-unmatched/en.ts';
import { ticketUnmatchedNl } from './mails/ticket-unmatched/nl.ts';

const codeIssued = mail('code-issued', 'contacts', codeIssuedNl, codeIssuedEn);

/** Which mail answers which event. A new mail is a folder with its texts and a line here. */
const answers: Readonly<Record<(typeof mailedEvents)[number], Mail>> = {
  InvitationCodeIssued: codeIssued,
  InvitationCodeResent: codeIssued,
  InvitationCodeExpired: mail('code-expired', 'contacts', codeExpiredNl, codeExpiredEn),
  AccessTestFailed: mail('access-test-failed', 'contacts', accessTestFailedNl, accessTestFailedEn),
  ConnectionRejected: mail('connection-rejected', 'contacts', connectionRejectedNl, connectionRejectedEn),
  SpendCloudInformed: mail('connection-activated', 'contacts', connectionActivatedNl, connectionActivatedEn),
  TenantIdUnclear: mail('tenant-id-unclear', 'contacts', tenantIdUnclearNl, tenantIdUnclearEn),
  NoActionNeeded: mail('no-action-needed', 'contacts', noActionNeededNl, noActionNeededEn),
  InvitationCodeStockEmpty: mail('stock-empty', 'operators', stockEmptyNl, stockEmptyEn),
  AttentionNeeded: mail('attention-needed', 'operators', attentionNeededNl, attentionNeededEn),
  MappingMissing: mail('mapping-missing', 'operators', mappingMissingNl, mappingMissingEn),
  TicketUnmatched: mail('ticket-unmatched', 'operators', ticketUnmatchedNl, ticketUnmatchedEn),
  TenantUnmatched: mail('tenant-unmatched', 'operators', tenantUnmatchedNl, tenantUnmatchedEn),
};

export const mailOf: ReadonlyMap<string, Mail> = new Map(Object.entries(answers));

function mail(name: string, audience: Mail['audience'], nl: MailText, en: MailText): Mail {
  return { name, audience, texts: { nl, en } };
}
