import { Hono } from 'hono';
import * as z from 'zod';
import { answerPage, field, pageRoutes } from '../page.tsx';
import { answerErrors, listen, readJson } from '../server.ts';
import { type Accounts, accountsRoutes, type ZohoCredentials } from './accounts.ts';
import { createDesk, newTicketSchema, type ZohoDesk } from './desk.ts';
import { NewTicketPage, TicketListPage, TicketPage } from './pages.tsx';
import { restRoutes } from './rest-api.ts';
import { payloadOf } from './views.ts';
import { createWebhooks, type ZohoWebhook, type ZohoWebhooks } from './webhooks.ts';
import { type WriteFault, writeFault } from './write-faults.ts';

export interface ZohoDeskOptions {
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  readonly orgId: string;
  readonly departmentId: string;
  readonly agentId: string;
  readonly fromEmailAddress: string;
  readonly credentials: ZohoCredentials;
  readonly clock?: () => number;
}

export interface RunningZohoDesk {
  readonly url: string;
  readonly desk: ZohoDesk;
  readonly accounts: Accounts;
  readonly webhooks: ZohoWebhooks;
  /** Rejects unless the address answers each of Zoho's probes with 200. */
  subscribe(url: string, webhookId?: string): Promise<ZohoWebhook>;
  /** Every call of the REST interface answers this status until `undefined`. */
  setOutage(status: 429 | 503 | undefined): void;
  /** The next writes go wrong like these, one each. The same as `POST /control/write-faults`. */
  failWrites(...faults: readonly WriteFault[]): void;
  stop(): Promise<void>;
}

/** Starts a Zoho Desk: accounts server, keys, REST interface, webhooks, and pages to be a customer on. */
export async function startZohoDesk(options: ZohoDeskOptions): Promise<RunningZohoDesk> {
  const { orgId, departmentId, agentId, fromEmailAddress, clock = Date.now } = options;
  let url = '';
  let outage: number | undefined;
  const faults: WriteFault[] = [];
  const stopping = new AbortController();
  const webhooks = await createWebhooks(orgId, clock);
  const desk = createDesk({
    clock,
    departmentId,
    agent: { id: agentId, name: 'Service desk', type: 'AGENT', email: fromEmailAddress },
    onEvent: (happening) => {
      const { type, ticket, before } = happening;
      // Never rejects; what became of it stands on the ticket's page.
      void webhooks.deliver(type, ticket.id, payloadOf(happening, url), before);
    },
  });

  const app = new Hono();
  pageRoutes(app);
  const accounts = accountsRoutes(app, options.credentials, clock);
  app.get('/.well-known/jwks.json', (c) => c.json(webhooks.jwks));
  restRoutes(app, {
    desk,
    accounts,
    orgId,
    fromEmailAddress,
    url: () => url,
    outage: () => outage,
    nextFault: () => faults.shift(),
    stopping: stopping.signal,
  });
  deskPages(app, desk, webhooks);
  app.post('/control/webhook', async (c) => {
    const next = await readJson(c.req.raw, z.strictObject({ url: z.url(), id: z.string().optional() }));
    return c.json(await webhooks.subscribe(next.url, next.id));
  });
  app.post('/control/write-faults', async (c) => {
    faults.push(...(await readJson(c.req.raw, z.array(writeFault))));
    return c.json({ waiting: faults });
  });
  answerErrors(app);

  const server = await listen('The Zoho Desk', app, options.port);
  url = server.url;
  return {
    url,
    desk,
    accounts,
    webhooks,
    subscribe: (target, webhookId) => webhooks.subscribe(target, webhookId),
    setOutage: (status) => {
      outage = status;
    },
    failWrites: (...next) => {
      faults.push(...next);
    },
    async stop() {
      stopping.abort();
      webhooks.stop();
      await server.stop();
    },
  };
}

function deskPages(app: Hono, desk: ZohoDesk, { deliveries }: ZohoWebhooks): void {
  app.get('/', (c) => answerPage(c, <TicketListPage tickets={desk.tickets()} />));
  app.get('/tickets/new', (c) => answerPage(c, <NewTicketPage values={{}} />));
  app.post('/tickets', async (c) => {
    const form = await c.req.formData();
    const values = Object.fromEntries(
      ['email', 'name', 'subject', 'text', 'tenantId'].map((name) => [name, field(form, name)]),
    );
    const { email, name, subject, text = '', tenantId = '' } = values;
    const parsed = newTicketSchema.safeParse({
      email,
      name,
      subject,
      html: text === '' ? '' : asHtml(text),
      cf: tenantId === '' ? {} : { cf_tenant_id: tenantId },
    });
    if (!parsed.success) {
      const error = 'A ticket needs an e-mail address, a subject and a message.';
      return answerPage(c, <NewTicketPage values={values} error={error} />, 422);
    }
    return c.redirect(`/tickets/${desk.create(parsed.data).id}`, 303);
  });
  const ticketPage = (id: string) => (
    <TicketPage ticket={desk.find(id)} deliveries={deliveries.filter(({ ticketId }) => ticketId === id)} />
  );
  app.get('/tickets/:id', (c) => answerPage(c, ticketPage(c.req.param('id'))));
  app.post('/tickets/:id/replies', async (c) => {
    const id = c.req.param('id');
    const form = await c.req.formData();
    const text = field(form, 'text');
    if (text === '') return answerPage(c, ticketPage(id), 422);
    const { email } = desk.find(id).contact;
    const content = asHtml(text);
    if (field(form, 'direction') !== 'outbound') desk.mailFrom(id, content);
    else if (email !== null) desk.sendReply(id, { to: email, content, contentType: 'html' });
    else desk.comment(id, { content, contentType: 'html', isPublic: true, by: 'agent' });
    return c.redirect(`/tickets/${id}`, 303);
  });
}

/** What a mail program makes of typed text. */
function asHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<div>${escaped.replace(/\r?\n/g, '<br />')}</div>`;
}
