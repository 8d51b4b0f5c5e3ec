import * as z from 'zod';

const optionalText = z
  .string()
  .trim()
  .max(2_000)
  .optional()
  .transform((text) => (text === '' ? undefined : text));

/** Body of `POST /webhooks/tickets/generic`, signed as Standard Webhooks. Unknown keys are dropped. */
export const genericTicketDelivery = z.object({
  type: z.enum(['ticket.created', 'ticket.replied']),
  ticket: z.object({
    id: z.string().trim().min(1).max(200),
    url: z.url().max(2_000).optional(),
    subject: z.string().max(2_000).default(''),
    requester: z.object({ email: z.email().max(320), name: z.string().max(500).default('') }),
    fields: z
      .object({
        environment: optionalText,
        /** Names or company numbers, separated by `;`. */
        companies: optionalText,
        tenantId: optionalText,
      })
      .default({ environment: undefined, companies: undefined, tenantId: undefined }),
  }),
  message: z.object({
    id: z.string().trim().min(1).max(200),
    text: z.string().default(''),
    html: z.string().optional(),
    direction: z.enum(['inbound', 'outbound']),
    createdAt: z.iso.datetime({ offset: true }),
  }),
});
export type GenericTicketDelivery = z.infer<typeof genericTicketDelivery>;

/** What every ticket system's adapter makes of a delivery. */
export const ticketMessage = z.object({
  system: z.string().min(1),
  kind: z.enum(['created', 'replied']),
  ticketId: z.string().min(1),
  ticketUrl: z.string().optional(),
  subject: z.string(),
  requesterEmail: z.string(),
  fields: z.object({
    environment: z.string().optional(),
    companies: z.string().optional(),
    tenantId: z.string().optional(),
  }),
  messageId: z.string().min(1),
  text: z.string(),
  html: z.string().optional(),
  direction: z.enum(['inbound', 'outbound']),
  at: z.string(),
});
export type TicketMessage = z.infer<typeof ticketMessage>;

export function toTicketMessage(delivery: GenericTicketDelivery): TicketMessage {
  const { ticket, message } = delivery;
  return {
    system: 'generic',
    kind: delivery.type === 'ticket.created' ? 'created' : 'replied',
    ticketId: ticket.id,
    ticketUrl: ticket.url,
    subject: ticket.subject,
    requesterEmail: ticket.requester.email,
    fields: ticket.fields,
    messageId: message.id,
    text: message.text,
    html: message.html,
    direction: message.direction,
    at: message.createdAt,
  };
}
