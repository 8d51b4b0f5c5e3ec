import type { BusEvent } from '../../shared/contracts/events/event.ts';
import { type Sendings, sendOnce } from '../../shared/domain/sending/sendings.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { TransientError } from '../../shared/platform/errors.ts';
import { composeMail } from './compose-mail.ts';
import type { MailAttachment } from './content.ts';
import type { PlannedMail } from './plan-mails.ts';

/** The mail service's port. Throws `MailNotSent` when the mail certainly did not leave; anything else is unclear. */
export interface Mailer {
  send(mail: {
    readonly to: string;
    readonly subject: string;
    readonly html: string;
    readonly text: string;
    readonly attachments: readonly MailAttachment[];
    /** The service's events carry them. `environmentId` is whose contact the addressee is. */
    readonly tags: Readonly<Record<'eventId' | 'mailId', string>> & { readonly environmentId?: string };
  }): Promise<{ readonly messageId: string }>;
}

/**
 * Sends what an event asks for, each mail once. The reservation comes first; a crash between the mail service's answer
 * and our record leaves it unclear, and then the service's own event settles it (`record-mail-outcome`). Only a
 * reservation that nothing settled for `settleSeconds` is sent again: codes and failures must arrive. Reminders are not.
 */
export async function sendMails(
  event: BusEvent,
  dependencies: {
    readonly plan: (event: BusEvent) => Promise<readonly PlannedMail[]>;
    readonly mails: Sendings;
    readonly mailer: Mailer;
    readonly clock: Clock;
    readonly settleSeconds: number;
    /** Whether an error says that the mail certainly did not leave. */
    readonly isNotSent: (error: unknown) => boolean;
  },
): Promise<void> {
  const failures: unknown[] = [];
  for (const planned of await dependencies.plan(event)) {
    try {
      await sendMail(planned, dependencies);
    } catch (error) {
      // One contact's bad address must not keep the others from their mail.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function sendMail(planned: PlannedMail, dependencies: Parameters<typeof sendMails>[1]): Promise<void> {
  const { mails, mailer, clock, settleSeconds, isNotSent } = dependencies;
  const send = () =>
    mailer.send({
      to: planned.to.email,
      ...composeMail(planned.mail, planned.locale, planned.to, planned.facts),
      tags: {
        eventId: planned.eventId,
        mailId: planned.mailId,
        ...(planned.mail.audience === 'contacts' && { environmentId: planned.facts.environmentId }),
      },
    });
  const outcome = await sendOnce(
    planned.mailId,
    { send, isNotSent, atMostOnce: planned.mail.atMostOnce === true },
    { sendings: mails, clock, settleSeconds },
  );
  if (outcome === 'unclear') {
    throw new TransientError(
      `Mail ${planned.mailId} may have been sent; waiting for the mail service to say.`,
      { retryAfterSeconds: settleSeconds },
    );
  }
}
