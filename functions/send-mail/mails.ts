import type { Mail } from './content.ts';
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

const codeIssued: Mail = {
  name: 'code-issued',
  audience: 'contacts',
  texts: { nl: codeIssuedNl, en: codeIssuedEn },
};

/** Which mail answers which event. A new mail is a folder with its texts and a line here. */
export const mailOf: ReadonlyMap<string, Mail> = new Map<string, Mail>([
  ['InvitationCodeIssued', codeIssued],
  ['InvitationCodeResent', codeIssued],
  [
    'InvitationCodeExpired',
    { name: 'code-expired', audience: 'contacts', texts: { nl: codeExpiredNl, en: codeExpiredEn } },
  ],
  [
    'AccessTestFailed',
    {
      name: 'access-test-failed',
      audience: 'contacts',
      texts: { nl: accessTestFailedNl, en: accessTestFailedEn },
    },
  ],
  [
    'ConnectionRejected',
    {
      name: 'connection-rejected',
      audience: 'contacts',
      texts: { nl: connectionRejectedNl, en: connectionRejectedEn },
    },
  ],
  [
    'SpendCloudInformed',
    {
      name: 'connection-activated',
      audience: 'contacts',
      texts: { nl: connectionActivatedNl, en: connectionActivatedEn },
    },
  ],
  [
    'TenantIdUnclear',
    {
      name: 'tenant-id-unclear',
      audience: 'contacts',
      texts: { nl: tenantIdUnclearNl, en: tenantIdUnclearEn },
    },
  ],
  [
    'NoActionNeeded',
    { name: 'no-action-needed', audience: 'contacts', texts: { nl: noActionNeededNl, en: noActionNeededEn } },
  ],
  [
    'InvitationCodeStockEmpty',
    { name: 'stock-empty', audience: 'operators', texts: { nl: stockEmptyNl, en: stockEmptyEn } },
  ],
  [
    'AttentionNeeded',
    {
      name: 'attention-needed',
      audience: 'operators',
      texts: { nl: attentionNeededNl, en: attentionNeededEn },
    },
  ],
  [
    'MappingMissing',
    { name: 'mapping-missing', audience: 'operators', texts: { nl: mappingMissingNl, en: mappingMissingEn } },
  ],
  [
    'TicketUnmatched',
    {
      name: 'ticket-unmatched',
      audience: 'operators',
      texts: { nl: ticketUnmatchedNl, en: ticketUnmatchedEn },
    },
  ],
  [
    'TenantUnmatched',
    {
      name: 'tenant-unmatched',
      audience: 'operators',
      texts: { nl: tenantUnmatchedNl, en: tenantUnmatchedEn },
    },
  ],
]);
