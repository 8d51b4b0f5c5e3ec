import type { Child } from 'hono/jsx';
import { Notice, Page } from '../page.tsx';
import type { Ticket } from './desk.ts';
import type { ZohoDelivery } from './webhooks.ts';

function Frame({ title, children }: { title: string; children?: Child }) {
  return (
    <Page title={title} brand="Zoho Desk" theme="desk" home="/">
      {children}
    </Page>
  );
}

export function TicketListPage({ tickets }: { tickets: readonly Ticket[] }) {
  return (
    <Frame title="Tickets">
      <div class="row spread">
        <h1>Tickets</h1>
        <a class="button" href="/tickets/new">
          New ticket
        </a>
      </div>
      {tickets.length === 0 ? (
        <p class="card soft">No tickets yet.</p>
      ) : (
        <ul class="choices">
          {tickets.map(({ id, ticketNumber, subject, contact, status }) => (
            <li>
              <a class="pick" href={`/tickets/${id}`}>
                <strong>{subject}</strong>
                <span class="soft small">{`#${ticketNumber} · ${contact.email} · ${status}`}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Frame>
  );
}

interface NewTicketProps {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly error?: string;
}

export function NewTicketPage({ values, error }: NewTicketProps) {
  return (
    <Frame title="New ticket">
      <h1>New ticket</h1>
      {error && <Notice kind="error">{error}</Notice>}
      <form method="post" action="/tickets" class="card">
        <label for="email">E-mail address of the requester</label>
        <input id="email" name="email" type="email" required value={values.email ?? ''} />
        <label for="name">Name of the requester</label>
        <input id="name" name="name" type="text" value={values.name ?? ''} />
        <label for="subject">Subject</label>
        <input id="subject" name="subject" type="text" required value={values.subject ?? ''} />
        <label for="text">Message</label>
        <textarea id="text" name="text" required>
          {values.text ?? ''}
        </textarea>
        <label for="tenantId">Field: tenant ID</label>
        <input id="tenantId" name="tenantId" type="text" value={values.tenantId ?? ''} />
        <div class="row">
          <button type="submit">Create ticket</button>
          <a href="/">Cancel</a>
        </div>
      </form>
    </Frame>
  );
}

interface TicketProps {
  readonly ticket: Ticket;
  readonly deliveries: readonly ZohoDelivery[];
}

export function TicketPage({ ticket, deliveries }: TicketProps) {
  const messages = [
    ...(ticket.description === null
      ? []
      : [{ at: ticket.createdTime, isOurs: false, who: ticket.contact.name, html: ticket.description }]),
    ...ticket.threads.map(({ createdTime, direction, author, content }) => ({
      at: createdTime,
      isOurs: direction === 'out',
      who: author.name,
      html: content,
    })),
    ...ticket.comments.map(({ commentedTime, commenter, content, isPublic }) => ({
      at: commentedTime,
      isOurs: commenter.type === 'AGENT',
      who: `${commenter.name} (${isPublic ? 'comment' : 'private comment'})`,
      html: content,
    })),
  ].sort((one, other) => one.at.localeCompare(other.at));
  return (
    <Frame title={ticket.subject}>
      <p class="small">
        <a href="/">All tickets</a>
      </p>
      <h1>{ticket.subject}</h1>
      <dl class="facts card">
        <dt>Ticket</dt>
        <dd>{`#${ticket.ticketNumber} · ${ticket.status}`}</dd>
        <dt>Requester</dt>
        <dd>{ticket.contact.email}</dd>
      </dl>
      <section aria-label="Conversation">
        {messages.map(({ at, isOurs, who, html }) => (
          <article class={`message ${isOurs ? 'outbound' : 'inbound'}`}>
            <div class="row spread small">
              <strong>{who}</strong>
              <span class="soft">{at.slice(0, 19).replace('T', ' ')}</span>
            </div>
            <div class="text">{html.replace(/<br ?\/?>/g, '\n').replace(/<[^>]*>/g, '')}</div>
          </article>
        ))}
      </section>
      <form method="post" action={`/tickets/${ticket.id}/replies`} class="card">
        <label for="text">Reply</label>
        <textarea id="text" name="text" required />
        <div class="row">
          <button type="submit" name="as" value="customer">
            Send as the customer
          </button>
          <button type="submit" name="as" value="agent" class="plain">
            Send as the desk
          </button>
        </div>
      </form>
      <section class="card">
        <h2>Webhooks sent</h2>
        {deliveries.length === 0 && <p class="soft">None.</p>}
        <ul class="deliveries">
          {deliveries.map(({ event, outcome }) => (
            <li>
              <div class="what">
                {event} <span class={`tag ${outcome === 200 ? 'good' : 'bad'}`}>{outcome}</span>
              </div>
            </li>
          ))}
        </ul>
      </section>
    </Frame>
  );
}
