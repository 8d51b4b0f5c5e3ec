import * as z from 'zod';

interface MailAttachment {
  readonly fileName: string;
  readonly contentType: string;
  /** In base64. */
  readonly content: string;
}

/** A mail that SES accepted, as the mailbox shows it. Times are ISO 8601. */
export interface Mail {
  /** Of the mailbox: 1, 2, 3 … */
  readonly id: string;
  readonly messageId: string;
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly html: string | null;
  readonly text: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly attachments: readonly MailAttachment[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | null;
}

/** A line of a mail: a line break in it would start a header that the sender did not mean. */
const line = z.string().refine((text) => !/[\r\n]/.test(text), 'contains a line break');
const address = line.min(3).max(320);
const addresses = z.array(address).default([]);
const content = z.strictObject({ Data: z.string(), Charset: z.string().optional() });
/** `MessageTag`: "can only contain ASCII letters, numbers, underscores, or dashes", "no more than 256 characters". */
const tagText = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,256}$/, 'has other characters than letters, digits, _ and -, or too many');

/** `Attachment` of the API v2; what is shown inside the HTML (`INLINE`, `ContentId`) is not offered here. */
const attachment = z.strictObject({
  RawContent: z.base64().min(1),
  FileName: line
    .min(1)
    .max(255)
    .refine((name) => !/[/\\"]/.test(name), 'is a path'),
  ContentType: line
    .regex(/^[a-z0-9.+-]+\/[a-z0-9.+-]+$/i, 'is no MIME type')
    .max(78)
    .default('application/octet-stream'),
  ContentDisposition: z.literal('ATTACHMENT').optional(),
  ContentDescription: line.max(1000).optional(),
  ContentTransferEncoding: z.enum(['BASE64', 'QUOTED_PRINTABLE', 'SEVEN_BIT']).optional(),
});

/** `SendEmail` of the API v2; content `Simple` only. */
export const sendEmailInput = z.strictObject({
  FromEmailAddress: address,
  FromEmailAddressIdentityArn: z.string().optional(),
  Destination: z.strictObject({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses }),
  ReplyToAddresses: addresses,
  Content: z.strictObject({
    Simple: z.strictObject({
      Subject: z.strictObject({ Data: line, Charset: z.string().optional() }),
      Body: z
        .strictObject({ Text: content.optional(), Html: content.optional() })
        .refine((body) => body.Text !== undefined || body.Html !== undefined, 'has neither Text nor Html'),
      Headers: z
        .array(
          z.strictObject({
            Name: z.string().regex(/^[\x21-\x39\x3B-\x7E]{1,126}$/, 'is not a header name'),
            Value: line.min(1).max(870),
          }),
        )
        .max(15)
        .default([]),
      Attachments: z.array(attachment).max(100).default([]),
    }),
  }),
  EmailTags: z
    .array(z.strictObject({ Name: tagText, Value: tagText }))
    .max(50)
    .default([]),
  ConfigurationSetName: z.string().optional(),
});
export type SendEmail = z.output<typeof sendEmailInput>;

/** The bare address of `Name <local@domain>` or `local@domain`; undefined when there is none. */
export function bareAddress(text: string): string | undefined {
  const inner = /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text;
  // "Amazon SES does not support the SMTPUTF8 extension": the local part is ASCII.
  return /^[\x21-\x7E]+@[^\s@]+\.[^\s@]+$/.test(inner.trim()) ? inner.trim() : undefined;
}
