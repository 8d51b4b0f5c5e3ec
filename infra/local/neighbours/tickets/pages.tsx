import type { Child } from 'hono/jsx';
import type { Delivery } from '../courier.ts';
import { Notice, Page } from '../page.tsx';
import type { Message, Ticket } from './desk.ts';

function Frame({ title, children }: { title: string; children?: Child }) {
  return (
    <Page title={title} brand="Ticket desk" theme="desk" home="/">
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
          {tickets.map(({ id, subject, requester, messages }) => (
            <li>
              <a class="pick" href={`/tickets/${id}`}>
                <strong>{subject}</strong>
                <span class="soft small">
                  {`#${id} · ${requester.email} · ${count(messages.length, 'message')} · ${time(messages.at(-1)?.createdAt)}`}
                </span>
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
        <h2>Fields of the form, if the customer filled them</h2>
        <label for="environment">Spend Cloud environment</label>
        <input id="environment" name="environment" type="text" value={values.environment ?? ''} />
        <label for="companies">
          Visma.net companies
          <span class="hint">Several: separated by a semicolon</span>
        </label>
        <input id="companies" name="companies" type="text" value={values.companies ?? ''} />
        <label for="tenantId">Tenant ID</label>
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
  readonly deliveries: readonly Delivery[];
  readonly error?: string;
}

export function TicketPage({ ticket, deliveries, error }: TicketProps) {
  const { requester, fields } = ticket;
  return (
    <Frame title={ticket.subject}>
      <p class="small">
        <a href="/">All tickets</a>
      </p>
      <h1>{ticket.subject}</h1>
      <dl class="facts card">
        <dt>Ticket</dt>
        <dd>#{ticket.id}</dd>
        <dt>Requester</dt>
        <dd>{requester.name === '' ? requester.email : `${requester.name} <${requester.email}>`}</dd>
        {Object.entries(fields).map(([name, value]) => (
          <>
            <dt>{fieldLabels[name] ?? name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <section aria-label="Conversation">
        {ticket.messages.map((message) => (
          <MessageBubble message={message} />
        ))}
      </section>
      {error && <Notice kind="error">{error}</Notice>}
      <form method="post" action={`/tickets/${ticket.id}/replies`} class="card">
        <label for="text">Reply</label>
        <textarea id="text" name="text" required />
        <div class="row">
          <button type="submit" name="direction" value="inbound">
            Send as the customer
          </button>
          <button type="submit" name="direction" value="outbound" class="plain">
            Send as the desk
          </button>
        </div>
      </form>
      <section class="card">
        <h2>Webhooks sent</h2>
        {deliveries.length === 0 && <p class="soft">None.</p>}
        <ul class="deliveries">
          {deliveries.map((delivery) => (
            <DeliveryItem ticketId={ticket.id} delivery={delivery} />
          ))}
        </ul>
      </section>
    </Frame>
  );
}

function MessageBubble({ message }: { message: Message }) {
  return (
    <article class={`message ${message.direction}`}>
      <div class="row spread small">
        <strong>{message.direction === 'inbound' ? 'Customer' : 'Desk'}</strong>
        <span class="soft">{time(message.createdAt)}</span>
      </div>
      <div class="text">{message.text}</div>
      {message.html !== undefined && (
        <details>
          <summary class="small">HTML part</summary>
          <iframe sandbox="" srcdoc={message.html} title="HTML part of the message" />
        </details>
      )}
    </article>
  );
}

function DeliveryItem({ ticketId, delivery }: { ticketId: string; delivery: Delivery }) {
  const tone = { delivered: 'good', failed: 'bad', pending: '', 'not-configured': 'bad' }[delivery.status];
  return (
    <li>
      <div class="what">
        {delivery.event} <span class={`tag ${tone}`}>{delivery.status.replace('-', ' ')}</span>
        {delivery.attempts.map(({ at, status, error }) => (
          <div class="small soft">{`${time(at)} · ${status ?? error ?? ''}`}</div>
        ))}
      </div>
      <form method="post" action={`/tickets/${ticketId}/deliveries/${delivery.id}/resend`}>
        <button type="submit" class="plain">
          Resend
        </button>
      </form>
    </li>
  );
}

const fieldLabels: Readonly<Record<string, string>> = {
  environment: 'Environment',
  companies: 'Companies',
  tenantId: 'Tenant ID',
};

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `2026-01-31 09:30:00` UTC: the same for every reader and test. */
function time(iso: string | undefined): string {
  return (iso ?? '').slice(0, 19).replace('T', ' ');
}
