import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { type Courier, createCourier } from '../courier.ts';
import { answerPage, field, pageRoutes } from '../page.tsx';
import { answerErrors, BadInput, listen, readJson } from '../server.ts';
import { type Bridge, bridgeRoutes } from './bridge.ts';
import { createDesk, type Desk, newTicketSchema, replySchema, type Ticket } from './desk.ts';
import { NewTicketPage, TicketListPage, TicketPage } from './pages.tsx';

interface TicketWebhook {
  readonly url: string;
  /** `whsec_` and base64 (Standard Webhooks). */
  readonly secret: string;
}

const webhookSchema = z.strictObject({ url: z.url(), secret: z.string().startsWith('whsec_') });

export interface TicketDeskOptions {
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** May be set later with `subscribe` or `POST /control/webhook`. */
  readonly webhook?: TicketWebhook | undefined;
  /** When given, the JSON API wants it as a bearer token; the pages stay open. */
  readonly apiKey?: string;
  /** `whsec_` and base64: of the answers that come over the bridge; without any, none is accepted. */
  readonly bridgeSecrets?: readonly string[];
  readonly retryDelaysMs?: readonly number[];
  readonly clock?: () => number;
}

export interface RunningTicketDesk {
  readonly url: string;
  readonly desk: Desk;
  readonly bridge: Bridge;
  subscribe(webhook: TicketWebhook): void;
  stop(): Promise<void>;
}

/**
 * Starts a ticket desk: pages for people, a JSON API for bridges, and Standard Webhooks for each ticket and reply,
 * also for replies that came over the API or the bridge, as real desks do: the receiver has to tell its own from the
 * customer's.
 */
export async function startTicketDesk(options: TicketDeskOptions): Promise<RunningTicketDesk> {
  const clock = options.clock ?? Date.now;
  let webhook: TicketWebhook | undefined;
  let url = '';

  function subscribe(next: TicketWebhook): void {
    // Throws here, where one sees it, on a secret that can't sign.
    new Webhook(next.secret).sign('probe', new Date(), '');
    webhook = next;
  }
  if (options.webhook !== undefined) subscribe(options.webhook);

  const courier = createCourier({
    retryDelaysMs: options.retryDelaysMs ?? [500, 1_000, 2_000, 4_000],
    timeoutMs: 10_000,
    clock,
    prepare({ id, body }, at) {
      if (webhook === undefined) return undefined;
      return {
        url: webhook.url,
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
          'webhook-signature': new Webhook(webhook.secret).sign(id, at, body),
        },
      };
    },
  });

  const desk = createDesk({
    clock,
    onMessage(type, { id, subject, requester, fields }, message) {
      const ticket = { id, url: `${url}/tickets/${id}`, subject, requester, fields };
      const body = JSON.stringify({ type, ticket, message });
      // Never rejects; what became of it stands in the ticket's list of deliveries.
      void courier.send({ id: `msg_${randomUUID()}`, event: type, subject: id, body });
    },
  });

  const app = new Hono();
  const stopping = new AbortController();
  pageRoutes(app);
  const bridge = bridgeRoutes(app, desk, {
    secrets: options.bridgeSecrets ?? [],
    stopping: stopping.signal,
  });
  apiRoutes(app, desk, courier, options.apiKey);
  deskPages(app, desk, courier);
  app.post('/control/webhook', async (c) => {
    const next = await readJson(c.req.raw, webhookSchema);
    subscribe(next);
    return c.json({ url: next.url });
  });
  answerErrors(app);

  const server = await listen('The ticket desk', app, options.port);
  url = server.url;
  return {
    url,
    desk,
    bridge,
    subscribe,
    async stop() {
      stopping.abort();
      courier.stop();
      await server.stop();
    },
  };
}

function apiRoutes(app: Hono, desk: Desk, courier: Courier, apiKey: string | undefined): void {
  app.use('/api/*', async (c, next) => {
    if (apiKey !== undefined && c.req.header('authorization') !== `Bearer ${apiKey}`) {
      return c.json({ error: 'Send Authorization: Bearer <the API key of the desk>' }, 401);
    }
    return next();
  });
  const view = (ticket: Ticket) => ({ ...ticket, deliveries: deliveriesOf(courier, ticket.id) });

  app.get('/api/tickets', (c) => c.json(desk.tickets()));
  app.post('/api/tickets', async (c) => c.json(desk.create(await readJson(c.req.raw, newTicketSchema)), 201));
  app.get('/api/tickets/:id', (c) => c.json(view(desk.ticket(c.req.param('id')))));
  app.post('/api/tickets/:id/replies', async (c) => {
    desk.ticket(c.req.param('id'));
    return c.json(desk.reply(c.req.param('id'), await readJson(c.req.raw, replySchema)), 201);
  });
  app.get('/api/deliveries', (c) => c.json(courier.deliveries()));
  app.post('/api/deliveries/:id/resend', async (c) => {
    await resend(courier, c.req.param('id'));
    return c.json(courier.deliveries().find(({ id }) => id === c.req.param('id')));
  });
}

function deskPages(app: Hono, desk: Desk, courier: Courier): void {
  app.get('/', (c) => answerPage(c, <TicketListPage tickets={desk.tickets()} />));
  app.get('/tickets', (c) => c.redirect('/', 303));
  app.get('/tickets/new', (c) => answerPage(c, <NewTicketPage values={{}} />));

  app.post('/tickets', async (c) => {
    const form = await c.req.formData();
    const values = Object.fromEntries(
      ['email', 'name', 'subject', 'text', 'environment', 'companies', 'tenantId'].map((name) => [
        name,
        field(form, name),
      ]),
    );
    const { email, name, subject, text, environment, companies, tenantId } = values;
    const parsed = newTicketSchema.safeParse({
      requester: { email, name },
      subject,
      text,
      fields: { environment, companies, tenantId },
    });
    if (!parsed.success) {
      const error = 'A ticket needs an e-mail address, a subject and a message.';
      return answerPage(c, <NewTicketPage values={values} error={error} />, 422);
    }
    return c.redirect(`/tickets/${desk.create(parsed.data).id}`, 303);
  });

  const ticketPage = (id: string, error?: string) => (
    <TicketPage
      ticket={desk.ticket(id)}
      deliveries={deliveriesOf(courier, id)}
      {...(error === undefined ? {} : { error })}
    />
  );

  app.get('/tickets/:id', (c) => answerPage(c, ticketPage(c.req.param('id'))));

  app.post('/tickets/:id/replies', async (c) => {
    const id = c.req.param('id');
    const form = await c.req.formData();
    const reply = replySchema.safeParse({ text: field(form, 'text'), direction: field(form, 'direction') });
    if (!reply.success) return answerPage(c, ticketPage(id, 'Write something before sending.'), 422);
    desk.reply(id, reply.data);
    return c.redirect(`/tickets/${id}`, 303);
  });

  app.post('/tickets/:id/deliveries/:delivery/resend', async (c) => {
    await resend(courier, c.req.param('delivery'));
    return c.redirect(`/tickets/${c.req.param('id')}`, 303);
  });
}

function deliveriesOf(courier: Courier, ticketId: string) {
  return courier.deliveries().filter(({ subject }) => subject === ticketId);
}

async function resend(courier: Courier, id: string): Promise<void> {
  const sending = courier.resend(id);
  if (sending === undefined) throw new BadInput('No such delivery; GET /api/deliveries lists them', 404);
  await sending;
}
