import * as z from 'zod';
import { ticketMessage } from '../webhooks/generic-ticket.ts';
import { zohoHint } from '../webhooks/zoho-desk.ts';

/** Messages of the inbound queue: verified facts, not yet thought about. */
export const inboundMessage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ticket'),
    /** `ticket:<system>:<webhook id, or what the message is>`: the same for every copy of one delivery. */
    deliveryKey: z.string().min(1),
    receivedAt: z.iso.datetime(),
    message: ticketMessage,
  }),
  z.object({
    kind: z.literal('visma-tenant-added'),
    deliveryKey: z.string().min(1),
    receivedAt: z.iso.datetime(),
    /** A hint: confirmed by a token and a read before anything follows from it. */
    tenantId: z.string(),
  }),
  z.object({
    kind: z.literal('zoho-desk-hint'),
    deliveryKey: z.string().min(1),
    receivedAt: z.iso.datetime(),
    /** Says which ticket to look at, and nothing that is believed. */
    hint: zohoHint,
  }),
  z.object({
    kind: z.literal('link-request'),
    /** `page:<a UUID>`: nobody repeats it. */
    deliveryKey: z.string().min(1),
    receivedAt: z.iso.datetime(),
    /** What an old link of ours names, or what somebody typed: it may be nobody's. */
    by: z.union([z.object({ environmentId: z.string() }), z.object({ email: z.string().max(320) })]),
  }),
]);
export type InboundMessage = z.infer<typeof inboundMessage>;
