import * as z from 'zod';
import { BadInput } from '../server.ts';

/** Field by API name, e.g. `cf_tenant_id`; the desk shows it under a label, which agents may rename. */
export const customFieldLabels: Readonly<Record<string, string>> = {
  cf_spend_cloud_environment: 'Spend Cloud environment',
  cf_visma_companies: 'Visma.net companies',
  cf_tenant_id: 'Tenant ID',
  cf_visma_onboarding: 'Visma onboarding',
};

/** Of a new department; another is refused. */
export const statuses = ['Open', 'On Hold', 'Escalated', 'Closed'] as const;

const cfSchema = z.record(z.string().startsWith('cf_'), z.string().nullable());

export const newTicketSchema = z.strictObject({
  /** Null: somebody who called and left none. */
  email: z.email().nullable(),
  name: z.string().default(''),
  subject: z.string().trim().min(1),
  html: z.string().trim().min(1),
  /** Only a mailed ticket opens with a thread; of the others the text is the description. */
  channel: z.enum(['EMAIL', 'Phone', 'Web']).default('EMAIL'),
  cf: cfSchema.default({}),
});

export interface Author {
  readonly id: string;
  readonly name: string;
  readonly type: 'AGENT' | 'END_USER';
  readonly email: string | null;
}

export interface Thread {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly author: Author;
  readonly to: string;
  readonly content: string;
  readonly contentType: 'html' | 'plainText';
  readonly createdTime: string;
  readonly isDescriptionThread: boolean;
}

export interface Comment {
  readonly id: string;
  readonly content: string;
  readonly contentType: 'html' | 'plainText';
  readonly isPublic: boolean;
  readonly commenter: Author;
  readonly commentedTime: string;
}

export interface Ticket {
  readonly id: string;
  readonly ticketNumber: string;
  readonly departmentId: string;
  readonly subject: string;
  readonly channel: string;
  readonly contact: Author;
  readonly description: string | null;
  readonly createdTime: string;
  status: string;
  modifiedTime: string;
  cf: Readonly<Record<string, string | null>>;
  readonly threads: Thread[];
  readonly comments: Comment[];
}

export type DeskEvent = 'Ticket_Add' | 'Ticket_Update' | 'Ticket_Thread_Add' | 'Ticket_Comment_Add';

export interface Happening {
  readonly type: DeskEvent;
  readonly ticket: Ticket;
  readonly thread?: Thread;
  readonly comment?: Comment;
  readonly before?: Pick<Ticket, 'id' | 'status' | 'cf'>;
}

interface DeskOptions {
  readonly clock: () => number;
  readonly departmentId: string;
  readonly agent: Author;
  readonly onEvent: (happening: Happening) => void;
}

export type ZohoDesk = ReturnType<typeof createDesk>;

/** Tickets as Zoho Desk keeps them: a mailed ticket's text is its first thread, any other's is its description. */
export function createDesk({ clock, departmentId, agent, onEvent }: DeskOptions) {
  const tickets = new Map<string, Ticket>();
  let last = 97_709_000_000_000;
  const nextId = () => {
    last += 1;
    return String(last);
  };
  const now = () => new Date(clock()).toISOString();

  function find(id: string): Ticket {
    const found = tickets.get(id);
    if (found === undefined) throw new BadInput(`No ticket ${id}`, 404);
    return found;
  }

  function addThread(ticket: Ticket, thread: Omit<Thread, 'id' | 'createdTime'>): Thread {
    const added = { ...thread, id: nextId(), createdTime: now() };
    ticket.threads.push(added);
    ticket.modifiedTime = added.createdTime;
    onEvent({ type: 'Ticket_Thread_Add', ticket, thread: added });
    return added;
  }

  return {
    agent,
    create(input: z.input<typeof newTicketSchema>): Ticket {
      const { email, name, subject, html, channel, cf } = newTicketSchema.parse(input);
      const at = now();
      const isMailed = channel === 'EMAIL';
      const contact: Author = {
        id: nextId(),
        name: name === '' ? (email ?? 'Caller') : name,
        type: 'END_USER',
        email,
      };
      const ticket: Ticket = {
        id: nextId(),
        ticketNumber: String(100 + tickets.size + 1),
        departmentId,
        subject,
        channel,
        contact,
        description: isMailed ? null : html,
        createdTime: at,
        modifiedTime: at,
        status: 'Open',
        cf: { ...Object.fromEntries(Object.keys(customFieldLabels).map((field) => [field, null])), ...cf },
        threads: [],
        comments: [],
      };
      tickets.set(ticket.id, ticket);
      const opening: Thread | undefined = isMailed
        ? {
            id: nextId(),
            direction: 'in',
            author: contact,
            to: 'support@vendor.example',
            content: html,
            contentType: 'html',
            createdTime: at,
            isDescriptionThread: true,
          }
        : undefined;
      if (opening !== undefined) ticket.threads.push(opening);
      onEvent({ type: 'Ticket_Add', ticket, ...(opening === undefined ? {} : { thread: opening }) });
      return ticket;
    },

    /** The customer answers by mail; `from` when somebody else does. */
    mailFrom(ticketId: string, html: string, from?: string): Thread {
      const ticket = find(ticketId);
      const author = from === undefined ? ticket.contact : { ...ticket.contact, id: nextId(), email: from };
      return addThread(ticket, {
        direction: 'in',
        author,
        to: 'support@vendor.example',
        content: html,
        contentType: 'html',
        isDescriptionThread: false,
      });
    },

    /** The desk answers by mail. */
    sendReply(ticketId: string, reply: { to: string; content: string; contentType: Thread['contentType'] }) {
      return addThread(find(ticketId), {
        ...reply,
        direction: 'out',
        author: agent,
        isDescriptionThread: false,
      });
    },

    comment(
      ticketId: string,
      comment: Pick<Comment, 'content' | 'contentType' | 'isPublic'> & { readonly by: 'customer' | 'agent' },
    ): Comment {
      const ticket = find(ticketId);
      const { by, ...content } = comment;
      const added: Comment = {
        ...content,
        id: nextId(),
        commenter: by === 'agent' ? agent : ticket.contact,
        commentedTime: now(),
      };
      ticket.comments.push(added);
      ticket.modifiedTime = added.commentedTime;
      onEvent({ type: 'Ticket_Comment_Add', ticket, comment: added });
      return added;
    },

    update(ticketId: string, { status, cf }: { status?: string | undefined; cf?: Ticket['cf'] | undefined }) {
      const ticket = find(ticketId);
      const before = { id: ticket.id, status: ticket.status, cf: ticket.cf };
      ticket.status = status ?? ticket.status;
      ticket.cf = { ...ticket.cf, ...cf };
      ticket.modifiedTime = now();
      onEvent({ type: 'Ticket_Update', ticket, before });
      return ticket;
    },

    find,
    /** Latest change first. */
    tickets: () =>
      [...tickets.values()].sort((one, other) => other.modifiedTime.localeCompare(one.modifiedTime)),
  };
}
