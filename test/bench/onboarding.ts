import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod';
import { freePortBase } from '../../infra/local/free-ports.ts';
import { startLocalStage } from '../../infra/local/local-stage.ts';
import { newCodes } from '../../infra/local/seeds.ts';
import { sendCommand } from '../../infra/operator/client.ts';
import type { ConnectionState } from '../../shared/domain/connection/connection.ts';
import { inParallel, percentile, printTable } from './report.ts';

/**
 * Onboards many connections at once through the local stage: half of them found by Visma's webhook, half by a reply on
 * the ticket. Counts what it costs; the times are this machine's and only comparable within one run.
 */
const { values } = parseArgs({ options: { connections: { type: 'string', default: '200' } } });
const count = z.coerce.number().int().min(1).max(2_000).parse(values.connections);
const concurrency = 10;
const scopes = ['read', 'create', 'update', 'delete'].map((verb) => `vismanet_erp_service_api:${verb}`);

const stage = await startLocalStage({ portBase: await freePortBase() });
const { endpoints, visma } = stage;
const webhook = new Webhook(endpoints.secrets.genericTickets);
const acknowledgements: number[] = [];

interface Customer {
  readonly number: number;
  readonly environmentId: string;
  readonly email: string;
  readonly tenantId: string;
  lastAction: number;
}

const customers: readonly Customer[] = Array.from({ length: count }, (_, number) => ({
  number,
  environmentId: `klant-${number}`,
  email: `finance@klant-${number}.example`,
  tenantId: randomUUID(),
  lastAction: 0,
}));

const connectionSchema = z.object({
  connections: z.array(z.object({ connectionId: z.string(), environmentId: z.string(), state: z.string() })),
  cursor: z.string().optional(),
});
const historySchema = z.object({ history: z.array(z.object({ type: z.string(), at: z.string() })) });

try {
  await prepare();
  const before = { ...stage.cloud.capacity(), transitions: stage.cloud.transitions() };
  console.log(`${count} customers ask for a code …`);
  await inParallel(customers, concurrency, askForCode);
  await waitFor('every code to be issued', async () => (await countIn('code-issued')) === count);
  console.log('… integrate in the App Store, and half of them send the tenant ID …');
  await inParallel(customers, concurrency, integrate);
  await waitFor('every connection to be activated', async () => (await countIn('activated')) === count);
  await waitFor('Spend Cloud to be told of each', async () => stage.spendCloud.received().length >= count);
  const after = { ...stage.cloud.capacity(), transitions: stage.cloud.transitions() };
  await report(before, after);
} finally {
  await stage.stop();
}

async function prepare(): Promise<void> {
  console.log(`Registering ${count} environments and ${count} codes …`);
  const codes = newCodes(count);
  for (const code of codes) visma.control.codes.add(code);
  for (let start = 0; start < codes.length; start += 90) {
    await sendCommand(endpoints, { command: 'AddInvitationCodes', codes: codes.slice(start, start + 90) });
  }
  await inParallel(customers, concurrency, async ({ number, environmentId, email, tenantId }) => {
    const corporateId = String(10_000_000 + number);
    const name = `Klant ${number} B.V.`;
    visma.control.directory.addCustomer({ name, companies: [{ name, corporateId, tenantId }] });
    await sendCommand(endpoints, {
      command: 'RegisterEnvironment',
      environmentId,
      name,
      locale: number % 2 === 0 ? 'nl' : 'en',
      contacts: [{ email, name: '' }],
      contactPerson: { email: 'consultant@vendor.example', name: 'Contact person' },
      exportFormats: ['Visma.net Financials'],
      companies: [{ name, corporateId }],
      administrations: [{ administrationId: '1', name }],
    });
  });
}

async function askForCode(customer: Customer): Promise<void> {
  await deliver(customer, 'ticket.created', 'Graag een uitnodigingscode voor Visma.net.');
}

async function integrate(customer: Customer): Promise<void> {
  const silent = customer.number % 2 === 1;
  if (silent) {
    visma.control.setSwitches({ webhook: { suppress: true } });
    acceptInAppStore(customer);
    visma.control.setSwitches({ webhook: { suppress: false } });
    customer.lastAction = Date.now();
    await deliver(customer, 'ticket.replied', `De tenant ID is ${customer.tenantId}`);
  } else {
    customer.lastAction = Date.now();
    acceptInAppStore(customer);
  }
}

/** What Visma's side does when the customer clicks Accept; the demonstration walks through the pages. */
function acceptInAppStore({ tenantId }: Customer): void {
  const tenant = visma.control.directory.tenant(tenantId);
  if (tenant === undefined) throw new Error(`Visma does not know ${tenantId}.`);
  visma.control.forceIntegration(tenant, scopes);
}

/** Posts a signed delivery and notes how long the acknowledgement took. */
async function deliver(
  customer: Customer,
  type: 'ticket.created' | 'ticket.replied',
  text: string,
): Promise<void> {
  const body = JSON.stringify({
    type,
    ticket: {
      id: `T${customer.number}`,
      subject: 'Visma.net',
      requester: { email: customer.email, name: '' },
      fields: {},
    },
    message: { id: randomUUID(), text, direction: 'inbound', createdAt: new Date().toISOString() },
  });
  const id = `msg_${randomUUID()}`;
  const at = new Date();
  const sent = performance.now();
  const response = await fetch(`${endpoints.api}/webhooks/tickets/generic`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': webhook.sign(id, at, body),
    },
    body,
    signal: AbortSignal.timeout(30_000),
  });
  acknowledgements.push(performance.now() - sent);
  if (!response.ok) throw new Error(`The webhook was answered ${response.status}: ${await response.text()}`);
}

async function listIn(state: ConnectionState): Promise<z.infer<typeof connectionSchema>['connections']> {
  const found: z.infer<typeof connectionSchema>['connections'] = [];
  let cursor: string | undefined;
  do {
    const page = connectionSchema.parse(
      await sendCommand(endpoints, {
        command: 'ListConnections',
        state,
        limit: 200,
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
    found.push(...page.connections);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

async function countIn(state: ConnectionState): Promise<number> {
  return (await listIn(state)).length;
}

async function waitFor(what: string, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000 + count * 2_000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error(`Gave up waiting for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

type Counters = { readUnits: number; writeUnits: number; transitions: number };

async function report(before: Counters, after: Counters): Promise<void> {
  const activated = await listIn('activated');
  const activations: number[] = [];
  let duplicates = 0;
  for (const { connectionId, environmentId } of activated) {
    const { history } = historySchema.parse(
      await sendCommand(endpoints, { command: 'ShowConnection', connectionId }),
    );
    const entries = history.filter((entry) => entry.type === 'ConnectionActivated');
    duplicates += entries.length - 1;
    const customer = customers.find((one) => one.environmentId === environmentId);
    activations.push(Date.parse(entries[0]?.at ?? '') - (customer?.lastAction ?? 0));
  }
  duplicates += stage.spendCloud.received().length - activated.length;
  const result = {
    connections: count,
    activated: activated.length,
    duplicates,
    transitionsPerOnboarding: round((after.transitions - before.transitions) / count),
    readUnitsPerOnboarding: round((after.readUnits - before.readUnits) / count),
    writeUnitsPerOnboarding: round((after.writeUnits - before.writeUnits) / count),
    ackP50Ms: round(percentile(acknowledgements, 50)),
    ackP95Ms: round(percentile(acknowledgements, 95)),
    activateP50Ms: round(percentile(activations, 50)),
    activateP95Ms: round(percentile(activations, 95)),
    peakMemoryMb: Math.round(process.resourceUsage().maxRSS / 1024),
  };
  printTable(result, {
    connections: 'connections asked for',
    activated: 'activated',
    duplicates: 'activated or told twice',
    transitionsPerOnboarding: 'state transitions each',
    readUnitsPerOnboarding: 'read units each, with listings of this bench',
    writeUnitsPerOnboarding: 'write units each',
    ackP50Ms: 'webhook acknowledged, median ms',
    ackP95Ms: 'webhook acknowledged, 95th percentile ms',
    activateP50Ms: 'last human action to activated, median ms',
    activateP95Ms: 'last human action to activated, 95th percentile ms',
    peakMemoryMb: 'peak memory of the whole local stage, MB',
  });
  if (result.activated !== count || duplicates !== 0) process.exitCode = 1;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
