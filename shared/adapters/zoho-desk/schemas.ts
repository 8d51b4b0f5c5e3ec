import * as z from 'zod';

/** What is read of Zoho Desk's REST answers (tickets.md 2.5, 2.7); everything else is dropped. */

const text = z.string().nullish();

const person = z.object({
  id: z.string().nullish(),
  type: z.string().nullish(),
  email: text,
});

export const zohoTicket = z.object({
  id: z.string(),
  subject: text,
  description: text,
  channel: text,
  departmentId: z.string().nullish(),
  email: text,
  contact: z.object({ email: text }).nullish(),
  webUrl: text,
  status: text,
  createdTime: z.iso.datetime({ offset: true }),
  threadCount: z.union([z.string(), z.number()]).nullish(),
  isSpam: z.boolean().nullish(),
  isTrashed: z.boolean().nullish(),
  isDeleted: z.boolean().nullish(),
  /** By API name. Not `customFields`: its keys are labels. */
  cf: z.record(z.string(), z.unknown()).nullish(),
});
export type ZohoTicket = z.infer<typeof zohoTicket>;

export const zohoThread = z.object({
  id: z.string(),
  direction: z.string().nullish(),
  visibility: z.string().nullish(),
  isDescriptionThread: z.boolean().nullish(),
  createdTime: z.iso.datetime({ offset: true }),
  author: person.nullish(),
  fromEmailAddress: text,
  content: text,
  contentType: text,
  summary: text,
});
export type ZohoThread = z.infer<typeof zohoThread>;

export const zohoComment = z.object({
  id: z.string(),
  content: text,
  contentType: text,
  isPublic: z.boolean().nullish(),
  commentedTime: z.iso.datetime({ offset: true }),
  commenterId: z.string().nullish(),
  commenter: person.nullish(),
});
export type ZohoComment = z.infer<typeof zohoComment>;

/** What a write is answered with: the thing that was written, or what was wrong, which may come with status 200. */
export const written = z.object({ id: z.string().nullish(), errorCode: text, error: text });

export const changedTicket = z.object({
  id: z.string(),
  modifiedTime: z.iso.datetime({ offset: true }).nullish(),
});

/** An empty list has no body at all. */
export const listOf = <Row extends z.ZodType>(row: Row) =>
  z
    .object({ data: z.array(row) })
    .optional()
    .transform((list) => list?.data ?? []);
