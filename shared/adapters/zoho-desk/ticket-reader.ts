import type { TicketMessage } from '../../contracts/webhooks/generic-ticket.ts';
import type { ZohoDeskSettings } from '../../contracts/zoho-desk/settings.ts';
import { digest } from '../../platform/ids.ts';
import type { ZohoComment, ZohoThread, ZohoTicket } from './schemas.ts';
import type { ZohoReads } from './zoho-api.ts';

/** A message of a ticket, or what its fields say, under a key that it has for good. */
interface ZohoItem {
  readonly deliveryKey: string;
  /** When it was written (ISO). */
  readonly at: string;
  /** Reads its text if need be; `undefined` when it is gone. */
  read(): Promise<TicketMessage | undefined>;
  /** Set on what the fields alone say: it comes with every message too. */
  readonly isFieldsOnly: boolean;
}

export interface ZohoTicketReader {
  /**
   * What there is on a ticket, oldest first. `unknown`: there is no such ticket, or it is not ours; `incomplete`: its
   * first message is not there yet.
   */
  read(ticketId: string): Promise<readonly ZohoItem[] | 'unknown' | 'incomplete'>;
}

type Base = Pick<TicketMessage, 'system' | 'ticketId' | 'ticketUrl' | 'subject' | 'fields'>;

/** Longer texts hold nothing that a customer wrote himself; a message of the queue has a limit. */
const longestText = 60_000;

/** Reads tickets of Zoho Desk as messages of the kind that all ticket systems come down to. */
export function createZohoTicketReader(
  api: ZohoReads,
  settings: Pick<ZohoDeskSettings, 'orgId' | 'departmentIds' | 'agentId' | 'fieldNames' | 'since'>,
): ZohoTicketReader {
  const { orgId, departmentIds, agentId, fieldNames } = settings;
  const since = Date.parse(settings.since);
  const keyOf = (...parts: readonly string[]) => ['ticket', 'zoho-desk', orgId, ...parts].join(':');

  function baseOf(ticket: ZohoTicket): Base {
    const field = (name: string) => {
      const value = ticket.cf?.[name];
      const text = typeof value === 'string' ? value.trim().slice(0, 2_000) : '';
      return text === '' ? undefined : text;
    };
    return {
      system: 'zoho-desk',
      ticketId: ticket.id,
      ticketUrl: ticket.webUrl ?? undefined,
      subject: ticket.subject ?? '',
      fields: {
        environment: field(fieldNames.environment),
        companies: field(fieldNames.companies),
        tenantId: field(fieldNames.tenantId),
      },
    };
  }

  function threadItem(ticket: ZohoTicket, base: Base, thread: ZohoThread, isOpening: boolean): ZohoItem {
    return {
      // The opening has one key, whether it comes as a thread or as the description.
      deliveryKey: isOpening ? keyOf('opening', ticket.id) : keyOf('thread', thread.id),
      at: thread.createdTime,
      isFieldsOnly: false,
      read: async () => {
        const full = await api.thread(ticket.id, thread.id);
        if (full === undefined) return undefined;
        const isCustomers = full.direction === 'in' && !isAgent(full.author, agentId);
        return {
          ...base,
          kind: isOpening ? 'created' : 'replied',
          messageId: full.id,
          requesterEmail: full.author?.email ?? addressIn(full.fromEmailAddress) ?? requesterOf(ticket),
          ...contentOf(full.content ?? full.summary, full.contentType),
          direction: isCustomers ? 'inbound' : 'outbound',
          at: full.createdTime,
        };
      },
    };
  }

  function commentItem(ticket: ZohoTicket, base: Base, comment: ZohoComment): ZohoItem {
    const { commenter, commenterId } = comment;
    const isCustomers = commenter?.type === 'END_USER' && commenterId !== agentId;
    return {
      deliveryKey: keyOf('comment', comment.id),
      at: comment.commentedTime,
      isFieldsOnly: false,
      read: async () => ({
        ...base,
        kind: 'replied',
        messageId: comment.id,
        requesterEmail: commenter?.email ?? requesterOf(ticket),
        ...contentOf(comment.content, comment.contentType ?? 'html'),
        direction: isCustomers ? 'inbound' : 'outbound',
        at: comment.commentedTime,
      }),
    };
  }

  function textItem(ticket: ZohoTicket, base: Base, which: 'opening' | 'fields'): ZohoItem {
    const isOpening = which === 'opening';
    const message: TicketMessage = {
      ...base,
      kind: isOpening ? 'created' : 'replied',
      messageId: isOpening ? ticket.id : `fields-${ticket.id}`,
      requesterEmail: requesterOf(ticket),
      ...contentOf(isOpening ? ticket.description : '', 'html'),
      direction: 'inbound',
      at: ticket.createdTime,
    };
    return {
      deliveryKey: isOpening
        ? keyOf('opening', ticket.id)
        : keyOf('fields', ticket.id, digest(base.fields.tenantId ?? '').slice(0, 20)),
      at: ticket.createdTime,
      isFieldsOnly: !isOpening,
      read: async () => message,
    };
  }

  return {
    read: async (ticketId) => {
      const ticket = await api.ticket(ticketId);
      if (ticket === undefined || !isOurs(ticket, departmentIds)) return 'unknown';
      const base = baseOf(ticket);
      const threads = (await api.threads(ticketId)).toSorted(byTime);
      // What only agents see is never quoted by a customer, and is no word of his.
      const comments = (await api.comments(ticketId)).filter(({ isPublic }) => isPublic !== false);
      const opening =
        threads.find(({ isDescriptionThread }) => isDescriptionThread === true) ??
        (isBlank(ticket.description) ? threads[0] : undefined);
      if (opening === undefined && isBlank(ticket.description) && isMail(ticket.channel)) return 'incomplete';
      const items = [
        ...(opening === undefined ? [textItem(ticket, base, 'opening')] : []),
        ...threads
          .filter(({ visibility }) => visibility !== 'private')
          .map((thread) => threadItem(ticket, base, thread, thread === opening)),
        ...comments.map((comment) => commentItem(ticket, base, comment)),
      ].filter(({ at }) => Date.parse(at) >= since);
      items.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
      const fields = base.fields.tenantId === undefined ? [] : [textItem(ticket, base, 'fields')];
      return [...items, ...fields];
    },
  };
}

/** Whether it is in one of our departments and nobody has thrown it away. */
export function isOurs(ticket: ZohoTicket, departmentIds: readonly string[]): boolean {
  const { departmentId, isSpam, isTrashed, isDeleted } = ticket;
  const isInDepartment = departmentIds.length === 0 || departmentIds.includes(departmentId ?? '');
  return isInDepartment && isSpam !== true && isTrashed !== true && isDeleted !== true;
}

function byTime(one: ZohoThread, other: ZohoThread): number {
  return Date.parse(one.createdTime) - Date.parse(other.createdTime);
}

function isAgent(author: ZohoThread['author'], agentId: string): boolean {
  return author?.type === 'AGENT' || (author?.id ?? '') === agentId;
}

export function requesterOf({ contact, email }: ZohoTicket): string {
  return contact?.email ?? email ?? '';
}

/** `"Naam van de klant" <finance@klant.example>` or the address alone. */
function addressIn(text: string | null | undefined): string | undefined {
  const address = /<([^<>\s]+@[^<>\s]+)>\s*$/.exec(text ?? '')?.[1] ?? text?.trim() ?? '';
  return address.includes('@') && !/\s/.test(address) ? address : undefined;
}

/** Content is HTML unless it says that it is plain. */
function contentOf(content: string | null | undefined, type: string | null | undefined) {
  const text = (content ?? '').slice(0, longestText);
  return type === 'plainText' || type === 'text/plain' ? { text } : { text: '', html: text };
}

function isBlank(text: string | null | undefined): boolean {
  return (text ?? '').trim() === '';
}

function isMail(channel: string | null | undefined): boolean {
  return channel?.toLowerCase() === 'email';
}
