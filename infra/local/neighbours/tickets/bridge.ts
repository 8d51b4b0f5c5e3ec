import type { Hono } from 'hono';
import * as z from 'zod';
import { BadInput, parse, pause, readJson } from '../server.ts';
import { type Verifier, verifier } from '../verifier.ts';
import type { Desk, Echo } from './desk.ts';

const webhookSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ticket.answer'),
    data: z.object({ ticketId: z.string(), text: z.string().trim().min(1) }),
  }),
  z.object({
    type: z.literal('ticket.standing'),
    timestamp: z.string(),
    data: z.object({
      ticketId: z.string(),
      turn: z.string(),
      activeCompanies: z.int(),
      companies: z.int(),
      closed: z.boolean(),
    }),
  }),
]);

const count = z.int().min(0).optional();

const switchesSchema = z.strictObject({
  /** So many of the next webhooks are answered with `status`, or 500, and nothing is done. */
  fail: count,
  status: z.int().min(400).max(599).optional(),
  /** So many of the next ones are never answered, and nothing is done. */
  hang: count,
  /** So many of the next ones are done and answered 500. */
  failAfter: count,
  /** How answers come back in `ticket.replied`; `inbound`: the bridge is set up wrong. */
  echo: z.enum(['outbound', 'inbound', 'none']).optional(),
  /** Signing secrets accepted from now on. */
  secrets: z.array(z.string().startsWith('whsec_')).min(1).optional(),
});
type BridgeSwitches = z.input<typeof switchesSchema>;

export interface Bridge {
  /** The same as `POST /control/bridge`. */
  set(change: BridgeSwitches): void;
  /** How often each webhook came and was verified, by `webhook-id`. */
  received(): ReadonlyMap<string, number>;
}

/** A hanging answer ends with whoever waits for it, or when the desk stops. */
const hangMs = 300_000;

/** `POST /bridge/answers`: what a bridge does with the service's webhooks, each done once however often it comes. */
export function bridgeRoutes(
  app: Hono,
  desk: Desk,
  { secrets, stopping }: { readonly secrets: readonly string[]; readonly stopping: AbortSignal },
): Bridge {
  const received = new Map<string, number>();
  /** What a known webhook was answered. */
  const done = new Map<string, object>();
  let verifiers: readonly Verifier[] = secrets.map(verifier);
  let echo: Echo = 'outbound';
  let failing = { times: 0, status: 500 };
  let hanging = 0;
  let failingAfter = 0;

  function set(change: BridgeSwitches): void {
    const next = parse(switchesSchema, change);
    if (next.fail !== undefined) failing = { times: next.fail, status: next.status ?? 500 };
    hanging = next.hang ?? hanging;
    failingAfter = next.failAfter ?? failingAfter;
    echo = next.echo ?? echo;
    if (next.secrets !== undefined) verifiers = next.secrets.map(verifier);
  }

  function work(webhook: z.output<typeof webhookSchema>): object {
    const { ticketId } = webhook.data;
    if (webhook.type === 'ticket.standing') {
      const { ticketId: _, ...standing } = webhook.data;
      desk.stand(ticketId, { ...standing, at: webhook.timestamp });
      return {};
    }
    const ticket = desk.reply(ticketId, { text: webhook.data.text, direction: 'outbound' }, echo);
    return { messageId: ticket.messages.at(-1)?.id };
  }

  app.post('/bridge/answers', async (c) => {
    if (hanging > 0) {
      hanging -= 1;
      await pause(hangMs, AbortSignal.any([c.req.raw.signal, stopping]));
      return c.body(null, 503);
    }
    if (failing.times > 0) {
      failing.times -= 1;
      return new Response('Switched to fail', { status: failing.status, headers: { 'retry-after': '1' } });
    }
    const raw = Buffer.from(await c.req.arrayBuffer());
    const headers = c.req.header();
    if (!verifiers.some((verify) => verify(raw, headers))) {
      return c.json({ error: 'The signature, its timestamp or a webhook- header is missing or wrong' }, 401);
    }
    const id = headers['webhook-id'] ?? '';
    received.set(id, (received.get(id) ?? 0) + 1);
    const known = done.get(id);
    if (known !== undefined) return c.json(known);
    const webhook = parse(webhookSchema, JSON.parse(raw.toString('utf8')));
    if (!isThere(desk, webhook.data.ticketId)) return c.json({ gone: true }, 404);
    const answer = work(webhook);
    done.set(id, answer);
    if (failingAfter > 0) {
      failingAfter -= 1;
      return c.json({ error: 'Switched to fail after it was done' }, 500);
    }
    return c.json(answer);
  });
  app.post('/control/bridge', async (c) => {
    set(await readJson(c.req.raw, switchesSchema));
    return c.json({ ok: true });
  });

  return { set, received: () => received };
}

function isThere(desk: Desk, ticketId: string): boolean {
  try {
    desk.ticket(ticketId);
    return true;
  } catch (error) {
    if (error instanceof BadInput && error.status === 404) return false;
    throw error;
  }
}
