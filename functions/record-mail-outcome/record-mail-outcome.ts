import * as z from 'zod';
import { onFreshState, Refusal } from '../../shared/domain/connection/repository.ts';
import type { UndeliverableReason } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import { markUndeliverable } from '../../shared/domain/environment/undeliverable.ts';
import type { Sendings } from '../../shared/domain/sending/sendings.ts';

/**
 * An event of SES as its EventBridge destination delivers it (source `aws.ses`). Tags are lists; ours hold one value.
 * `eventType` Send means that SES accepted the mail. Each mail of ours has one addressee.
 */
export const sesEvent = z.object({
  source: z.literal('aws.ses'),
  'detail-type': z.string(),
  time: z.string(),
  detail: z.object({
    eventType: z.string(),
    mail: z.object({
      messageId: z.string().min(1),
      destination: z.array(z.string()).default([]),
      tags: z.record(z.string(), z.array(z.string())).default({}),
    }),
    bounce: z.object({ bounceType: z.string() }).optional(),
    complaint: z.object({ complaintFeedbackType: z.string().nullish() }).optional(),
  }),
});
type SesEvent = z.infer<typeof sesEvent>;

/** `eventId` names the history entry that the mail answered, and with it the connection. */
type Outcome =
  | { readonly outcome: 'not-ours' }
  | { readonly outcome: 'settled' | 'contact-marked'; readonly mailId: string; readonly eventId: string };

/** The addressee has no mail: whoever looks for the reason of an alarm finds these. */
export function isUndelivered({ detail }: SesEvent): boolean {
  return ['bounce', 'complaint', 'reject'].includes(detail.eventType.toLowerCase());
}

/** Nobody is marked for it, so an alarm tells: decisions, calls and digests wait for who never hears of them. */
export function isLostToColleague(event: SesEvent): boolean {
  const { tags } = event.detail.mail;
  const isOurs = tags.mailId !== undefined && tags.environmentId === undefined;
  return isOurs && (reasonOf(event) !== undefined || event.detail.eventType.toLowerCase() === 'reject');
}

/**
 * Settles an unclear send: any event of SES about a mail proves that SES has it. A contact whose address bounces for
 * good, or who complains, is marked: further mails would harm our reputation and reach nobody.
 */
export async function recordMailOutcome(
  event: SesEvent,
  dependencies: {
    readonly mails: Pick<Sendings, 'markSent'>;
    readonly environments: Pick<EnvironmentRepository, 'find' | 'save'>;
  },
): Promise<Outcome> {
  const { tags, messageId } = event.detail.mail;
  const mailId = tags.mailId?.[0];
  if (mailId === undefined) return { outcome: 'not-ours' };
  await dependencies.mails.markSent(mailId, messageId, event.time);
  const eventId = tags.eventId?.[0] ?? '';
  const marked = await markContact(event, dependencies.environments);
  return { outcome: marked ? 'contact-marked' : 'settled', mailId, eventId };
}

/** Mails to colleagues name no environment: there is no contact to mark. */
async function markContact(
  event: SesEvent,
  environments: Pick<EnvironmentRepository, 'find' | 'save'>,
): Promise<boolean> {
  const { mail } = event.detail;
  const reason = reasonOf(event);
  const environmentId = mail.tags.environmentId?.[0];
  const [email] = mail.destination;
  if (reason === undefined || environmentId === undefined || email === undefined) return false;
  return onFreshState(async () => {
    const environment = await environments.find(environmentId);
    const change =
      environment &&
      markUndeliverable(environment, email, reason, {
        at: event.time,
        by: 'mail-service',
        // A late repetition must not mark a contact again whom an operator has put right.
        deliveryKey: `ses:${mail.messageId}`,
        correlationId: mail.tags.eventId?.[0] ?? mail.messageId,
      });
    if (change === undefined) return false;
    try {
      await environments.save(change);
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'delivery-seen') return false;
      throw error;
    }
  });
}

/** A full mailbox or an absence (`Transient`, `Undetermined`) is no reason; neither is "not spam" as feedback. */
function reasonOf({ detail }: SesEvent): UndeliverableReason | undefined {
  switch (detail.eventType.toLowerCase()) {
    case 'bounce':
      return detail.bounce?.bounceType === 'Permanent' ? 'bounce' : undefined;
    case 'complaint':
      return detail.complaint?.complaintFeedbackType === 'not-spam' ? undefined : 'complaint';
    default:
      return undefined;
  }
}
