import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { type RunningCloud, startCloud } from './cloud/cloud.ts';
import type { LocalUser } from './cloud/iam.ts';
import type { Chaos } from './cloud/service.ts';
import { type RunningSpendCloud, startSpendCloud } from './neighbours/spend-cloud/spend-cloud.tsx';
import { type RunningTicketDesk, startTicketDesk } from './neighbours/tickets/ticket-desk.tsx';
import { type RunningVisma, startVisma } from './neighbours/visma/visma.ts';
import { type RunningZohoDesk, startZohoDesk } from './neighbours/zoho-desk/zoho-desk.tsx';
import { synthesise } from './synthesise.ts';

export interface OperatorKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The content of `.local/endpoints.json`. */
export interface Endpoints {
  readonly api: string;
  readonly aws: string;
  readonly visma: string;
  readonly mail: string;
  readonly tickets: string;
  readonly zohoDesk: string;
  readonly spendCloud: string;
  readonly region: string;
  /** Where the operator's tool puts the file of an import. */
  readonly importBucket: string;
  readonly operator: OperatorKeys;
  /** Another person: an approval of a mismatch takes two. */
  readonly secondOperator: OperatorKeys;
  /** Spend Cloud's own: they may run the sample export and nothing else. */
  readonly spendCloudKeys: OperatorKeys;
  readonly secrets: { readonly genericTickets: string; readonly visma: string };
}

export interface LocalStage {
  readonly endpoints: Endpoints;
  readonly cloud: RunningCloud;
  readonly visma: RunningVisma;
  readonly tickets: RunningTicketDesk;
  readonly zohoDesk: RunningZohoDesk;
  readonly spendCloud: RunningSpendCloud;
  stop(): Promise<void>;
}

export interface LocalStageOptions {
  /** First of the ports that are taken, see `infra/config.ts`. */
  readonly portBase: number;
  readonly chaos?: Chaos;
  /** A function's or service's line. */
  readonly log?: (channel: string, line: string) => void;
  /** An assembly that was made before; synthesised when absent. */
  readonly assembly?: string;
  /** Replaces values of variables that templates give to functions. */
  readonly environment?: Readonly<Record<string, string>>;
  /** People beside the two operators, e.g. one who may do nothing. */
  readonly users?: readonly LocalUser[];
}

const clientId = 'isv_spend_cloud_local';

/** As `infra/config.ts` has it for stage local. */
const zohoOrganisation = { orgId: '20000000000', departmentId: '200000000001', agentId: '700000000001' };
const zohoWebhookId = '97709500000001';

/** The whole of stage `local`: the synthesised app in this process among its neighbours. */
export async function startLocalStage(options: LocalStageOptions): Promise<LocalStage> {
  const { portBase } = options;
  const assembly = options.assembly ?? (await synthesise());
  const secrets = {
    clientSecret: randomBytes(24).toString('base64url'),
    genericTickets: newSigningSecret(),
    visma: randomBytes(32).toString('base64url'),
    spendCloud: newSigningSecret(),
    ticketBridge: newSigningSecret(),
    zohoDesk: {
      clientId: '1000.LOCAL',
      clientSecret: randomBytes(24).toString('base64url'),
      refreshToken: `1000.${randomBytes(16).toString('hex')}`,
      segment: randomBytes(24).toString('base64url'),
    },
  };
  const operators = [newKeys(), newKeys()] as const;
  const spendCloudKeys = newKeys();

  const stoppers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopper of stoppers.splice(0).reverse()) await stopper();
  };
  try {
    const visma = await startVisma({ port: portBase + 2, clientId, clientSecret: secrets.clientSecret });
    stoppers.push(() => visma.stop());
    const tickets = await startTicketDesk({
      port: portBase + 4,
      bridgeSecrets: [secrets.ticketBridge],
    });
    stoppers.push(() => tickets.stop());
    const { segment, ...zohoCredentials } = secrets.zohoDesk;
    const zohoDesk = await startZohoDesk({
      port: portBase + 6,
      ...zohoOrganisation,
      fromEmailAddress: 'support@vendor.example',
      credentials: zohoCredentials,
    });
    stoppers.push(() => zohoDesk.stop());
    const spendCloud = await startSpendCloud({ port: portBase + 5, secret: secrets.spendCloud });
    stoppers.push(() => spendCloud.stop());
    const cloud = await startCloud({
      // The templates name the neighbours at their usual ports.
      environment: {
        VISMA_TOKEN_URL: `${visma.url}/connect/token`,
        VISMA_API_URL: visma.url,
        APP_STORE_URL: `${visma.url}/app-store`,
        ZOHO_DESK_URL: zohoDesk.url,
        ZOHO_ACCOUNTS_URL: zohoDesk.url,
        SPEND_CLOUD_WEBHOOK_URL: `${spendCloud.url}/webhooks/visma-onboarding`,
        TICKET_ANSWERS: JSON.stringify({ bridgeUrl: `${tickets.url}/bridge/answers` }),
        ...options.environment,
      },
      assembly,
      stage: 'local',
      portBase,
      // Two cores: a third worker of a function only costs memory and a start.
      maximumWorkers: 2,
      // Where npm has no dynoxide binary for the platform: Amazon's DynamoDB Local.
      ...(process.env.DYNAMODB_ENDPOINT === undefined
        ? {}
        : { dynamodbEndpoint: process.env.DYNAMODB_ENDPOINT }),
      ...(options.chaos === undefined ? {} : { chaos: options.chaos }),
      ...(options.log === undefined ? {} : { log: options.log }),
      secrets: {
        'visma-onboarding/local/visma-client': JSON.stringify({
          clientId,
          clientSecret: secrets.clientSecret,
        }),
        'visma-onboarding/local/generic-tickets': JSON.stringify({ current: secrets.genericTickets }),
        'visma-onboarding/local/visma-webhook': JSON.stringify({ current: secrets.visma }),
        'visma-onboarding/local/zoho-desk': JSON.stringify(secrets.zohoDesk),
        'visma-onboarding/local/spend-cloud-webhook': JSON.stringify({ current: secrets.spendCloud }),
        'visma-onboarding/local/ticket-bridge': JSON.stringify({ current: secrets.ticketBridge }),
        'visma-onboarding/local/connect-link-key': JSON.stringify({
          current: randomBytes(32).toString('base64url'),
        }),
      },
      users: [
        ...operators.map((keys, index) => ({
          name: `operator-${index + 1}`,
          ...keys,
          managedPolicies: ['OperatorPolicy', 'SecretsOperatorPolicy'],
        })),
        { name: 'spend-cloud', ...spendCloudKeys, managedPolicies: ['SampleExportPolicy'] },
        ...(options.users ?? []),
      ],
    });
    stoppers.push(() => cloud.stop());
    const { api, aws, mail } = cloud.endpoints;
    visma.control.subscribe({ url: `${api}/webhooks/visma`, secret: secrets.visma });
    tickets.subscribe({ url: `${api}/webhooks/tickets/generic`, secret: secrets.genericTickets });
    await zohoDesk.subscribe(`${api}/webhooks/tickets/zoho-desk/${segment}`, zohoWebhookId);
    return {
      endpoints: {
        api,
        aws,
        visma: visma.url,
        mail,
        tickets: tickets.url,
        zohoDesk: zohoDesk.url,
        spendCloud: spendCloud.url,
        region: cloud.region,
        importBucket: cloud.outputs.ImportBucketName ?? '',
        operator: operators[0],
        secondOperator: operators[1],
        spendCloudKeys,
        secrets: { genericTickets: secrets.genericTickets, visma: secrets.visma },
      },
      cloud,
      visma,
      tickets,
      zohoDesk,
      spendCloud,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Where tools find the running stage; readable by this user only, since it holds keys. Tools use the stage that started
 * last; the answered function takes the file away, or gives it back to a stage that was there before and still runs.
 */
export async function writeEndpoints(
  endpoints: Endpoints,
  file = '.local/endpoints.json',
): Promise<() => Promise<void>> {
  const read = () => readFile(file, 'utf8').catch(() => undefined);
  const write = (text: string) => writeFile(file, text, { mode: 0o600 });
  await mkdir(dirname(file), { recursive: true });
  const before = await read();
  const own = `${JSON.stringify(endpoints, undefined, 2)}\n`;
  await write(own);
  return async () => {
    if ((await read()) !== own) return;
    if (before !== undefined && (await isOfAnother(before, endpoints))) await write(before);
    else await rm(file, { force: true });
  };
}

/** Whether the file is of a stage at other ports, which still runs. */
async function isOfAnother(text: string, own: Endpoints): Promise<boolean> {
  try {
    const { mail } = z.object({ mail: z.url() }).parse(JSON.parse(text));
    return mail !== own.mail && (await fetch(`${mail}/store`, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

function newKeys(): OperatorKeys {
  return {
    accessKeyId: `AKIALOCAL${randomUUID().replaceAll('-', '').slice(0, 11).toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
}
