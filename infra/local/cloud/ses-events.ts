import { createHash } from 'node:crypto';
import type { Cloud } from './service.ts';
import { bareAddress, type Mail } from './ses-mail.ts';

/** Event types as CloudFormation's `MatchingEventTypes` spells them. */
export type EventType = 'send' | 'delivery' | 'bounce' | 'complaint';

interface SesEvent {
  readonly type: EventType;
  /** EventBridge Events Reference, "Amazon Simple Email Service events". */
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * What happens to a mail after its acceptance, by the local part of each recipient, as with the addresses of SES's
 * mailbox simulator: `bounce@…` bounces for good, `complaint@…` is delivered and then reported as spam, the rest is
 * delivered. Shapes: Developer Guide, "Contents of event data that Amazon SES publishes".
 */
export function eventsOf(
  mail: Mail,
  identity: string,
  cloud: Pick<Cloud, 'region' | 'accountId'>,
): SesEvent[] {
  const recipients = [...mail.to, ...mail.cc, ...mail.bcc].map((address) => bareAddress(address) ?? address);
  const isLocal = (address: string, name: string) =>
    address.split('@')[0]?.split('+')[0]?.toLowerCase() === name;
  const bounced = recipients.filter((address) => isLocal(address, 'bounce'));
  const complained = recipients.filter((address) => isLocal(address, 'complaint'));
  const delivered = recipients.filter((address) => !bounced.includes(address));
  const common = { mail: mailObject(mail, recipients, identity, cloud) };
  const feedbackId = `${createHash('sha256').update(mail.messageId).digest('hex').slice(0, 16)}-000000`;
  const events: SesEvent[] = [
    { type: 'send', detailType: 'Email Sent', detail: { eventType: 'Send', ...common, send: {} } },
  ];
  if (delivered.length > 0) {
    const delivery = {
      timestamp: mail.at,
      processingTimeMillis: 1,
      recipients: delivered,
      smtpResponse: '250 ok',
      reportingMTA: 'local.example',
    };
    events.push({
      type: 'delivery',
      detailType: 'Email Delivered',
      detail: { eventType: 'Delivery', ...common, delivery },
    });
  }
  if (bounced.length > 0) {
    const bounce = {
      feedbackId,
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: bounced.map((emailAddress) => ({
        emailAddress,
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      })),
      timestamp: mail.at,
      reportingMTA: 'dns; local.example',
    };
    events.push({
      type: 'bounce',
      detailType: 'Email Bounced',
      detail: { eventType: 'Bounce', ...common, bounce },
    });
  }
  if (complained.length > 0) {
    const complaint = {
      feedbackId,
      complaintSubType: null,
      complainedRecipients: complained.map((emailAddress) => ({ emailAddress })),
      timestamp: mail.at,
      userAgent: 'Amazon SES Mailbox Simulator',
      complaintFeedbackType: 'abuse',
      arrivalDate: mail.at,
    };
    events.push({
      type: 'complaint',
      detailType: 'Email Complaint Received',
      detail: { eventType: 'Complaint', ...common, complaint },
    });
  }
  return events;
}

function mailObject(
  mail: Mail,
  destination: readonly string[],
  identity: string,
  cloud: Pick<Cloud, 'region' | 'accountId'>,
) {
  const custom = Object.entries(mail.tags).map(([name, value]) => [name, [value]] as const);
  const optional = (name: string, values: readonly string[]) =>
    values.length === 0 ? [] : [{ name, value: values.join(', ') }];
  const headers = [
    { name: 'From', value: mail.from },
    ...optional('Reply-To', mail.replyTo),
    ...optional('To', mail.to),
    ...optional('Cc', mail.cc),
    { name: 'Subject', value: mail.subject },
    { name: 'MIME-Version', value: '1.0' },
    ...mail.headers,
  ];
  return {
    timestamp: mail.at,
    source: mail.from,
    sourceArn: `arn:aws:ses:${cloud.region}:${cloud.accountId}:identity/${identity}`,
    sendingAccountId: cloud.accountId,
    messageId: mail.messageId,
    destination,
    headersTruncated: false,
    headers,
    commonHeaders: { from: [mail.from], to: mail.to, messageId: mail.messageId, subject: mail.subject },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [(bareAddress(mail.from) ?? '').split('@')[1] ?? ''],
      ...(mail.configurationSet !== null && { 'ses:configuration-set': [mail.configurationSet] }),
      ...Object.fromEntries(custom),
    },
  };
}
