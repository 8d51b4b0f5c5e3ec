import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type RunningCloud, startCloud } from './cloud/cloud.ts';
import type { Chaos } from './cloud/service.ts';
import { type RunningSpendCloud, startSpendCloud } from './neighbours/spend-cloud/spend-cloud.tsx';
import { type RunningTicketDesk, startTicketDesk } from './neighbours/tickets/ticket-desk.tsx';
import { type RunningVisma, startVisma } from './neighbours/visma/visma.ts';
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
  readonly spendCloud: string;
  readonly region: string;
  readonly operator: OperatorKeys;
  /** Another person: an approval of a mismatch takes two. */
  readonly secondOperator: OperatorKeys;
  readonly secrets: { readonly genericTickets: string; readonly visma: string };
}

export interface LocalStage {
  readonly endpoints: Endpoints;
  readonly cloud: RunningCloud;
  readonly visma: RunningVisma;
  readonly tickets: RunningTicketDesk;
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
}

const clientId = 'isv_spend_cloud_local';

/** The whole of stage `local`: the synthesised app in this process among its neighbours. */
export async function startLocalStage(options: LocalStageOptions): Promise<LocalStage> {
  const { portBase } = options;
  const assembly = options.assembly ?? (await synthesise());
  const secrets = {
    clientSecret: randomBytes(24).toString('base64url'),
    genericTickets: newSigningSecret(),
    visma: randomBytes(32).toString('base64url'),
    spendCloud: newSigningSecret(),
  };
  const operators = [newKeys(), newKeys()] as const;

  const stoppers: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopper of stoppers.splice(0).reverse()) await stopper();
  };
  try {
    const visma = await startVisma({ port: portBase + 2, clientId, clientSecret: secrets.clientSecret });
    stoppers.push(() => visma.stop());
    const tickets = await startTicketDesk({ port: portBase + 4 });
    stoppers.push(() => tickets.stop());
    const spendCloud = await startSpendCloud({ port: portBase + 5, secret: secrets.spendCloud });
    stoppers.push(() => spendCloud.stop());
    const cloud = await startCloud({
      // The templates name the neighbours at their usual ports.
      environment: {
        VISMA_TOKEN_URL: `${visma.url}/connect/token`,
        VISMA_API_URL: visma.url,
        APP_STORE_URL: `${visma.url}/app-store`,
        SPEND_CLOUD_WEBHOOK_URL: `${spendCloud.url}/webhooks/visma-onboarding`,
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
        'visma-onboarding/local/spend-cloud-webhook': JSON.stringify({ current: secrets.spendCloud }),
      },
      users: operators.map((keys, index) => ({
        name: `operator-${index + 1}`,
        ...keys,
        managedPolicies: ['OperatorPolicy'],
      })),
    });
    stoppers.push(() => cloud.stop());
    const { api, aws, mail } = cloud.endpoints;
    visma.control.subscribe({ url: `${api}/webhooks/visma`, secret: secrets.visma });
    tickets.subscribe({ url: `${api}/webhooks/tickets/generic`, secret: secrets.genericTickets });
    return {
      endpoints: {
        api,
        aws,
        visma: visma.url,
        mail,
        tickets: tickets.url,
        spendCloud: spendCloud.url,
        region: cloud.region,
        operator: operators[0],
        secondOperator: operators[1],
        secrets: { genericTickets: secrets.genericTickets, visma: secrets.visma },
      },
      cloud,
      visma,
      tickets,
      spendCloud,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where tools find the running stage; readable by this user only, since it holds keys. */
export async function writeEndpoints(endpoints: Endpoints): Promise<() => Promise<void>> {
  await mkdir('.local', { recursive: true });
  await writeFile('.local/endpoints.json', `${JSON.stringify(endpoints, undefined, 2)}\n`, { mode: 0o600 });
  return () => rm('.local/endpoints.json', { force: true });
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
