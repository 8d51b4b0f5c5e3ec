import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import {
  type Environment,
  type Locale,
  linkGenerationOf,
  locales,
  nameAndAddress,
} from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { isFormOf, type ReadLink, readConnectLink, signForm } from '../../shared/platform/connect-links.ts';
import { isVerified, type SigningKeys } from '../../shared/platform/signatures.ts';
import { assets } from './assets.ts';
import type { FormContext, Mistake } from './company.tsx';
import { companyViews } from './company-view.ts';
import { ClosedPage, Companies, ConnectPage, type Notice, type PageSettings } from './page.tsx';
import { actions, submission, submit } from './submit.ts';
import { environmentActions, environmentForm, submitOfEnvironment } from './submit-environment.ts';
import { en } from './texts/en.ts';
import { nl } from './texts/nl.ts';
import type { PageText } from './texts/page-text.ts';

export interface ConnectPageDependencies {
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly keys: SigningKeys;
  readonly enqueue: (message: InboundMessage) => Promise<void>;
  readonly clock: Clock;
  readonly settings: PageSettings;
}

const texts: Readonly<Record<Locale, PageText>> = { nl, en };

/** An environment's id has 64 characters at most, so a link of ours is far shorter. */
const longestLink = 400;
const longestAddress = 320;

/** An environment whose page a link opens now. */
interface Opened {
  readonly environment: Environment;
  readonly context: FormContext;
}

/** The page behind the links in mails: reading it changes nothing, and each form counts once. */
export function createConnectPage(dependencies: ConnectPageDependencies): Hono {
  const { settings, connections } = dependencies;
  const app = new Hono();

  async function show(
    c: Context,
    { environment, context }: Opened,
    told: { notice?: Notice | undefined; mistake?: Mistake; status?: 422 } = {},
  ): Promise<Response> {
    const { status, ...rest } = told;
    const own = await connections.findByEnvironment(environment.environmentId);
    const views = companyViews(environment, own, dependencies.clock());
    const page = (
      <ConnectPage
        environment={environment}
        views={views}
        connections={own}
        context={context}
        settings={settings}
        {...rest}
      />
    );
    return c.html(`<!doctype html>${await page.toString()}`, status ?? 200);
  }

  /** Says the same of a link that never was, has expired or was revoked, and of an address that is registered or not. */
  async function closed(
    c: Context,
    { wasAsked = false, isStart = false }: { wasAsked?: boolean; isStart?: boolean } = {},
  ): Promise<Response> {
    const locale = chosenLocale(c) ?? 'nl';
    const { link, keys, read } = await readLink(dependencies, c);
    keepLocale(c);
    const page = (
      <ClosedPage
        context={{ link, token: signForm(link, keys[0] ?? ''), locale, text: texts[locale] }}
        supportEmail={settings.supportEmail}
        isAuthentic={read.status !== 'unknown'}
        wasAsked={wasAsked}
        isStart={isStart}
      />
    );
    return c.html(`<!doctype html>${await page.toString()}`, wasAsked || isStart ? 200 : 404);
  }

  app.get('/connect/assets/:file', (c) => {
    const asset = assets.get(c.req.param('file'));
    if (asset === undefined) return closed(c);
    return c.body(asset.content, 200, {
      'content-type': asset.type,
      'cache-control': 'public, max-age=31536000, immutable',
    });
  });

  // A link without a signature is in Spend Cloud itself: whoever reads it there need not be a registered contact.
  app.get('/connect', (c) => closed(c, { isStart: true }));

  app.get('/connect/:link', async (c) => {
    const opened = await open(dependencies, c);
    if (opened === undefined) return closed(c);
    keepLocale(c);
    return show(c, opened, { notice: noticeOf(c.req.query('done'), opened) });
  });

  app.get('/connect/:link/state', async (c) => {
    const opened = await open(dependencies, c);
    if (opened === undefined) return closed(c);
    const { environment, context } = opened;
    const own = await connections.findByEnvironment(environment.environmentId);
    const views = companyViews(environment, own, dependencies.clock());
    return c.html(<Companies views={views} context={context} />);
  });

  app.post('/connect/:link/new-link', async (c) => {
    const { link, read } = await readLink(dependencies, c);
    const { token, email } = await c.req.parseBody();
    if (!(await isOwnForm(dependencies, c, link, token))) return notOurs(c);
    const by =
      read.status === 'unknown'
        ? {
            // A queue refuses some of what can be typed, and no address holds any of it.
            email: String(email ?? '')
              .replace(/\p{C}+/gu, '')
              .trim()
              .slice(0, longestAddress),
          }
        : { environmentId: read.environmentId };
    // Whether there is such an environment or contact is looked up behind the queue: no answer takes longer for it.
    await dependencies.enqueue({
      kind: 'link-request',
      deliveryKey: `page:${randomUUID()}`,
      receivedAt: dependencies.clock().toISOString(),
      by,
    });
    return closed(c, { wasAsked: true });
  });

  app.post('/connect/:link/:action', async (c) => {
    const opened = await open(dependencies, c);
    const action = actions.find((known) => known === c.req.param('action'));
    const ofEnvironment = environmentActions.find((known) => known === c.req.param('action'));
    if (opened === undefined) return closed(c);
    const body = await c.req.parseBody();
    const { context, environment } = opened;
    if (!(await isOwnForm(dependencies, c, context.link, body.token))) return notOurs(c);
    if (ofEnvironment !== undefined) {
      const parsed = environmentForm.safeParse(body);
      if (!parsed.success) return incomplete(c);
      const result = await submitOfEnvironment(dependencies, environment, ofEnvironment, parsed.data);
      const done = result === 'done' ? ofEnvironment : result;
      return c.redirect(`/connect/${context.link}?done=${done}`, 303);
    }
    if (action === undefined) return closed(c);
    const form = submission.safeParse(body);
    if (!form.success) return incomplete(c);
    const result = await submit(dependencies, environment, action, form.data);
    switch (result.outcome) {
      case 'done':
        return c.redirect(`/connect/${context.link}?done=${action}`, 303);
      case 'not-possible':
        return c.redirect(`/connect/${context.link}?done=not-possible`, 303);
      case 'problem':
        return show(c, opened, {
          status: 422,
          mistake: { companyId: form.data.company, problem: result.problem, pasted: form.data.tenantId },
        });
    }
  });

  app.notFound((c) => closed(c));
  // The stack around it logs and answers: Hono's own handler would print the error.
  app.onError((error) => {
    throw error;
  });
  return app;
}

/** `undefined` for a link that opens nothing: false, expired, revoked, or of an environment that is no more. */
async function open(dependencies: ConnectPageDependencies, c: Context): Promise<Opened | undefined> {
  const { link, keys, read } = await readLink(dependencies, c);
  if (read.status !== 'valid') return undefined;
  const environment = await dependencies.environments.find(read.environmentId);
  if (environment === undefined || read.generation !== linkGenerationOf(environment)) return undefined;
  const locale = chosenLocale(c) ?? environment.locale;
  const token = signForm(link, keys[0] ?? '');
  return { environment, context: { link, token, locale, text: texts[locale] } };
}

/** What the path names, read with fresh keys when those at hand don't know it. */
async function readLink(
  { keys: signingKeys, clock }: ConnectPageDependencies,
  c: Context,
): Promise<{ readonly link: string; readonly keys: readonly string[]; readonly read: ReadLink }> {
  const given = c.req.param('link') ?? '';
  // Forms need something in its place.
  const link = given !== '' && given.length <= longestLink ? given : '-';
  const keys = await signingKeys.read();
  const read = readConnectLink(link, keys, clock());
  if (read.status !== 'unknown') return { link, keys, read };
  const fresh = await signingKeys.readAgain();
  return { link, keys: fresh, read: readConnectLink(link, fresh, clock()) };
}

function incomplete(c: Context): Response {
  return c.text('This form is not complete. Open the link of your e-mail again.', 400);
}

function notOurs(c: Context): Response {
  return c.text('This form is not of this page. Open the link of your e-mail again.', 403);
}

/** Whether a page of ours holds the form. Another process may have signed it, with a key that is newer than ours. */
async function isOwnForm(
  { keys }: ConnectPageDependencies,
  c: Context,
  link: string,
  given: unknown,
): Promise<boolean> {
  const token = typeof given === 'string' ? given : '';
  return isFromOwnPage(c) && (await isVerified(keys, (known) => isFormOf(link, token, known)));
}

/**
 * Whether the browser says that a page of ours sent the form. Our referrer policy makes its `Origin` the word "null", so
 * `Sec-Fetch-Site` counts where there is one; the form's token is asked for besides.
 */
function isFromOwnPage(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = c.req.header('origin');
  return origin === undefined || origin === 'null' || hostOf(origin) === c.req.header('host');
}

function hostOf(origin: string): string | undefined {
  return URL.parse(origin)?.host;
}

function chosenLocale(c: Context): Locale | undefined {
  return localeOf(c.req.query('lang')) ?? localeOf(getCookie(c, 'lang'));
}

function localeOf(text: string | undefined): Locale | undefined {
  return locales.find((locale) => locale === text);
}

function keepLocale(c: Context): void {
  const locale = localeOf(c.req.query('lang'));
  if (locale === undefined) return;
  setCookie(c, 'lang', locale, {
    path: '/connect',
    httpOnly: true,
    secure: c.req.header('x-forwarded-proto') !== 'http',
    sameSite: 'Lax',
    maxAge: 365 * 24 * 3600,
  });
}

function noticeOf(done: string | undefined, { environment, context: { text } }: Opened): Notice | undefined {
  const action = [...actions, ...environmentActions].find((known) => known === done);
  if (action === 'help') {
    return { text: text.help.asked(nameAndAddress(environment.contactPerson)), isBad: false };
  }
  if (action !== undefined) return { text: text.done[action], isBad: false };
  return done === 'not-possible' ? { text: text.notPossible, isBad: true } : undefined;
}
