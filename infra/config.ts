import type { TicketAnswersSettings } from '../shared/contracts/ticket-answers/settings.ts';
import type { ZohoDeskSettings } from '../shared/contracts/zoho-desk/settings.ts';
import type { HealthPolicy } from '../shared/domain/connection/health.ts';
import type { OnboardingPolicy } from '../shared/domain/connection/policy.ts';
import type { RotationPolicy } from '../shared/domain/rotation/policy.ts';
import type { TokenPolicy } from '../shared/domain/token/token.ts';

/** What differs between the stages. This file is the only look at the environment and at the CDK's context. */
export interface StageConfig {
  readonly stage: Stage;
  /** Without an account the templates fit any; that is how they are synthesised without credentials. */
  readonly env: { readonly region: string; readonly account?: string };
  /** Whether stacks and table refuse to be deleted. */
  readonly isProtected: boolean;
  readonly onboarding: OnboardingPolicy;
  readonly tokens: TokenPolicy;
  /** Of the client secret. */
  readonly rotation: RotationPolicy & { readonly everyMinutes: number };
  readonly health: HealthPolicy;
  /** Of one run of a function; two calls to Visma fit in. */
  readonly functionTimeoutSeconds: number;
  /** Until a message comes back whose consumer died without a word. */
  readonly visibilitySeconds: number;
  readonly retries: {
    /** A task that failed for a passing reason. */
    readonly task: RetryPolicy;
    /** The access test: an outage of Visma is waited out before an operator is asked. */
    readonly visma: RetryPolicy;
  };
  /** Waits before a tenant is asked again that is not integrated yet, as far as Visma's answer goes. */
  readonly consentRetrySeconds: readonly number[];
  readonly visma: {
    readonly tokenUrl: string;
    readonly apiUrl: string;
    readonly scopes: readonly string[];
    /** Of one call. */
    readonly timeoutMs: number;
    /** Where the customer enters the code. */
    readonly appStoreUrl: string;
  };
  readonly zohoDesk: ZohoDeskSettings & { readonly deskUrl: string; readonly accountsUrl: string };
  readonly ticketAnswers: TicketAnswersSettings;
  readonly spendCloudWebhookUrl: string;
  readonly mail: {
    readonly from: string;
    readonly operatorsTo: string;
    readonly operatorsLocale: 'nl' | 'en';
    /** Who gets the campaign's digest, in the operators' language. */
    readonly productOwnerTo: string;
    readonly supportEmail: string;
    /** How long the sender waits for SES's own event about a sending whose answer was lost. */
    readonly settleSeconds: number;
  };
  readonly campaign: CampaignConfig;
  readonly connectPage: {
    /** How long the link of a mail opens the page. */
    readonly linkDays: number;
    /** Base of the links without a slash at its end, where the API has a domain of its own; absent: the API's own URL. */
    readonly url?: string;
  };
  readonly alarmsTo: string;
  readonly logRetentionDays: number;
  readonly eventArchiveDays: number;
  /** Whether a week without any activation is an alarm: only where customers come every week. */
  readonly expectsActivations: boolean;
  /** Whether the sample of an export function is there: real exports are Spend Cloud's own. */
  readonly sampleExport: boolean;
}

export const stages = ['local', 'dev', 'prod'] as const;
export type Stage = (typeof stages)[number];

/** Of the migration's reminders, digests and imports. Schedules are of EventBridge Scheduler, in `timeZone`. */
interface CampaignConfig {
  /** Environments that are reminded in a second; each reminder is a mail to every contact, and SES has a rate. */
  readonly remindersPerSecond: number;
  /** Environments that one message of a run reads. */
  readonly pageSize: number;
  /** Reminders without an answer, after which the contact person is told. */
  readonly unansweredMax: number;
  readonly timeZone: string;
  /** When reminders that are due go out. */
  readonly runSchedule: string;
  /** When the product owner gets the digest. */
  readonly digestSchedule: string;
  /** Rows of an import's file in one message. */
  readonly importBatchRows: number;
  /** Batches of rows that are written at the same time. */
  readonly importConcurrency: number;
  /** Of the function that imports: it reads a file of 250,000 rows, the most, from end to end in one run. */
  readonly importTimeoutSeconds: number;
}

/** Waits double from `firstSeconds` to `longestSeconds`; the last of `attempts` is the end. */
export interface RetryPolicy {
  readonly firstSeconds: number;
  readonly longestSeconds: number;
  readonly attempts: number;
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const onboarding: OnboardingPolicy = {
  // A customer needs time to find someone with the right role; visma.md 4.1 has five days from one vendor, unconfirmed.
  minimumCodeLifetimeSeconds: day,
  expiryNoticeSeconds: day,
  // visma.md 1.5: consent and roles were seen to take effect after 10 to 15 minutes.
  propagationSeconds: 15 * minute,
  propagationFirstWaitSeconds: 30,
  stockWaitSeconds: day,
  stockPatienceSeconds: 7 * day,
  mappingWaitSeconds: 7 * day,
  accessTestFailuresMax: 10,
  codesIssuedMax: 5,
};

const tokens: TokenPolicy = {
  // All requests for one token share 10 seconds (`visma.timeoutMs`); reading the secret takes another second or two.
  leaseSeconds: 12,
  // With a lease after it, it stays below a function's 30 seconds.
  waitSeconds: 15,
  clockSkewSeconds: 2 * minute,
  failureMemorySeconds: minute,
  firstRetrySeconds: 5,
  longestRetryAfterSeconds: 15 * minute,
  rejectedRefreshSeconds: minute,
  minimumRefreshSeconds: 5,
  lookUpSeconds: 10,
};

const health: HealthPolicy = {
  periodSeconds: day,
  // The longest that SQS puts off a message, so that each check is sent for its own moment.
  planEverySeconds: 15 * minute,
  failingPeriodsMax: 3,
  disconnectedPeriodsMax: 60,
  // 2 + 4 + … + 512 s: 17 minutes. An outage that lasts longer is for the next day's check.
  triesMax: 10,
  // A single customer's fault is his own; a tenth of all on one day is Visma's or ours.
  brake: { failing: 5, share: 0.1 },
};

const campaign: CampaignConfig = {
  // Three contacts each are 12 mails a second; 14 is what SES gives a new account in production.
  remindersPerSecond: 4,
  // One read of the table, and 25 s of reminders: their delays stay far below the 900 s that SQS knows.
  pageSize: 100,
  unansweredMax: 3,
  timeZone: 'Europe/Amsterdam',
  runSchedule: 'cron(0 9 ? * MON-FRI *)',
  digestSchedule: 'cron(0 8 ? * MON *)',
  // 200 transactions, ten at a time, take a few seconds: a batch that is tried again costs little.
  importBatchRows: 200,
  importConcurrency: 5,
  importTimeoutSeconds: 5 * minute,
};

const rotation: StageConfig['rotation'] = {
  everyMinutes: 5,
  // visma.md 1.7: "a minute or two" until a change in the portal has arrived everywhere; with a margin.
  patienceSeconds: 15 * minute,
  // Two nights of exports with the new secret, and far longer than the five minutes that a process keeps the old one.
  fallbackSeconds: 2 * day,
  confirmSeconds: 5,
  tenantsTested: 3,
};

/**
 * To be filled in before it is enabled; none of it is confirmed (tickets.md 8). Another data centre has other hosts
 * (tickets.md 2.7). The departments' and fields' names are the customer desk's own.
 */
const zohoDesk: StageConfig['zohoDesk'] = {
  enabled: false,
  deskUrl: 'https://desk.zoho.eu',
  accountsUrl: 'https://accounts.zoho.eu',
  orgId: '',
  webhookIds: [],
  departmentIds: [],
  agentId: '',
  fromEmailAddress: '',
  fieldNames: {
    environment: 'cf_spend_cloud_environment',
    companies: 'cf_visma_companies',
    tenantId: 'cf_tenant_id',
    state: 'cf_visma_onboarding',
  },
  // Zoho's own statuses, as a new department has them; a desk may have renamed them.
  statuses: { customer: 'On Hold', vendor: 'Open', closed: 'Closed' },
  since: '2026-11-01T00:00:00Z',
  // A ticket takes three calls and one for each new thread.
  timeoutMs: 5_000,
  // tickets.md 2.6: what another integration does.
  reconcileEverySeconds: 15 * minute,
  reconcileOverlapSeconds: 30 * minute,
};

// visma.md 2: four code bases agree on the names. An access test needs `:read`; exports write.
const scopes = [
  'vismanet_erp_service_api:read',
  'vismanet_erp_service_api:create',
  'vismanet_erp_service_api:update',
];

const deployed = {
  env: { region: 'eu-west-1' },
  isProtected: true,
  onboarding,
  tokens,
  rotation,
  health,
  campaign,
  functionTimeoutSeconds: 30,
  // Six times the timeout, as Lambda asks for: a throttled poller holds a batch longer than one run.
  visibilitySeconds: 180,
  retries: {
    // 2, 4, … 64, then 3 × 120 s: at most about 8 minutes, with full jitter half of it on average.
    task: { firstSeconds: 2, longestSeconds: 120, attempts: 9 },
    // 5, 10, … 640, then 8 × 900 s: at most about 2 h 20, on average half of it.
    visma: { firstSeconds: 5, longestSeconds: 900, attempts: 16 },
  },
  // 15 minutes and a bit in all, as `propagationSeconds`.
  consentRetrySeconds: [15, 60, 240, 600],
  visma: {
    // visma.md 0 and 1.1. There is no evidence that Visma's staging offers the ERP API, so dev uses production with
    // an application of its own.
    tokenUrl: 'https://connect.visma.com/connect/token',
    apiUrl: 'https://api.finance.visma.net',
    scopes,
    // visma.md publishes no figure; a reading is one row.
    timeoutMs: 10_000,
    // visma.md 4.2.
    appStoreUrl: 'https://appstore.visma.net',
  },
  connectPage: { linkDays: 30 },
  zohoDesk,
  // Filled in per stage when there is a bridge; none is confirmed.
  ticketAnswers: {},
  logRetentionDays: 90,
  eventArchiveDays: 90,
  sampleExport: false,
} as const;

/** The configuration of a stage. Addresses and URLs that end in `.example` are to be filled in before a deploy. */
export function configOf(
  stage: Stage,
  environment: Readonly<Record<string, string | undefined>>,
): StageConfig {
  switch (stage) {
    case 'local':
      return local(environment.LOCAL_PORT_BASE);
    case 'dev':
      return {
        ...deployed,
        stage,
        env: placeOf(environment),
        spendCloudWebhookUrl: 'https://spend-cloud.dev.example/webhooks/visma-onboarding',
        mail: mailOf('dev.example'),
        alarmsTo: 'alarms@dev.example',
        logRetentionDays: 30,
        expectsActivations: false,
      };
    case 'prod':
      return {
        ...deployed,
        stage,
        env: placeOf(environment),
        spendCloudWebhookUrl: 'https://spend-cloud.prod.example/webhooks/visma-onboarding',
        mail: mailOf('prod.example'),
        alarmsTo: 'alarms@prod.example',
        logRetentionDays: 365,
        expectsActivations: true,
      };
  }
}

/** The stage that `-c stage=…` names, `local` unless told. */
export function parseStage(given: unknown): Stage {
  const stage = stages.find((known) => known === (given ?? 'local'));
  if (stage === undefined) {
    throw new Error(`There is no stage "${String(given)}": use -c stage=${stages.join(' | ')}.`);
  }
  return stage;
}

function placeOf(environment: Readonly<Record<string, string | undefined>>): StageConfig['env'] {
  const account = environment.CDK_DEFAULT_ACCOUNT;
  return { ...deployed.env, ...(account === undefined || account === '' ? {} : { account }) };
}

function mailOf(domain: string): StageConfig['mail'] {
  return {
    from: `Spend Cloud <visma-koppeling@${domain}>`,
    operatorsTo: `support@${domain}`,
    operatorsLocale: 'nl',
    productOwnerTo: `product-owner@${domain}`,
    supportEmail: `support@${domain}`,
    settleSeconds: 10 * minute,
  };
}

/** Everything on this machine, with the neighbours on the ports after the base, and waits that a person can watch. */
function local(portBase: string | undefined): StageConfig {
  const base = Number(portBase ?? '4600');
  if (!Number.isInteger(base) || base < 1024 || base > 65_000) {
    throw new Error(`LOCAL_PORT_BASE is "${portBase}": use a port from 1024 to 65000.`);
  }
  const neighbour = (offset: number) => `http://127.0.0.1:${base + offset}`;
  return {
    ...deployed,
    stage: 'local',
    isProtected: false,
    onboarding: {
      ...onboarding,
      minimumCodeLifetimeSeconds: 30,
      expiryNoticeSeconds: 12,
      propagationSeconds: 12,
      propagationFirstWaitSeconds: 1,
      stockWaitSeconds: 5 * minute,
      mappingWaitSeconds: 15 * minute,
    },
    tokens: {
      ...tokens,
      leaseSeconds: 4,
      waitSeconds: 5,
      failureMemorySeconds: 8,
      firstRetrySeconds: 1,
      rejectedRefreshSeconds: 8,
      lookUpSeconds: 2,
    },
    rotation: { ...rotation, everyMinutes: 1, patienceSeconds: 10, fallbackSeconds: 30, confirmSeconds: 1 },
    // A period is a minute, so that three checks by an operator, a minute apart, show a disconnection; planned are they
    // once an hour, so that nobody asks Visma while something else is looked at.
    health: {
      ...health,
      periodSeconds: minute,
      planEverySeconds: hour,
      disconnectedPeriodsMax: 24 * 60,
      triesMax: 4,
      // A handful of connections, of which tests have several fail on purpose.
      brake: { failing: 1_000, share: 0.1 },
    },
    // A killed import is tried again a minute later; the largest file takes less.
    campaign: { ...campaign, importTimeoutSeconds: minute },
    functionTimeoutSeconds: 10,
    // Nothing is throttled here, and a killed function is tried again soon.
    visibilitySeconds: 10,
    retries: {
      task: { firstSeconds: 1, longestSeconds: 4, attempts: 9 },
      visma: { firstSeconds: 1, longestSeconds: 8, attempts: 12 },
    },
    consentRetrySeconds: [1, 2, 4, 5],
    visma: {
      ...deployed.visma,
      tokenUrl: `${neighbour(2)}/connect/token`,
      apiUrl: neighbour(2),
      timeoutMs: 2_000,
      appStoreUrl: `${neighbour(2)}/app-store`,
    },
    zohoDesk: {
      ...zohoDesk,
      enabled: true,
      deskUrl: neighbour(6),
      accountsUrl: neighbour(6),
      orgId: '20000000000',
      webhookIds: ['97709500000001'],
      departmentIds: ['200000000001'],
      agentId: '700000000001',
      fromEmailAddress: 'support@vendor.example',
      timeoutMs: 2_000,
    },
    ticketAnswers: { bridgeUrl: `${neighbour(4)}/bridge/answers` },
    spendCloudWebhookUrl: `${neighbour(5)}/webhooks/visma-onboarding`,
    // As deployed: longer than a killed sender's message stays hidden, so that SES's own word comes before a second mail.
    mail: { ...mailOf('vendor.example'), settleSeconds: 12 },
    alarmsTo: 'alarms@vendor.example',
    logRetentionDays: 7,
    eventArchiveDays: 7,
    expectsActivations: false,
    sampleExport: true,
  };
}
