import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { noChaos } from '../../../infra/local/cloud/chaos.ts';
import type { Chaos } from '../../../infra/local/cloud/service.ts';
import { exportFromSpendCloud } from '../../../infra/local/spend-cloud-export.ts';
import { runCommandLine } from '../../../infra/operator/run-command-line.ts';
import { eventually } from '../cloud/poll.ts';
import type { Customer } from './deliveries.ts';
import { functionPath, pause, type Stage } from './stage.ts';

export const clientId = 'isv_spend_cloud_local';
const prefix = 'visma-onboarding/local/';

/** The operators' command line against a stage, with an operator's keys: IAM decides what they may. */
export async function operator(
  stage: Stage,
  line: string,
  typed?: string,
): Promise<{ exitCode: number; answer: string }> {
  const printed: string[] = [];
  const complained: string[] = [];
  const exitCode = await runCommandLine(line.split(' '), {
    writeText: () => {
      throw new Error('nothing is written here');
    },
    readText: () => JSON.stringify(stage.local.endpoints),
    readHidden: async () => typed ?? '',
    print: (text) => printed.push(text),
    complain: (text) => complained.push(text),
    environment: {},
    awsCredentials: () => Promise.reject(new Error('this stage is local')),
  });
  return { exitCode, answer: exitCode === 0 ? printed.join('\n') : complained.join('\n') };
}

/** A call to Secrets Manager that no policy is asked about. */
export async function inSecrets(
  stage: Stage,
  action: string,
  name: string,
  more: object = {},
): Promise<unknown> {
  const answer = await stage.local.cloud.service('secretsmanager').call({
    service: 'secretsmanager',
    action,
    input: { SecretId: prefix + name, ...more },
    principal: { arn: 'arn:aws:iam::000000000000:user/test', kind: 'user' },
    http: { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0) },
  });
  return answer.body;
}

const valued = z.object({ SecretString: z.string() });
export async function secretValue(
  stage: Stage,
  name: string,
  more: object = {},
): Promise<Record<string, string>> {
  return JSON.parse(valued.parse(await inSecrets(stage, 'GetSecretValue', name, more)).SecretString);
}

const described = z.object({ VersionIdsToStages: z.record(z.string(), z.array(z.string())) });
/** The client secrets behind the labels. */
export async function labelled(stage: Stage): Promise<Record<string, string | undefined>> {
  const { VersionIdsToStages } = described.parse(await inSecrets(stage, 'DescribeSecret', 'visma-client'));
  const found: Record<string, string | undefined> = {};
  for (const [VersionId, labels] of Object.entries(VersionIdsToStages)) {
    const { clientSecret } = await secretValue(stage, 'visma-client', { VersionId });
    for (const label of labels) found[label] = clientSecret;
  }
  return found;
}

/** Has the rotation look several times a second, in place of the schedule's minute, until the labels are as wanted. */
export function untilLabelled(stage: Stage, wanted: Readonly<Record<string, string>>): Promise<unknown> {
  const sorted = (labels: object) => JSON.stringify(Object.entries(labels).sort());
  return eventually(
    async () => {
      const now = await labelled(stage);
      if (sorted(now) === sorted(wanted)) return now;
      await stage.command({ command: 'RotateClientSecret' });
      await pause(300);
      return undefined;
    },
    `labels ${Object.keys(wanted).join()}`,
    90_000,
  );
}

/** A customer whose administration `1` is exported. Needs a code in the stock. */
export async function activeCustomer(stage: Stage): Promise<Customer> {
  const customer = stage.newCustomer();
  const connectionId = await stage.register(customer);
  stage.integrate(customer.tenantId, { told: false });
  await stage.command({ command: 'RequestCode', environmentId: customer.environmentId });
  await stage.untilState(connectionId, 'code-issued');
  await stage.command({ command: 'SubmitTenantId', connectionId, tenantId: customer.tenantId });
  await stage.untilState(connectionId, 'activated');
  return customer;
}

/** Exports one document after the other for each customer until it is stopped; tells what became of each. */
export function exportOn(stage: Stage, customers: readonly Customer[]) {
  const results: string[] = [];
  let isStopped = false;
  const loops = customers.map(async ({ environmentId }) => {
    while (!isStopped) {
      const document = {
        administrationId: '1',
        supplierNumber: '50001',
        supplierReference: randomUUID(),
        date: '2026-03-02',
        lines: [{ accountNumber: '4000', description: 'Meel', amount: 12.5 }],
      };
      const answer = await exportFromSpendCloud(stage.local, { environmentId, documents: [document] }).catch(
        (error: unknown) => [{ outcome: String(error) }],
      );
      results.push(...answer.map((one) => ('reason' in one ? one.reason : one.outcome)));
      await pause(50);
    }
  });
  return {
    results,
    stop: async () => {
      isStopped = true;
      await Promise.all(loops);
    },
  };
}

/** Kills the rotation at a chosen call of its next run. */
export class RotationKiller {
  #plan: { readonly call: number; readonly when: 'before' | 'after' } | undefined;
  readonly #calls = new Map<string, number>();
  readonly chaos: Chaos = {
    ...noChaos,
    kill: (name, _number, { invocation }) => {
      if (!functionPath(name).endsWith('RotateClientSecret')) return 'no';
      const call = (this.#calls.get(invocation) ?? 0) + 1;
      this.#calls.set(invocation, call);
      if (this.#plan?.call !== call) return 'no';
      const { when } = this.#plan;
      this.#plan = undefined;
      return when;
    },
  };

  arm(call: number, when: 'before' | 'after'): void {
    this.#plan = { call, when };
  }

  /** Whether the planned kill has not come about; it doesn't any more. */
  disarm(): boolean {
    const isArmed = this.#plan !== undefined;
    this.#plan = undefined;
    return isArmed;
  }
}
