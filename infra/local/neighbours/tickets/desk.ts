import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { BadInput } from '../server.ts';

const fieldsSchema = z.strictObject({
  /** Name or id of the Spend Cloud environment. */
  environment: z.string().optional(),
  /** Visma.net companies, separated by `;`. */
  companies: z.string().optional(),
  tenantId: z.string().optional(),
});

export const newTicketSchema = z.strictObject({
  requester: z.strictObject({ email: z.email(), name: z.string().default('') }),
  subject: z.string().trim().min(1),
  text: z.string().trim().min(1),
  html: z.string().optional(),
  fields: fieldsSchema.default({}),
});
type NewTicket = z.input<typeof newTicketSchema>;

export const replySchema = z.strictObject({
  text: z.string().trim().min(1),
  html: z.string().optional(),
  /** `inbound`: from the customer; `outbound`: from the desk. */
  direction: z.enum(['inbound', 'outbound']),
  /** Fields to fill or change with this reply. */
  fields: fieldsSchema.optional(),
});
type NewReply = z.input<typeof replySchema>;

interface Message {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly text: string;
  readonly html?: string;
  /** ISO time. */
  readonly createdAt: string;
}

/** What the onboarding service said of the ticket, over the bridge. */
export interface Standing {
  readonly turn: string;
  readonly activeCompanies: number;
  readonly companies: number;
  readonly closed: boolean;
  /** ISO time at which it was said. */
  readonly at: string;
}

export interface Ticket {
  readonly id: string;
  readonly subject: string;
  readonly requester: { readonly email: string; readonly name: string };
  readonly fields: Readonly<Record<string, string>>;
  readonly createdAt: string;
  readonly messages: readonly Message[];
  readonly standing?: Standing;
}

/** How a message is told of in a webhook, if at all: a bridge can be set up wrong. */
export type Echo = Message['direction'] | 'none';

export interface Desk {
  create(ticket: NewTicket): Ticket;
  /** Throws `BadInput` (404) for an unknown ticket. */
  reply(ticketId: string, reply: NewReply, echo?: Echo): Ticket;
  /** An older one than is known changes nothing. Throws `BadInput` (404) for an unknown ticket. */
  stand(ticketId: string, standing: Standing): Ticket;
  /** Throws `BadInput` (404) for an unknown ticket. */
  ticket(id: string): Ticket;
  /** Newest first. */
  tickets(): readonly Ticket[];
}

interface DeskOptions {
  clock(): number;
  /** Called with the ticket as it is then and the message that was added. */
  onMessage(type: 'ticket.created' | 'ticket.replied', ticket: Ticket, message: Message): void;
}

/** Tickets and their conversations, in memory. */
export function createDesk({ clock, onMessage }: DeskOptions): Desk {
  const tickets = new Map<string, Ticket>();
  let last = 1_000;

  function newMessage({ text, html, direction }: Pick<NewReply, 'text' | 'html' | 'direction'>): Message {
    const createdAt = new Date(clock()).toISOString();
    return { id: randomUUID(), direction, text, createdAt, ...(html === undefined ? {} : { html }) };
  }

  function ticket(id: string): Ticket {
    const found = tickets.get(id);
    if (found === undefined) throw new BadInput(`No ticket ${id}`, 404);
    return found;
  }

  return {
    create(input) {
      const { requester, subject, text, html, fields } = newTicketSchema.parse(input);
      last += 1;
      const message = newMessage({ text, html, direction: 'inbound' });
      const created: Ticket = {
        id: String(last),
        subject,
        requester,
        fields: filled(fields),
        createdAt: message.createdAt,
        messages: [message],
      };
      tickets.set(created.id, created);
      onMessage('ticket.created', created, message);
      return created;
    },
    reply(ticketId, input, echo = input.direction) {
      const { fields, ...content } = replySchema.parse(input);
      const before = ticket(ticketId);
      const message = newMessage(content);
      const after: Ticket = {
        ...before,
        fields: { ...before.fields, ...filled(fields ?? {}) },
        messages: [...before.messages, message],
      };
      tickets.set(after.id, after);
      if (echo !== 'none') onMessage('ticket.replied', after, { ...message, direction: echo });
      return after;
    },
    stand(ticketId, standing) {
      const before = ticket(ticketId);
      if (before.standing !== undefined && before.standing.at > standing.at) return before;
      const after = { ...before, standing };
      tickets.set(after.id, after);
      return after;
    },
    ticket,
    tickets: () => [...tickets.values()].reverse(),
  };
}

/** Only fields with something in them; a desk leaves empty ones out. */
function filled(fields: z.output<typeof fieldsSchema>): Record<string, string> {
  const entries = Object.entries(fields).map(([name, value]) => [name, value?.trim() ?? ''] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}
