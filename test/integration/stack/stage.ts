import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { ApiAnswer } from '../../../infra/local/cloud/service.ts';
import { readAssembly } from '../../../infra/local/cloud/template.ts';
import { freePortBase } from '../../../infra/local/free-ports.ts';
import {
  type LocalStage,
  type LocalStageOptions,
  type OperatorKeys,
  startLocalStage,
} from '../../../infra/local/local-stage.ts';
import { newCodes } from '../../../infra/local/seeds.ts';
import { synthesise } from '../../../infra/local/synthesise.ts';
import { type CommandInput, sendCommand } from '../../../infra/operator/client.ts';
import type { CommandOf } from '../../../shared/contracts/commands/operator-commands.ts';
import type { HealthMessage } from '../../../shared/contracts/queues/health.ts';
import type { ReminderMessage } from '../../../shared/contracts/queues/reminders.ts';
import { eventually } from '../cloud/poll.ts';
import {
  type Customer,
  post,
  type Sent,
  standardWebhookHeaders,
  type TicketDelivery,
  ticketBody,
  uuidOfVisma,
  vismaSignature,
} from './deliveries.ts';

const shown = z.object({
  connectionId: z.string(),
  environmentId: z.string(),
  state: z.string(),
  attention: z.object({ reason: z.string() }).optional(),
  tenantId: z.string().optional(),
  read: z.array(z.object({ name: z.string(), corporateId: z.string().optional() })),
  lastFailure: z.string().optional(),
  invitationCode: z.object({ codeId: z.string() }).optional(),
  attempt: z.number(),
  codesIssued: z.number(),
  accessTestFailures: z.number(),
  approvals: z.array(z.object({ by: z.string() })),
  health: z.object({ reason: z.string(), failingPeriods: z.number() }).optional(),
  disconnection: z.object({ reason: z.string() }).optional(),
  history: z.array(
    z.looseObject({
      sequence: z.number(),
      type: z.string(),
      by: z.string(),
      deliveryKey: z.string().optional(),
      tenantId: z.string().optional(),
    }),
  ),
});
export type Shown = z.infer<typeof shown>;

const registered = z.object({ companies: z.array(z.object({ connectionId: z.string() })) });
const listed = z.object({
  connections: z.array(z.object({ connectionId: z.string() })),
  cursor: z.string().optional(),
});

const longestWaitMs = 90_000;

/** A running stage `local` and everything that customers, Visma and operators do to it, over real HTTP. */
export class Stage {
  readonly local: LocalStage;
  /** Every function of the stage, by its path in the app, e.g. `IntakeProcessInbound`. */
  readonly functions: readonly string[];
  /** Lines of functions and services, e.g. to prove a refusal. */
  readonly lines: readonly string[];
  #customers = 0;

  private constructor(local: LocalStage, functions: readonly string[], lines: readonly string[]) {
    this.local = local;
    this.functions = functions;
    this.lines = lines;
  }

  static async start(options: Pick<LocalStageOptions, 'chaos' | 'assembly' | 'users'> = {}): Promise<Stage> {
    const lines: string[] = [];
    // Before the ports are looked for: it takes long enough for somebody else to take them.
    const assembly = options.assembly ?? (await synthesise());
    const local = await startLocalStage({
      ...options,
      assembly,
      portBase: await freePortBase(),
      log: (channel, line) => lines.push(`${channel}: ${line}`),
    });
    return new Stage(local, functionsOf(assembly), lines);
  }

  stop(): Promise<void> {
    return this.local.stop();
  }

  /** A customer whom nobody knows yet. */
  newCustomer(change: Partial<Customer> = {}): Customer {
    this.#customers += 1;
    const number = String(this.#customers).padStart(4, '0');
    return {
      environmentId: `klant-${number}`,
      name: `Klant ${number} B.V.`,
      email: `finance@klant-${number}.example`,
      corporateId: `1000${number}`,
      tenantId: uuidOfVisma(),
      customerTenantId: uuidOfVisma(),
      ticketId: `T${number}`,
      ...change,
    };
  }

  /** Registers the customer with us and makes him known to Visma; answers the id of his connection. */
  async register(customer: Customer): Promise<string> {
    this.knownToVisma(customer);
    return this.registerWithUs(customer);
  }

  knownToVisma({
    name,
    tenantId,
    customerTenantId,
    corporateId,
  }: Pick<Customer, 'name' | 'tenantId' | 'customerTenantId' | 'corporateId'>): void {
    this.local.visma.control.directory.addCustomer({
      name,
      tenantId: customerTenantId,
      companies: [{ name, corporateId, tenantId }],
    });
  }

  async registerWithUs({ corporateId, ...customer }: Customer): Promise<string> {
    const [connectionId] = await this.registerEnvironment({
      ...customer,
      companies: [{ name: customer.name, corporateId }],
      administrations: [{ administrationId: '1', name: customer.name }],
    });
    return connectionId!;
  }

  /** Answers the ids that the connections of its companies will have, in their order. */
  async registerEnvironment({
    email,
    companies,
    administrations,
    environmentId,
    name,
  }: Pick<Customer, 'environmentId' | 'name' | 'email'> &
    Pick<CommandOf<'RegisterEnvironment'>, 'companies' | 'administrations'>): Promise<readonly string[]> {
    const answer = await this.command({
      command: 'RegisterEnvironment',
      environmentId,
      name,
      locale: 'nl',
      contacts: [{ email, name: '' }],
      contactPerson: { email: 'consultant@vendor.example', name: 'Contact person' },
      exportFormats: ['Visma.net Financials'],
      companies,
      administrations,
    });
    return registered.parse(answer).companies.map(({ connectionId }) => connectionId);
  }

  /** Puts codes into the stock that Visma's portal knows. */
  async addCodes(count: number, validForMs?: number): Promise<void> {
    const codes = newCodes(count, validForMs);
    for (const code of codes) this.local.visma.control.codes.add(code);
    for (let from = 0; from < codes.length; from += 90) {
      await this.command({ command: 'AddInvitationCodes', codes: codes.slice(from, from + 90) });
    }
  }

  command(command: CommandInput, keys: OperatorKeys = this.local.endpoints.operator): Promise<unknown> {
    const { api, region } = this.local.endpoints;
    return sendCommand({ api, region, operator: keys }, command);
  }

  /** Delivers until it is acknowledged, as ticket systems do. */
  async ticket(customer: Customer, delivery: TicketDelivery): Promise<string> {
    const webhookId = delivery.webhookId ?? `msg_${randomUUID()}`;
    const body = ticketBody(customer, delivery, webhookId);
    await eventually(
      async () => {
        const { status } = await this.postTicket(body, { webhookId }).catch(() => ({ status: 0 }));
        if (status === 202) return true;
        await pause(200);
        return status >= 400 && status < 500 ? Promise.reject(new Error(`Answered ${status}`)) : undefined;
      },
      `acknowledgement of ${webhookId}`,
      30_000,
    );
    return webhookId;
  }

  asksForCode(customer: Customer, more: Partial<TicketDelivery> = {}): Promise<string> {
    return this.ticket(customer, {
      type: 'ticket.created',
      text: 'Graag een uitnodigingscode voor Visma.net.',
      ...more,
    });
  }

  sendsTenantId(customer: Customer, tenantId: string, more: Partial<TicketDelivery> = {}): Promise<string> {
    return this.ticket(customer, { text: `De tenant ID is ${tenantId}`, ...more });
  }

  /** One request with a signature, or with what `change` makes of it. */
  async postTicket(
    body: string,
    change: { webhookId?: string; at?: Date; secret?: string; headers?: Record<string, string> } = {},
  ): Promise<Sent> {
    const { api, secrets } = this.local.endpoints;
    const { webhookId = `msg_${randomUUID()}`, at = new Date(), secret = secrets.genericTickets } = change;
    return post(`${api}/webhooks/tickets/generic`, body, {
      ...standardWebhookHeaders(webhookId, at, body, secret),
      ...change.headers,
    });
  }

  /** Visma's notification, e.g. for a second time or of a tenant that has nothing to do with us. */
  async postVisma(
    tenantId: string,
    {
      notificationId = randomUUID(),
      body,
      signature,
    }: { notificationId?: string; body?: string; signature?: string } = {},
  ): Promise<Sent> {
    const { api, secrets } = this.local.endpoints;
    const text = body ?? JSON.stringify({ event: 'tenant_application_added', tenantId });
    return post(`${api}/webhooks/visma`, text, {
      'x-vwd-signature-v1': signature ?? vismaSignature(text, secrets.visma),
      'x-vwd-event-id': 'tenant_application_added',
      'x-vwd-notification-id': notificationId,
      'x-vwd-tenant-id': tenantId,
    });
  }

  /** The customer accepts in the App Store. Without `told`, Visma's webhook stays away. */
  integrate(tenantId: string, { told }: { told: boolean }): void {
    const { control } = this.local.visma;
    const tenant = control.directory.tenant(tenantId);
    if (tenant === undefined) throw new Error(`Visma does not know ${tenantId}.`);
    // In one turn of the event loop, so that no other customer's webhook is affected.
    control.setSwitches({ webhook: { suppress: !told } });
    control.forceIntegration(
      tenant,
      ['read', 'create', 'update', 'delete'].map((verb) => `vismanet_erp_service_api:${verb}`),
    );
    control.setSwitches({ webhook: { suppress: false } });
  }

  /** The number of the health checks' present period; one lasts a minute here. */
  period(): number {
    return Math.floor(Date.now() / 60_000);
  }

  /** Queues a health check as the planner does, for a period of the test's choice, or any other message of that queue. */
  async queueHealth(message: HealthMessage): Promise<void> {
    const name = [...this.queues().keys()].find((queue) => /HealthQueue/.test(queue));
    await this.#inside('sqs', 'SendMessage', {
      QueueUrl: `https://sqs.local/000000000000/${name}`,
      MessageBody: JSON.stringify(message),
    });
  }

  /** Puts a message into the reminders' queue, as their schedule does. */
  async queueReminders(message: ReminderMessage): Promise<void> {
    const name = [...this.queues().keys()].find((queue) => /RemindersQueue/.test(queue));
    await this.#inside('sqs', 'SendMessage', {
      QueueUrl: `https://sqs.local/000000000000/${name}`,
      MessageBody: JSON.stringify(message),
    });
  }

  /** Has the reconciliation look for lost deliveries, as its schedule does. */
  async reconcileTickets(): Promise<void> {
    const name = [...this.queues().keys()].find((queue) => /ReconciliationQueue/.test(queue));
    await this.#inside('sqs', 'SendMessage', {
      QueueUrl: `https://sqs.local/000000000000/${name}`,
      MessageBody: JSON.stringify({ kind: 'reconcile', at: new Date().toISOString() }),
    });
  }

  async show(connectionId: string): Promise<Shown> {
    return shown.parse(await this.command({ command: 'ShowConnection', connectionId }));
  }

  /** `undefined` while nobody has asked for it. */
  async find(connectionId: string): Promise<Shown | undefined> {
    return this.show(connectionId).catch(() => undefined);
  }

  /** Waits until the connection is as wanted, and answers it. */
  async until(
    connectionId: string,
    what: string,
    wanted: (shown: Shown) => boolean,
    withinMs = longestWaitMs,
  ): Promise<Shown> {
    let last: Shown | undefined;
    try {
      return await eventually(
        async () => {
          last = await this.find(connectionId);
          if (last !== undefined && wanted(last)) return last;
          await pause(250);
          return undefined;
        },
        `${connectionId} ${what}`,
        withinMs,
      );
    } catch (error) {
      const story = last?.history.map(({ sequence, type }) => `${sequence} ${type}`).join(', ');
      throw new Error(`${connectionId} is ${last?.state ?? 'unknown'}, not ${what}: ${story}`, {
        cause: error,
      });
    }
  }

  untilState(connectionId: string, state: string, withinMs?: number): Promise<Shown> {
    return this.until(connectionId, state, (one) => one.state === state, withinMs);
  }

  async connections(): Promise<readonly Shown[]> {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = listed.parse(
        await this.command({
          command: 'ListConnections',
          limit: 200,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      ids.push(...page.connections.map(({ connectionId }) => connectionId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    const all: Shown[] = [];
    for (const id of new Set(ids)) all.push(await this.show(id));
    return all;
  }

  /** Messages by queue name: visible, in flight and delayed together. */
  queues(): ReadonlyMap<string, number> {
    return this.local.cloud.queueDepths();
  }

  /** Names of executions that run: `<connectionId>-<attempt>`. */
  async running(): Promise<readonly string[]> {
    const answer = await this.#inside('states', 'ListExecutions', {
      stateMachineArn: this.local.cloud.outputs.StateMachineArn,
      statusFilter: 'RUNNING',
      maxResults: 1_000,
    });
    return z
      .object({ executions: z.array(z.object({ name: z.string() })) })
      .parse(answer.body)
      .executions.map(({ name }) => name);
  }

  /**
   * Waits until nothing moves: every queue but the dead letters has been empty, and no function has called the cloud,
   * for `quietMs`, which must be longer than any lateness that chaos adds.
   */
  async settled(quietMs: number, withinMs = longestWaitMs): Promise<void> {
    let still = { since: Date.now(), seen: '' };
    await eventually(
      async () => {
        const waiting = [...this.queues()].filter(([name, count]) => count > 0 && !isDeadLetters(name));
        const seen = JSON.stringify([
          waiting,
          this.local.cloud.functionCalls(),
          this.local.cloud.transitions(),
        ]);
        if (waiting.length > 0 || seen !== still.seen) still = { since: Date.now(), seen };
        if (Date.now() - still.since >= quietMs) return true;
        await pause(100);
        return undefined;
      },
      'silence',
      withinMs,
    );
  }

  /** A call that no policy is asked about: the test looks into the cloud. */
  #inside(service: string, action: string, input: Record<string, unknown>): Promise<ApiAnswer> {
    return this.local.cloud.service(service).call({
      service,
      action,
      input,
      principal: { arn: 'arn:aws:iam::000000000000:user/test', kind: 'user' },
      http: { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0) },
    });
  }
}

export function isDeadLetters(queue: string): boolean {
  return queue.includes('DeadLetters');
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function functionsOf(assembly: string): readonly string[] {
  return readAssembly(assembly, 'local')
    .stacks.flatMap(({ template }) => Object.entries(template.Resources))
    .flatMap(([logicalId, { Type }]) => (Type === 'AWS::Lambda::Function' ? [functionPath(logicalId)] : []))
    .sort();
}

/** The local cloud names functions by their logical ids, which end in a word of the CDK and a hash. */
export function functionPath(functionName: string): string {
  return functionName.replace(/Function[0-9A-F]{8}$/, '');
}
