import * as z from 'zod';
import type { MailRepository } from '../../shared/domain/mail/repository.ts';

/**
 * An event of SES as its EventBridge destination delivers it (source `aws.ses`). Tags are lists; ours hold one value.
 * `eventType` Send means that SES accepted the mail.
 */
export const sesEvent = z.object({
  source: z.literal('aws.ses'),
  'detail-type': z.string(),
  time: z.string(),
  detail: z.object({
    eventType: z.string(),
    mail: z.object({
      messageId: z.string().min(1),
      tags: z.record(z.string(), z.array(z.string())).default({}),
    }),
  }),
});

/** `eventId` names the history entry that the mail answered, and with it the connection. */
type Outcome =
  | { readonly outcome: 'not-ours' }
  | { readonly outcome: 'settled'; readonly mailId: string; readonly eventId: string };

/** The addressee has no mail: whoever looks for the reason of an alarm finds these. */
export function isUndelivered({ detail }: z.infer<typeof sesEvent>): boolean {
  return ['bounce', 'complaint', 'reject'].includes(detail.eventType.toLowerCase());
}

/** Settles an unclear send: any event of SES about a mail proves that SES has it. */
export async function recordMailOutcome(
  event: z.infer<typeof sesEvent>,
  dependencies: { readonly mails: Pick<MailRepository, 'markSent'> },
): Promise<Outcome> {
  const { tags, messageId } = event.detail.mail;
  const mailId = tags.mailId?.[0];
  if (mailId === undefined) return { outcome: 'not-ours' };
  await dependencies.mails.markSent(mailId, messageId, event.time);
  return { outcome: 'settled', mailId, eventId: tags.eventId?.[0] ?? '' };
}
