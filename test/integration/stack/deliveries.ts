import { createHmac, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

/** One customer with one company, as registered with us and as Visma knows it. */
export interface Customer {
  readonly environmentId: string;
  readonly name: string;
  readonly email: string;
  readonly corporateId: string;
  /** The company's, which is the right one to send. */
  readonly tenantId: string;
  /** The contract level's: the classic mistake (visma.md 4.3). */
  readonly customerTenantId: string;
  readonly ticketId: string;
}

/** What a delivery of the ticket system says. */
export interface TicketDelivery {
  readonly type?: 'ticket.created' | 'ticket.replied';
  readonly text: string;
  readonly html?: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly email?: string;
  readonly subject?: string;
  readonly direction?: 'inbound' | 'outbound';
  /** The same again is the same delivery. */
  readonly webhookId?: string;
}

export interface Sent {
  readonly status: number;
  readonly body: unknown;
}

export function ticketBody(
  customer: Pick<Customer, 'ticketId' | 'email'>,
  { type = 'ticket.replied', text, html, fields = {}, email = customer.email, ...more }: TicketDelivery,
  messageId = randomUUID() as string,
): string {
  return JSON.stringify({
    type,
    ticket: {
      id: customer.ticketId,
      subject: more.subject ?? 'Visma.net',
      requester: { email, name: '' },
      fields,
    },
    message: {
      id: messageId,
      text,
      ...(html === undefined ? {} : { html }),
      direction: more.direction ?? 'inbound',
      createdAt: new Date().toISOString(),
    },
  });
}

export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Sent> {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    return { status: response.status, body: text };
  }
}

/** Headers of the Standard Webhooks. `secret`: `whsec_` and base64. */
export function standardWebhookHeaders(
  webhookId: string,
  at: Date,
  body: string,
  secret: string,
): Readonly<Record<string, string>> {
  return {
    'webhook-id': webhookId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(webhookId, at, body),
  };
}

/** As Visma's webhook dispatcher signs (visma.md 5.3). */
export function vismaSignature(body: string, secret: string): string {
  return createHmac('sha256', secret).update(body, 'utf8').digest('base64');
}

/** Company tenants in the wild are version 1 UUIDs (visma.md 0). */
export function uuidOfVisma(): string {
  const [a, b, , d, e] = randomUUID().split('-');
  return `${a}-${b}-11e9-${d}-${e}`;
}
