import * as z from 'zod';
import { locales } from '../../domain/environment/environment.ts';

/**
 * What the bridge of a ticket system is told, signed as Standard Webhooks (docs/ticket-bridge.md). Holds no code, link or
 * tenant ID.
 */
export const ticketAnswerWebhook = z.discriminatedUnion('type', [
  /** Something to put on the ticket where the customer sees it. `webhook-id` is `answerId`: a known one is put once. */
  z.object({
    type: z.literal('ticket.answer'),
    timestamp: z.iso.datetime(),
    data: z.object({
      ticketId: z.string().min(1),
      answerId: z.string().regex(/^[0-9a-f]{40}$/),
      /** The entry's type, e.g. `InvitationCodeIssued`. */
      about: z.string().min(1),
      locale: z.enum(locales),
      /** Plain text, paragraphs separated by blank lines. */
      text: z.string().min(1),
    }),
  }),
  /**
   * Where the ticket stands, in full each time: of two about one ticket the later `timestamp` holds. `webhook-id` follows
   * from the content and its `timestamp`: a standing that comes back after another is no repetition.
   */
  z.object({
    type: z.literal('ticket.standing'),
    timestamp: z.iso.datetime(),
    data: z.object({
      ticketId: z.string().min(1),
      turn: z.enum(['customer', 'vendor', 'nobody']),
      activeCompanies: z.int().min(0),
      companies: z.int().min(0),
      /** Whether the ticket is to be closed. */
      closed: z.boolean(),
    }),
  }),
]);
export type TicketAnswerWebhook = z.infer<typeof ticketAnswerWebhook>;

/** What a bridge may say with its 2xx: the id under which the message comes back in `ticket.replied`. */
export const bridgeAnswer = z.object({
  messageId: z.string().trim().min(1).max(200).optional().catch(undefined),
});

/** Body of a 404 or 410 that means the ticket; without it, the URL is wrong. */
export const bridgeGone = z.object({ gone: z.literal(true) });
