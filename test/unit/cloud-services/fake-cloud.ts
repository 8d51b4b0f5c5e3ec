import { noChaos } from '../../../infra/local/cloud/chaos.ts';
import {
  type ApiCall,
  AwsError,
  type Chaos,
  type Cloud,
  type CloudService,
  type InvocationResult,
  type Principal,
} from '../../../infra/local/cloud/service.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes; what the test reads, it asserts.
export type Json = any;

const region = 'eu-west-1';
const accountId = '000000000000';

/** Records what a service asks of its surroundings; `answers` and `denied` steer them. */
export class FakeCloud implements Cloud {
  readonly region = region;
  readonly accountId = accountId;
  readonly endpoint = 'http://127.0.0.1:4566';
  readonly chaos: Chaos;
  readonly sent: { queueArn: string; body: string; by: Principal }[] = [];
  readonly invoked: { functionArn: string; payload: unknown; by: Principal }[] = [];
  readonly emitted: { source: string; detailType: string; detail: Json; resources: readonly string[] }[] = [];
  readonly authorized: { principal: Principal; action: string; resource: string }[] = [];
  readonly assumed: { roleArn: string; service: string; sourceArn: string | undefined }[] = [];
  readonly lines: string[] = [];
  readonly services = new Map<string, CloudService>();
  /** Consumed one per invocation; then every invocation succeeds. */
  readonly results: InvocationResult[] = [];
  /** Errors consumed one per `sendMessage`. */
  readonly sendErrors: Error[] = [];
  /** Actions that identity policies do not allow. */
  readonly denied = new Set<string>();

  constructor(chaos: Chaos = noChaos) {
    this.chaos = chaos;
  }
  authorize(principal: Principal, permissions: readonly { action: string; resource: string }[]) {
    for (const { action, resource } of permissions) {
      if (this.denied.has(action)) throw new AwsError('AccessDeniedException', `not allowed: ${action}`);
      this.authorized.push({ principal, action, resource });
    }
  }
  assume(roleArn: string, service: string, sourceArn?: string): Principal {
    this.assumed.push({ roleArn, service, sourceArn });
    return { arn: `${roleArn.replace(':iam:', ':sts:')}/${service}`, kind: 'role' };
  }
  async invokeFunction(functionArn: string, payload: unknown, by: Principal) {
    this.invoked.push({ functionArn, payload, by });
    return this.results.shift() ?? { ok: true as const, payload: null };
  }
  async sendMessage(queueArn: string, body: string, by: Principal) {
    const error = this.sendErrors.shift();
    if (error !== undefined) throw error;
    this.sent.push({ queueArn, body, by });
  }
  emit(source: string, detailType: string, detail: unknown, resources: readonly string[] = []) {
    this.emitted.push({ source, detailType, detail, resources });
  }
  service(name: string): CloudService {
    const found = this.services.get(name);
    if (found === undefined) throw new Error(`no service ${name} in this test`);
    return found;
  }
  log(channel: string, line: string) {
    this.lines.push(`${channel}: ${line}`);
  }
}

export const someone: Principal = { arn: 'arn:aws:sts::000000000000:assumed-role/fn/fn', kind: 'role' };

export function apiCall(
  service: string,
  action: string,
  input: Record<string, unknown> = {},
  principal = someone,
): ApiCall {
  const http = { method: 'POST', path: '/', headers: {}, body: Buffer.from(JSON.stringify(input)) };
  return { service, action, input, principal, http };
}

/** One API call without transport. */
export async function call(
  service: CloudService,
  action: string,
  input: Record<string, unknown> = {},
): Promise<Json> {
  return (await service.call(apiCall(service.name, action, input))).body;
}

export function resource(type: string, properties: Record<string, unknown>, logicalId = 'Thing') {
  return { logicalId, type, properties, path: `service/${logicalId}` };
}
