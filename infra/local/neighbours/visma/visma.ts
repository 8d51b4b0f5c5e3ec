import { Hono } from 'hono';
import { pageRoutes } from '../page.tsx';
import { answerErrors, listen } from '../server.ts';
import { appStoreRoutes } from './app-store.tsx';
import { connectRoutes } from './connect.ts';
import { controlRoutes } from './control.ts';
import type { CustomerSeed } from './directory.ts';
import { erpRoutes } from './erp-api.ts';
import type { CodeSeed } from './invitation-codes.ts';
import type { SupplierInvoiceBook } from './supplier-invoice-book.ts';
import { createTokenIssuer, tokenIdOf } from './token-issuer.ts';
import { createTenantWebhooks, type WebhookSubscription } from './webhooks.ts';
import { createWorld, type World } from './world.ts';

export interface VismaOptions {
  /** On 127.0.0.1; 0 takes any free one. */
  readonly port: number;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Receiver of `tenant_application_added`; may be set later with `control.subscribe`. */
  readonly webhook?: WebhookSubscription | undefined;
  readonly appName?: string;
  /** Scopes of the application; all four of the ERP Service API unless told. */
  readonly scopes?: readonly string[];
  readonly customers?: readonly CustomerSeed[];
  readonly codes?: readonly CodeSeed[];
  /** Waits between the attempts of a webhook; four waits are five attempts. */
  readonly webhookRetryDelaysMs?: readonly number[];
  /** Epoch milliseconds; for tests of expiry. */
  readonly clock?: () => number;
}

/** The same as the HTTP control API, for callers in this process. */
type VismaControl = Pick<
  World,
  | 'codes'
  | 'directory'
  | 'setSwitches'
  | 'setTenantSwitches'
  | 'integrations'
  | 'forceIntegration'
  | 'removeIntegration'
  | 'counters'
  | 'resetCounters'
> & {
  subscribe(webhook: WebhookSubscription): void;
  /** Client secrets accepted from now on, and no others. */
  acceptSecrets(secrets: readonly string[]): void;
  /** The ERP API answers 401 to this access token from now on. */
  refuseToken(accessToken: string): void;
  /** What was written to the ERP API. */
  readonly documents: SupplierInvoiceBook['documents'];
};

export interface RunningVisma {
  /** One address for Connect, the ERP API, the App Store and `/control`. */
  readonly url: string;
  readonly control: VismaControl;
  stop(): Promise<void>;
}

/** Starts the simulated Visma: Connect, the ERP Service API, the App Store, and the portal's stand-in. */
export async function startVisma(options: VismaOptions): Promise<RunningVisma> {
  const stopping = new AbortController();
  const webhooks = createTenantWebhooks(
    () => world,
    options.webhookRetryDelaysMs ?? [500, 1_000, 2_000, 4_000],
  );
  webhooks.subscription = options.webhook;
  const world: World = createWorld({
    application: {
      name: options.appName ?? 'Spend Cloud',
      clientId: options.clientId,
      scopes:
        options.scopes ??
        ['read', 'create', 'update', 'delete'].map((verb) => `vismanet_erp_service_api:${verb}`),
    },
    clientSecret: options.clientSecret,
    clock: options.clock ?? Date.now,
    onAdded: webhooks.added,
  });
  for (const customer of options.customers ?? []) world.directory.addCustomer(customer);
  for (const code of options.codes ?? []) world.codes.add(code);

  const app = new Hono();
  let url = '';
  const issuer = createTokenIssuer(world, () => url);
  pageRoutes(app);
  connectRoutes(app, world, issuer, stopping.signal);
  erpRoutes(app, world, issuer, stopping.signal);
  appStoreRoutes(app, world);
  controlRoutes(app, world, webhooks, issuer);
  answerErrors(app);

  const server = await listen('Visma', app, options.port);
  url = server.url;
  return {
    url,
    control: {
      ...world,
      subscribe(webhook) {
        webhooks.subscription = webhook;
      },
      acceptSecrets: world.secrets.accept,
      refuseToken: (accessToken) => issuer.refuse(tokenIdOf(accessToken)),
      documents: world.invoices.documents,
    },
    async stop() {
      stopping.abort();
      webhooks.courier.stop();
      await server.stop();
    },
  };
}
