import type { Context, Hono } from 'hono';
import * as z from 'zod';
import { BadInput, readJson } from '../server.ts';
import type { Accounts } from './accounts.ts';
import { customFieldLabels, statuses, type ZohoDesk } from './desk.ts';
import { commentView, contactView, threadSummary, threadView, ticketView } from './views.ts';
import { type WriteFault, writeFaults } from './write-faults.ts';

interface RestOptions {
  readonly desk: ZohoDesk;
  readonly accounts: Accounts;
  readonly orgId: string;
  readonly fromEmailAddress: string;
  readonly url: () => string;
  /** A status that every call answers instead, for as long as one is set. */
  readonly outage: () => number | undefined;
  /** What goes wrong with the next write, and is used up by it. */
  readonly nextFault: () => WriteFault | undefined;
  readonly stopping: AbortSignal;
}

const newComment = z.strictObject({
  content: z.string().min(1),
  contentType: z.enum(['html', 'plainText']).default('html'),
  isPublic: z.boolean().default(false),
});

/** Strict: Zoho refuses what it does not know, e.g. a `subject`, as an extra parameter. */
const newReply = z.strictObject({
  channel: z.literal('EMAIL'),
  fromEmailAddress: z.string(),
  to: z.string(),
  content: z.string().min(1),
  contentType: z.enum(['html', 'plainText']).default('html'),
  cc: z.string().optional(),
  ticketStatus: z.string().optional(),
});

const ticketChange = z.strictObject({
  status: z.enum(statuses).optional(),
  cf: z
    .record(
      z.string().refine((name) => name in customFieldLabels, 'no such field'),
      z.string().nullable(),
    )
    .optional(),
});

/** `desk.zoho.…/api/v1`, as far as an integration of tickets needs it. Lists without a row answer 204. */
export function restRoutes(app: Hono, options: RestOptions): void {
  const { desk, accounts, orgId, fromEmailAddress, url } = options;

  app.use('/api/v1/*', async (c, next) => {
    const outage = options.outage();
    if (outage !== undefined) {
      return c.body(null, outage === 429 ? 429 : 503, { 'retry-after': '1' });
    }
    const [, token = ''] = /^Zoho-oauthtoken (\S+)$/.exec(c.req.header('authorization') ?? '') ?? [];
    if (!accounts.isValid(token)) {
      return c.json({ errorCode: 'INVALID_OAUTH', message: 'The OAuth Token you provided is invalid.' }, 401);
    }
    if (c.req.header('orgid') !== orgId) {
      return c.json({ errorCode: 'FORBIDDEN', message: 'Requests must name their orgId.' }, 403);
    }
    return next();
  });
  writeFaults(app, options);

  app.get('/api/v1/tickets', (c) => {
    const { from, limit } = page(c, ['sortBy', 'departmentIds']);
    const rows = desk.tickets().slice(from, from + limit);
    return listed(
      c,
      rows.map((ticket) => ticketView(ticket, url())),
    );
  });
  app.get('/api/v1/tickets/:id', (c) => {
    const ticket = ticketOf(c);
    const contact = c.req.query('include')?.split(',').includes('contacts')
      ? { contact: contactView(ticket.contact) }
      : {};
    return c.json({ ...ticketView(ticket, url()), ...contact });
  });
  app.patch('/api/v1/tickets/:id', async (c) => {
    const { id } = ticketOf(c);
    return c.json(ticketView(desk.update(id, await readJson(c.req.raw, ticketChange)), url()));
  });
  app.get('/api/v1/tickets/:id/threads', (c) => {
    const { from, limit } = page(c, []);
    return listed(
      c,
      [...ticketOf(c).threads]
        .reverse()
        .slice(from, from + limit)
        .map(threadSummary),
    );
  });
  app.get('/api/v1/tickets/:id/threads/:thread', (c) => {
    const thread = ticketOf(c).threads.find(({ id }) => id === c.req.param('thread'));
    if (thread === undefined) throw new BadInput('No such thread', 404);
    return c.json(threadView(thread));
  });
  app.get('/api/v1/tickets/:id/comments', (c) => {
    const { from, limit } = page(c, ['sortBy']);
    return listed(
      c,
      ticketOf(c)
        .comments.slice(from, from + limit)
        .map(commentView),
    );
  });
  app.post('/api/v1/tickets/:id/comments', async (c) => {
    const { id } = ticketOf(c);
    const comment = await readJson(c.req.raw, newComment);
    return c.json(commentView(desk.comment(id, { ...comment, by: 'agent' })));
  });
  app.get('/api/v1/tickets/:id/sendReplyMailIDs', (c) => {
    ticketOf(c);
    return c.json({ data: [{ address: fromEmailAddress, isActive: true }] });
  });
  app.post('/api/v1/tickets/:id/sendReply', async (c) => {
    const { id } = ticketOf(c);
    const {
      fromEmailAddress: from,
      to,
      content,
      contentType,
      ticketStatus,
    } = await readJson(c.req.raw, newReply);
    if (from !== fromEmailAddress) throw new BadInput('fromEmailAddress is not one of the department');
    if (!z.email().safeParse(to).success) throw new BadInput('to is no address');
    const thread = desk.sendReply(id, { to, content, contentType });
    if (ticketStatus !== undefined) desk.update(id, { status: ticketStatus });
    return c.json(threadView(thread));
  });

  function ticketOf(c: Context) {
    return desk.find(c.req.param('id') ?? '');
  }
}

function page(c: Context, others: readonly string[]): { from: number; limit: number } {
  for (const name of Object.keys(c.req.query())) {
    if (!['from', 'limit', ...others].includes(name)) {
      throw new BadInput(`Extra query parameter '${name}' is present in the input.`);
    }
  }
  const number = (name: string, otherwise: string) =>
    z.coerce
      .number()
      .int()
      .min(0)
      .max(100_000)
      .parse(c.req.query(name) ?? otherwise);
  return { from: number('from', '0'), limit: Math.min(100, number('limit', '10')) };
}

function listed(c: Context, data: readonly object[]) {
  return data.length === 0 ? c.body(null, 204) : c.json({ data });
}
