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

/** Settles an unclear send: any event of SES about a mail proves that SES has it. */
export async function recordMailOutcome(
  event: z.infer<typeof sesEvent>,
  dependencies: { readonly mails: Pick<MailRepository, 'markSent'> },
): Promise<'settled' | 'not-ours'> {
  const mailId = event.detail.mail.tags.mailId?.[0];
  if (mailId === undefined) return 'not-ours';
  await dependencies.mails.markSent(mailId, event.detail.mail.messageId, event.time);
  return 'settled';
}
