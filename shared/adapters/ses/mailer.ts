import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import * as z from 'zod';
import { TransientError } from '../../platform/errors.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { nameOf, wasNeverSent } from '../aws/failures.ts';

/** The mail certainly did not leave, so its reservation can be given back. `code` is SES's. */
class MailNotSent extends Error {
  override readonly name = 'MailNotSent';
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(`The mail was not sent: ${code}.`, options);
    this.code = code;
  }
}

export function isMailNotSent(error: unknown): boolean {
  return error instanceof MailNotSent;
}

export interface OutgoingMail {
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly fileName: string;
    /** A MIME type. */
    readonly contentType: string;
    readonly content: string;
  }[];
  /** SES allows letters, digits, `_` and `-` in a tag, 256 at most. */
  readonly tags: Readonly<Record<'eventId' | 'mailId', string>> & { readonly environmentId?: string };
}

const clientFault = z.object({ $fault: z.literal('client') });
const accepted = z.object({ MessageId: z.string().min(1) });

/**
 * Sends one mail by SES. A refusal by SES, or a connection that was never made, is `MailNotSent`. Everything else (no
 * answer, 5xx) may have been sent and is a `TransientError`: SES's own event tells. The SDK does not repeat a send for
 * the same reason.
 */
export function createMailer(
  options: {
    readonly from: string;
    /** Where a customer's reply goes: people press Reply, and nobody reads the sender's address. */
    readonly replyTo: string;
    readonly configurationSet: string;
  },
  client = new SESv2Client({ ...clientSettings, maxAttempts: 1 }),
): { send(mail: OutgoingMail): Promise<{ readonly messageId: string }> } {
  return {
    send: async ({ to, subject, html, text, attachments, tags }) => {
      const command = new SendEmailCommand({
        FromEmailAddress: options.from,
        ReplyToAddresses: [options.replyTo],
        ConfigurationSetName: options.configurationSet,
        Destination: { ToAddresses: [to] },
        EmailTags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
        Content: {
          Simple: {
            Subject: { Data: subject, Charset: 'UTF-8' },
            Body: { Html: { Data: html, Charset: 'UTF-8' }, Text: { Data: text, Charset: 'UTF-8' } },
            ...(attachments.length > 0 && {
              Attachments: attachments.map(({ fileName, contentType, content }) => ({
                FileName: fileName,
                ContentType: contentType,
                ContentDisposition: 'ATTACHMENT',
                ContentTransferEncoding: 'BASE64',
                RawContent: new TextEncoder().encode(content),
              })),
            }),
          },
        },
      });
      try {
        const answer = accepted.safeParse(await client.send(command));
        if (!answer.success) throw new TransientError('SES accepted a mail without naming it.');
        return { messageId: answer.data.MessageId };
      } catch (error) {
        if (error instanceof TransientError) throw error;
        if (clientFault.safeParse(error).success || wasNeverSent(error)) {
          throw new MailNotSent(nameOf(error), { cause: error });
        }
        throw new TransientError(`Nobody knows whether SES sent the mail: ${nameOf(error)}.`, {
          cause: error,
        });
      }
    },
  };
}
