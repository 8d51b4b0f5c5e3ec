import type { Child } from 'hono/jsx';
import { Notice, Page } from './page.tsx';

/** Pages of a ticket desk; what one of them has more than the other comes in from it. */

function DeskPage({ title, brand, children }: { title: string; brand: string; children?: Child }) {
  return (
    <Page title={title} brand={brand} theme="desk" home="/">
      {children}
    </Page>
  );
}

interface TicketRow {
  readonly id: string;
  readonly subject: string;
  readonly facts: readonly string[];
}

export function DeskListPage({ brand, tickets }: { brand: string; tickets: readonly TicketRow[] }) {
  return (
    <DeskPage title="Tickets" brand={brand}>
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
          {tickets.map(({ id, subject, facts }) => (
            <li>
              <a class="pick" href={`/tickets/${id}`}>
                <strong>{subject}</strong>
                <span class="soft small">{facts.join(' · ')}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </DeskPage>
  );
}

export interface NewTicketProps {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly error?: string;
}

/** `children`: the fields that a ticket of this desk has. */
export function NewDeskTicketPage({
  brand,
  values,
  error,
  children,
}: NewTicketProps & { brand: string; children?: Child }) {
  return (
    <DeskPage title="New ticket" brand={brand}>
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
        {children}
        <div class="row">
          <button type="submit">Create ticket</button>
          <a href="/">Cancel</a>
        </div>
      </form>
    </DeskPage>
  );
}

interface DeskMessage {
  readonly direction: 'inbound' | 'outbound';
  readonly who: string;
  /** ISO time. */
  readonly at: string;
  readonly text: string;
  /** Shown in a sandbox. */
  readonly html?: string | undefined;
}

interface DeskTicketProps {
  readonly brand: string;
  readonly id: string;
  readonly subject: string;
  /** Name and value. */
  readonly facts: readonly (readonly [string, string])[];
  readonly messages: readonly DeskMessage[];
  /** One item of a list for each webhook. */
  readonly deliveries: readonly Child[];
  readonly error?: string | undefined;
}

export function DeskTicketPage({ brand, id, subject, facts, messages, deliveries, error }: DeskTicketProps) {
  return (
    <DeskPage title={subject} brand={brand}>
      <p class="small">
        <a href="/">All tickets</a>
      </p>
      <h1>{subject}</h1>
      <dl class="facts card">
        {facts.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <section aria-label="Conversation">
        {messages.map((message) => (
          <MessageBubble message={message} />
        ))}
      </section>
      {error && <Notice kind="error">{error}</Notice>}
      <form method="post" action={`/tickets/${id}/replies`} class="card">
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
        <ul class="deliveries">{deliveries}</ul>
      </section>
    </DeskPage>
  );
}

function MessageBubble({ message }: { message: DeskMessage }) {
  return (
    <article class={`message ${message.direction}`}>
      <div class="row spread small">
        <strong>{message.who}</strong>
        <span class="soft">{time(message.at)}</span>
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

/** `2026-01-31 09:30:00` UTC: the same for every reader and test. */
export function time(iso: string | undefined): string {
  return (iso ?? '').slice(0, 19).replace('T', ' ');
}
