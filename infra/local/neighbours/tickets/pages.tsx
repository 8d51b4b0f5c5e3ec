import type { Delivery } from '../courier.ts';
import {
  DeskListPage,
  DeskTicketPage,
  NewDeskTicketPage,
  type NewTicketProps,
  time,
} from '../desk-pages.tsx';
import type { Standing, Ticket } from './desk.ts';

const brand = 'Ticket desk';

export function TicketListPage({ tickets }: { tickets: readonly Ticket[] }) {
  const rows = tickets.map(({ id, subject, requester, messages, standing }) => ({
    id,
    subject,
    facts: [
      `#${id}`,
      requester.email,
      count(messages.length, 'message'),
      time(messages.at(-1)?.createdAt),
      ...(standing?.closed === true ? ['closed'] : []),
    ],
  }));
  return <DeskListPage brand={brand} tickets={rows} />;
}

export function NewTicketPage(props: NewTicketProps) {
  const { values } = props;
  return (
    <NewDeskTicketPage brand={brand} {...props}>
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
    </NewDeskTicketPage>
  );
}

interface TicketProps {
  readonly ticket: Ticket;
  readonly deliveries: readonly Delivery[];
  readonly error?: string;
}

export function TicketPage({ ticket, deliveries, error }: TicketProps) {
  const { id, subject, requester, fields, messages, standing } = ticket;
  const facts = [
    ['Ticket', `#${id}`],
    ['Requester', requester.name === '' ? requester.email : `${requester.name} <${requester.email}>`],
    ...Object.entries(fields).map(([name, value]) => [fieldLabels[name] ?? name, value] as const),
    ...(standing === undefined ? [] : [['Onboarding', standingText(standing)] as const]),
  ] as const;
  return (
    <DeskTicketPage
      brand={brand}
      id={id}
      subject={subject}
      facts={facts}
      messages={messages.map(({ direction, createdAt, text, html }) => ({
        direction,
        who: direction === 'inbound' ? 'Customer' : 'Desk',
        at: createdAt,
        text,
        html,
      }))}
      deliveries={deliveries.map((delivery) => <DeliveryItem ticketId={id} delivery={delivery} />)}
      error={error}
    />
  );
}

function standingText({ turn, activeCompanies, companies, closed }: Standing): string {
  const state = `${activeCompanies} of ${count(companies, 'company', 'companies')} active`;
  return closed ? `${state}, closed` : `${state}, waiting for the ${turn}`;
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

function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}
