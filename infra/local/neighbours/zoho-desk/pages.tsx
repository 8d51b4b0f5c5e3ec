import { DeskListPage, DeskTicketPage, NewDeskTicketPage, type NewTicketProps } from '../desk-pages.tsx';
import { customFieldLabels, type Ticket } from './desk.ts';
import type { ZohoDelivery } from './webhooks.ts';

const brand = 'Zoho Desk';

export function TicketListPage({ tickets }: { tickets: readonly Ticket[] }) {
  const rows = tickets.map(({ id, ticketNumber, subject, contact, status }) => ({
    id,
    subject,
    facts: [`#${ticketNumber}`, contact.email ?? contact.name, status],
  }));
  return <DeskListPage brand={brand} tickets={rows} />;
}

export function NewTicketPage(props: NewTicketProps) {
  return (
    <NewDeskTicketPage brand={brand} {...props}>
      <label for="tenantId">Field: tenant ID</label>
      <input id="tenantId" name="tenantId" type="text" value={props.values.tenantId ?? ''} />
    </NewDeskTicketPage>
  );
}

interface TicketProps {
  readonly ticket: Ticket;
  readonly deliveries: readonly ZohoDelivery[];
}

export function TicketPage({ ticket, deliveries }: TicketProps) {
  const { id, subject, ticketNumber, status, contact, cf } = ticket;
  const facts = [
    ['Ticket', `#${ticketNumber} · ${status}`],
    ['Requester', contact.email ?? contact.name],
    ...Object.entries(cf).flatMap(([name, value]) =>
      value === null ? [] : [[customFieldLabels[name] ?? name, value] as const],
    ),
  ] as const;
  return (
    <DeskTicketPage
      brand={brand}
      id={id}
      subject={subject}
      facts={facts}
      messages={messagesOf(ticket)}
      deliveries={deliveries.map(({ event, outcome }) => (
        <li>
          <div class="what">
            {event} <span class={`tag ${outcome === 200 ? 'good' : 'bad'}`}>{outcome}</span>
          </div>
        </li>
      ))}
    />
  );
}

function messagesOf({ description, createdTime, contact, threads, comments }: Ticket) {
  const messages = [
    ...(description === null
      ? []
      : [{ at: createdTime, isOurs: false, who: contact.name, html: description }]),
    ...threads.map((thread) => ({
      at: thread.createdTime,
      isOurs: thread.direction === 'out',
      who: thread.author.name,
      html: thread.content,
    })),
    ...comments.map(({ commentedTime, commenter, content, isPublic }) => ({
      at: commentedTime,
      isOurs: commenter.type === 'AGENT',
      who: `${commenter.name} (${isPublic ? 'comment' : 'private comment'})`,
      html: content,
    })),
  ];
  return messages
    .toSorted((one, other) => one.at.localeCompare(other.at))
    .map(({ at, isOurs, who, html }) => ({
      at,
      who,
      direction: isOurs ? ('outbound' as const) : ('inbound' as const),
      text: textOf(html),
    }));
}

/** The words of a message, as a mail program shows them. */
function textOf(html: string): string {
  return html
    .replace(/<br ?\/?>/g, '\n')
    .replace(/<\/p>\s*(?=<p>)/g, '\n\n')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
