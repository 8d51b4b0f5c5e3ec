import { randomBytes, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { freePortBase } from '../../../infra/local/free-ports.ts';
import { type LocalStage, startLocalStage } from '../../../infra/local/local-stage.ts';
import { newCodes } from '../../../infra/local/seeds.ts';
import { type CommandInput, sendCommand } from '../../../infra/operator/client.ts';
import { percentile } from '../report.ts';
import { startCrew } from './crew.ts';

export interface ServiceFigures {
  readonly concurrency: number;
  /** Of the median turn. */
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const environmentId = 'klant-bench';
const administrationId = '1';
const company = { name: 'Bench B.V.', corporateId: '12345678' };

const warmUpMs = 6_000;
const slices = 5;
const sliceMs = 2_000;

/**
 * The broker as exports meet it: the whole local stage runs, one connection is activated as every other, and another
 * process invokes the function over signed HTTP. The concurrencies take turns; a rate is the median of its turns, waits
 * are those of all.
 */
export async function measureService(concurrencies: readonly number[]): Promise<readonly ServiceFigures[]> {
  const keys = { accessKeyId: 'AKIABENCH', secretAccessKey: randomBytes(30).toString('base64url') };
  const stage = await startLocalStage({
    portBase: await freePortBase(),
    users: [
      {
        name: 'export',
        ...keys,
        policyStatements: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
      },
    ],
  });
  const crew = await startCrew(1);
  try {
    await activateConnection(stage);
    const name = z.string().parse(stage.cloud.outputs.TokenBrokerName);
    const load = {
      url: `${stage.endpoints.aws}/2015-03-31/functions/${name}/invocations`,
      keys,
      body: JSON.stringify({ environmentId, administrationId }),
    };
    const [client] = crew.members;
    if (client === undefined) throw new Error('There is no client.');
    // Functions start, and what runs often is compiled, on both sides.
    const most = Math.max(...concurrencies);
    await client.ask('invoke', { ...load, concurrency: most, forMs: warmUpMs });
    const measured = concurrencies.map((concurrency) => ({
      concurrency,
      rates: [] as number[],
      waits: [] as number[],
    }));
    for (let slice = 0; slice < slices; slice += 1) {
      for (const { concurrency, rates, waits } of measured) {
        const one = await client.ask('invoke', { ...load, concurrency, forMs: sliceMs });
        rates.push(one.waits.length / one.seconds);
        waits.push(...one.waits);
      }
    }
    return measured.map(({ concurrency, rates, waits }) => ({
      concurrency,
      requestsPerSecond: Math.round(percentile(rates, 50)),
      p50Ms: hundredths(percentile(waits, 50)),
      p99Ms: hundredths(percentile(waits, 99)),
    }));
  } finally {
    await crew.stop();
    await stage.stop();
  }
}

/** From a command that asks for a code to Visma's webhook, which tells the tenant. */
async function activateConnection({ endpoints, visma }: LocalStage): Promise<void> {
  const tenantId = randomUUID();
  const send = (command: CommandInput) => sendCommand(endpoints, command);
  const codes = newCodes(1);
  for (const code of codes) visma.control.codes.add(code);
  const tenants = visma.control.directory.addCustomer({
    name: company.name,
    companies: [{ ...company, tenantId }],
  });
  const tenant = tenants.find((one) => one.tenantId === tenantId);
  if (tenant === undefined) throw new Error('The simulated Visma did not add the tenant.');
  await send({ command: 'AddInvitationCodes', codes });
  await send({
    command: 'RegisterEnvironment',
    environmentId,
    name: company.name,
    locale: 'nl',
    contacts: [{ email: 'finance@klant-bench.example', name: '' }],
    contactPerson: { email: 'consultant@vendor.example', name: 'Contact person' },
    exportFormats: ['Visma.net Financials'],
    companies: [company],
    administrations: [{ administrationId, name: company.name }],
  });
  await send({ command: 'RequestCode', environmentId });
  await untilState(endpoints, 'code-issued');
  visma.control.forceIntegration(
    tenant,
    ['read', 'create', 'update', 'delete'].map((verb) => `vismanet_erp_service_api:${verb}`),
  );
  await untilState(endpoints, 'activated');
}

async function untilState(
  endpoints: LocalStage['endpoints'],
  state: 'code-issued' | 'activated',
): Promise<void> {
  const listed = z.object({ connections: z.array(z.unknown()) });
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const answer = await sendCommand(endpoints, { command: 'ListConnections', state });
    if (listed.parse(answer).connections.length > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The connection did not become ${state}.`);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
