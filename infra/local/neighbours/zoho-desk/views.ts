import {
  type Author,
  type Comment,
  customFieldLabels,
  type Happening,
  type Thread,
  type Ticket,
} from './desk.ts';

/** What the REST interface and the deliveries show of things; ids and counters are strings. */

export function ticketView(ticket: Ticket, url: string) {
  const { id, ticketNumber, departmentId, subject, channel, contact, description, threads, comments } =
    ticket;
  return {
    id,
    ticketNumber,
    departmentId,
    subject,
    channel,
    description,
    status: ticket.status,
    statusType: ticket.status === 'Closed' ? 'Closed' : 'Open',
    createdTime: ticket.createdTime,
    modifiedTime: ticket.modifiedTime,
    contactId: contact.id,
    email: contact.email,
    phone: null,
    priority: null,
    assigneeId: null,
    isSpam: false,
    isTrashed: false,
    isDeleted: false,
    webUrl: `${url}/tickets/${id}`,
    threadCount: String(threads.length),
    commentCount: String(comments.length),
    attachmentCount: '0',
    // By label: what an agent renames changes the key, so nobody should read it.
    customFields: Object.fromEntries(
      Object.entries(ticket.cf).map(([field, value]) => [customFieldLabels[field] ?? field, value]),
    ),
    cf: ticket.cf,
  };
}

export function contactView({ id, name, email }: Author) {
  return { id, firstName: null, lastName: name, email, phone: null, mobile: null, type: null, isSpam: false };
}

/** As a list shows it: without the text. */
export function threadSummary(thread: Thread) {
  const { id, direction, author, createdTime, isDescriptionThread } = thread;
  return {
    id,
    direction,
    channel: 'EMAIL',
    visibility: 'public',
    isDescriptionThread,
    summary: thread.content.replace(/<[^>]*>/g, ' ').slice(0, 40),
    createdTime,
    fromEmailAddress: `"${author.name}" <${author.email ?? ''}>`,
    to: thread.to,
    author: { id: author.id, name: author.name, type: author.type, email: author.email },
    attachmentCount: '0',
    hasAttach: false,
  };
}

export function threadView(thread: Thread) {
  const { content, contentType } = thread;
  return { ...threadSummary(thread), content, contentType, attachments: [] };
}

export function commentView({ id, content, contentType, isPublic, commenter, commentedTime }: Comment) {
  return {
    id,
    content,
    contentType,
    isPublic,
    commentedTime,
    modifiedTime: commentedTime,
    commenterId: commenter.id,
    commenter,
    attachments: [],
  };
}

/** The payload of a delivery; a thread's comes without addresses. */
export function payloadOf({ type, ticket, thread, comment }: Happening, url: string): object {
  if (type === 'Ticket_Comment_Add' && comment !== undefined) {
    return { ...commentView(comment), ticketId: ticket.id };
  }
  if (type === 'Ticket_Thread_Add' && thread !== undefined) {
    return { ...hookThread(thread), ticketId: ticket.id, departmentId: ticket.departmentId };
  }
  return {
    ...ticketView(ticket, url),
    contact: contactView(ticket.contact),
    ...(thread === undefined ? {} : { firstThread: { ...hookThread(thread), ticketId: ticket.id } }),
  };
}

function hookThread(thread: Thread): object {
  const { fromEmailAddress: _from, to: _to, author, ...rest } = threadView(thread);
  return { ...rest, author: { name: author.name, type: author.type } };
}
