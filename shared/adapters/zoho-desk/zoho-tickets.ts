import type { ZohoDeskSettings } from '../../contracts/zoho-desk/settings.ts';
import type { TicketAnswer, TicketStanding, TicketSystem } from '../../domain/ticket/ticket-system.ts';
import type { ZohoThread, ZohoTicket } from './schemas.ts';
import { isOurs, requesterOf } from './ticket-reader.ts';
import { notPut, type ZohoApi } from './zoho-api.ts';

/** Tickets of Zoho Desk as answers are put on them: mailed to the requester, and seen on the ticket as a thread. */
export function createZohoTickets(
  api: ZohoApi,
  settings: Pick<
    ZohoDeskSettings,
    'agentId' | 'departmentIds' | 'fieldNames' | 'fromEmailAddress' | 'statuses'
  >,
): TicketSystem {
  const { agentId, departmentIds, fieldNames, fromEmailAddress, statuses } = settings;

  async function find(ticketId: string): Promise<ZohoTicket | undefined> {
    const ticket = await api.ticket(ticketId);
    return ticket !== undefined && isOurs(ticket, departmentIds) ? ticket : undefined;
  }

  const isBy = (id: string | null | undefined) => agentId === '' || id == null || id === agentId;

  /** Oldest first: an agent who quotes our answer comes after it. The list has no texts, so each is read. */
  async function findThread(ticketId: string, reference: string): Promise<ZohoThread | undefined> {
    const threads = (await api.threads(ticketId))
      .filter(({ direction, author }) => direction === 'out' && isBy(author?.id))
      .toSorted((one, other) => Date.parse(one.createdTime) - Date.parse(other.createdTime));
    for (const { id } of threads) {
      const thread = await api.thread(ticketId, id);
      if (thread?.content?.includes(reference)) return thread;
    }
    return undefined;
  }

  return {
    reply: async (ticketId, answer) => {
      const ticket = await find(ticketId).catch((error: unknown) => {
        throw notPut('The ticket could not be read.', error);
      });
      if (ticket === undefined) return 'gone';
      const to = requesterOf(ticket).trim();
      const content = asHtml(answer.text);
      // Somebody who called has no address: he, or who speaks to him next, finds it on the ticket.
      const put = isOneAddress(to)
        ? await api.sendReply(ticketId, { fromEmailAddress, to, content })
        : await api.comment(ticketId, content);
      return put === undefined ? 'gone' : { messageId: put.id };
    },
    findReply: async (ticketId, answer) => {
      const reference = referenceOf(answer);
      const thread = await findThread(ticketId, reference);
      if (thread !== undefined) return { messageId: thread.id };
      const comment = (await api.comments(ticketId)).find(
        ({ content, commenter, commenterId }) =>
          commenter?.type !== 'END_USER' && isBy(commenterId) && content?.includes(reference),
      );
      return comment === undefined ? undefined : { messageId: comment.id };
    },
    // Reads first: a write costs credits and makes a Ticket_Update that comes back to us, even one that changes nothing.
    follow: async (ticketId, standing) => {
      const ticket = await find(ticketId);
      if (ticket === undefined) return 'gone';
      const status = statuses[standing.turn === 'nobody' ? 'closed' : standing.turn];
      const state = stateText(standing);
      const change = {
        ...(ticket.status === status ? {} : { status }),
        ...(ticket.cf?.[fieldNames.state] === state ? {} : { cf: { [fieldNames.state]: state } }),
      };
      if (Object.keys(change).length === 0) return 'followed';
      return (await api.change(ticketId, change)) === undefined ? 'gone' : 'followed';
    },
  };
}

const waitsFor: Readonly<Record<TicketStanding['turn'], string>> = {
  customer: 'waiting for customer',
  vendor: 'waiting for us',
  nobody: 'done',
};

/** e.g. `1/3 active, waiting for customer`: for agents, who see it in their lists. */
function stateText({ turn, activeCompanies, companies }: TicketStanding): string {
  return `${activeCompanies}/${companies} active, ${waitsFor[turn]}`;
}

function referenceOf({ answerId }: TicketAnswer): string {
  return answerId.slice(0, 10);
}

/** `to` takes a list: a requester's address with a separator in it would reach others. */
function isOneAddress(text: string): boolean {
  return /^[^\s@,;<>"]+@[^\s@,;<>"]+$/.test(text);
}

/**
 * The text as HTML, in which nothing of it is markup. Plain text is documented for comments only; what `sendReply` makes
 * of its line breaks is not.
 */
function asHtml(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
  return escaped
    .trim()
    .split(/(?:\r?\n[ \t]*){2,}/)
    .map((paragraph) => `<p>${paragraph.replace(/\r?\n/g, '<br />')}</p>`)
    .join('');
}
