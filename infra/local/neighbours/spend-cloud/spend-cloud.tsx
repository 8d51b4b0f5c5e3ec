import { Hono } from 'hono';
import * as z from 'zod';
import { answerPage, Page, pageRoutes } from '../page.tsx';
import { answerErrors, listen, pause, readJson } from '../server.ts';
import { verifier } from '../verifier.ts';
import { Reminders, type ShownReminder, shownReminders } from './reminders.tsx';

export interface SpendCloudOptions {
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  /** `whsec_` and base64; several while one is being rotated. */
  readonly secret: string | readonly string[];
  readonly clock?: () => number;
}

/** One message of the onboarding service; repeats of it are counted, not kept. */
interface ReceivedMessage {
  /** `webhook-id`. */
  readonly id: string;
  /** ISO time of the first. */
  readonly receivedAt: string;
  /** How often it came and was verified. */
  readonly times: number;
  readonly body: unknown;
}

export interface RunningSpendCloud {
  readonly url: string;
  /** Oldest first. */
  received(): readonly ReceivedMessage[];
  /** What users see inside the product now. */
  reminders(): readonly ShownReminder[];
  /** The same as `POST /control`. */
  set(change: SpendCloudSwitches): void;
  stop(): Promise<void>;
}

const switchesSchema = z.strictObject({
  /** So many of the next deliveries fail, with `status` or 503. */
  fail: z.int().min(0).optional(),
  /** Alone: every delivery fails with it until null takes it back. With `fail`: only so many. */
  status: z.int().min(400).max(599).nullable().optional(),
  /** Every delivery waits for so long. */
  slowMs: z.int().min(0).max(300_000).optional(),
  /** Signing secrets accepted from now on. */
  secrets: z.array(z.string().startsWith('whsec_')).min(1).optional(),
});
type SpendCloudSwitches = z.input<typeof switchesSchema>;

/** Starts Spend Cloud's end of the outbound webhook: verifies, takes each message once, shows what it was told. */
export async function startSpendCloud(options: SpendCloudOptions): Promise<RunningSpendCloud> {
  const clock = options.clock ?? Date.now;
  const messages = new Map<string, ReceivedMessage>();
  const stopping = new AbortController();
  let verifiers = (typeof options.secret === 'string' ? [options.secret] : options.secret).map(verifier);
  let failing = { times: 0, status: 503 };
  let slowMs = 0;
  let refused = 0;

  function set(change: SpendCloudSwitches): void {
    const { fail, status, slowMs: wait, secrets } = switchesSchema.parse(change);
    if (fail !== undefined || status !== undefined) {
      const forever = fail === undefined && typeof status === 'number';
      failing = { times: forever ? Number.POSITIVE_INFINITY : (fail ?? 0), status: status ?? 503 };
    }
    if (wait !== undefined) slowMs = wait;
    if (secrets !== undefined) verifiers = secrets.map(verifier);
  }

  const app = new Hono();
  pageRoutes(app);

  app.post('/webhooks/visma-onboarding', async (c) => {
    if (slowMs > 0) await pause(slowMs, AbortSignal.any([c.req.raw.signal, stopping.signal]));
    if (failing.times > 0) {
      failing.times -= 1;
      return new Response('Switched to fail', { status: failing.status });
    }
    const raw = Buffer.from(await c.req.arrayBuffer());
    const headers = c.req.header();
    if (!verifiers.some((verify) => verify(raw, headers))) {
      refused += 1;
      return c.json({ error: 'The signature, its timestamp or a webhook- header is missing or wrong' }, 401);
    }
    const id = headers['webhook-id'] ?? '';
    const before = messages.get(id);
    if (before !== undefined) {
      messages.set(id, { ...before, times: before.times + 1 });
      return c.json({ status: 'known already' });
    }
    let body: unknown;
    try {
      body = JSON.parse(raw.toString('utf8'));
    } catch {
      return c.json({ error: 'The body is not JSON' }, 400);
    }
    messages.set(id, { id, receivedAt: new Date(clock()).toISOString(), times: 1, body });
    return c.json({ status: 'stored' });
  });

  app.get('/store', (c) => c.json([...messages.values()]));
  app.delete('/store', (c) => {
    messages.clear();
    return c.body(null, 204);
  });
  app.get('/control', (c) =>
    c.json({
      failing: Number.isFinite(failing.times) ? failing : { ...failing, times: 'until {"status": null}' },
      slowMs,
      refused,
      received: messages.size,
    }),
  );
  app.post('/control', async (c) => {
    set(await readJson(c.req.raw, switchesSchema));
    return c.json({ ok: true });
  });
  app.get('/', (c) => answerPage(c, <ReceivedPage messages={[...messages.values()].reverse()} />));
  answerErrors(app);

  const server = await listen('Spend Cloud', app, options.port);
  return {
    url: server.url,
    received: () => [...messages.values()],
    reminders: () => shownReminders([...messages.values()].map(({ body }) => body)),
    set,
    async stop() {
      stopping.abort();
      await server.stop();
    },
  };
}

function ReceivedPage({ messages }: { messages: readonly ReceivedMessage[] }) {
  return (
    <Page title="Received" brand="Spend Cloud" theme="spend" home="/">
      <h1>What the onboarding told Spend Cloud</h1>
      <Reminders reminders={shownReminders(messages.map(({ body }) => body))} />
      {messages.length === 0 && <p class="card soft">Nothing yet.</p>}
      {messages.map(({ id, receivedAt, times, body }) => (
        <article class="card">
          <div class="row spread">
            <h2>{titleOf(body)}</h2>
            <span class="soft small">
              {receivedAt.slice(0, 19).replace('T', ' ')}{' '}
              {times > 1 && <span class="tag">{times} times</span>}
            </span>
          </div>
          <p class="small soft">
            <code>{id}</code>
          </p>
          <pre>{JSON.stringify(body, null, 2)}</pre>
        </article>
      ))}
    </Page>
  );
}

function titleOf(body: unknown): string {
  const parsed = z.object({ type: z.string() }).safeParse(body);
  return parsed.success ? parsed.data.type : 'Message';
}
