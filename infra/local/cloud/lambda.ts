import type { FunctionConfig } from './lambda-environment.ts';
import { type Outcome, type PoolHost, WorkerPool } from './lambda-pool.ts';
import { functionConfig, permissionPolicy, permissionSchema } from './lambda-properties.ts';
import { readProperties } from './properties.ts';
import type {
  ApiAnswer,
  ApiCall,
  Cloud,
  CloudService,
  Identity,
  InvocationResult,
  Permission,
  Principal,
  Resource,
  ResourcePolicy,
} from './service.ts';
import { AwsError, UnsupportedTemplate } from './service.ts';

/** What the Lambda service needs besides the cloud. */
export interface LambdaOptions {
  readonly host: PoolHost;
  /** S3 key of an asset to its folder. */
  readonly assets: ReadonlyMap<string, string>;
  /** Values for variables that templates give to functions, in place of the template's. */
  readonly replacements?: Readonly<Record<string, string>>;
}

interface LambdaFunction {
  readonly config: FunctionConfig;
  readonly pool: WorkerPool;
}

/** Lambda's limit of a synchronous request or response. */
const payloadLimit = 6 * 1024 * 1024;

/** Functions of the templates and their permissions. Nobody here invokes asynchronously: queues do that better. */
export class LambdaService implements CloudService {
  readonly name = 'lambda';
  readonly types = ['AWS::Lambda::Function', 'AWS::Lambda::Permission'];
  readonly #cloud: Cloud;
  readonly #options: LambdaOptions;
  readonly #functions = new Map<string, LambdaFunction>();
  readonly #replaced = new Set<string>();
  readonly #policies = new Map<string, ResourcePolicy[]>();

  constructor(cloud: Cloud, options: LambdaOptions) {
    this.#cloud = cloud;
    this.#options = options;
  }

  create(resource: Resource): Identity {
    switch (resource.type) {
      case 'AWS::Lambda::Function':
        return this.#createFunction(resource);
      case 'AWS::Lambda::Permission':
        return this.#createPermission(resource);
      default:
        throw new UnsupportedTemplate(resource.path, `${resource.type} is not supported`);
    }
  }

  #createFunction(resource: Resource): Identity {
    const declared = functionConfig(resource, this.#options.assets, this.#cloud);
    if (this.#functions.has(declared.name)) {
      throw new UnsupportedTemplate(
        resource.path,
        `a second function named ${declared.name}: give it a FunctionName`,
      );
    }
    const config = { ...declared, variables: this.#replace(declared.variables) };
    this.#cloud.assume(config.roleArn, 'lambda.amazonaws.com');
    const pool = new WorkerPool(config, this.#options.host);
    this.#functions.set(config.name, { config, pool });
    return { ref: config.name, attributes: { Arn: config.arn } };
  }

  #replace(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const { replacements = {} } = this.#options;
    return Object.fromEntries(
      Object.entries(variables).map(([name, value]) => {
        const replacement = Object.hasOwn(replacements, name) ? replacements[name] : undefined;
        if (replacement !== undefined) this.#replaced.add(name);
        return [name, replacement ?? value];
      }),
    );
  }

  /** Call when every function exists. Throws for a replacement of a variable that no template declares. */
  checkReplacements(): void {
    const lost = Object.keys(this.#options.replacements ?? {}).find((name) => !this.#replaced.has(name));
    if (lost !== undefined)
      throw new Error(`no function of the templates has the variable ${lost} that is to be replaced`);
  }

  #createPermission(resource: Resource): Identity {
    const properties = readProperties(resource, permissionSchema);
    const { config } = this.find(properties.FunctionName, resource.path);
    const known = this.#policies.get(config.arn) ?? [];
    known.push({ document: permissionPolicy(properties, config.arn), path: resource.path });
    this.#policies.set(config.arn, known);
    return { ref: resource.logicalId, attributes: {} };
  }

  resourcePolicies(resourceArn: string): readonly ResourcePolicy[] {
    return this.#policies.get(resourceArn) ?? [];
  }

  permissions(call: ApiCall): readonly Permission[] {
    const { config } = this.find(String(call.input.FunctionName));
    return [{ action: 'lambda:InvokeFunction', resource: config.arn }];
  }

  async call(call: ApiCall): Promise<ApiAnswer> {
    const target = this.find(String(call.input.FunctionName));
    const event = String(call.input.Payload ?? '') || 'null';
    checkJson(event);
    if (call.input.InvocationType !== 'RequestResponse') {
      throw new AwsError(
        'InvalidParameterValueException',
        'The local cloud knows the InvocationType RequestResponse only.',
      );
    }
    return answer(await target.pool.invoke(checkSize(event)));
  }

  /** Runs a function for a principal and waits for its answer. */
  async invoke(functionArn: string, payload: unknown, by: Principal): Promise<InvocationResult> {
    const target = this.find(functionArn);
    this.#cloud.authorize(by, [{ action: 'lambda:InvokeFunction', resource: target.config.arn }]);
    const event = JSON.stringify(payload) ?? 'null';
    return this.invokeUnasked(target.config.arn, checkSize(event));
  }

  /** Runs a function without asking for permission: Lambda's own pollers call it. */
  async invokeUnasked(functionArn: string, event: string): Promise<InvocationResult> {
    const outcome = await this.find(functionArn).pool.invoke(event);
    if (!outcome.ok) {
      const { errorType, errorMessage } = outcome.error;
      return { ok: false, errorType, errorMessage };
    }
    return { ok: true, payload: JSON.parse(outcome.payload) };
  }

  /** By name, ARN or partial ARN. Throws `ResourceNotFoundException`, or `UnsupportedTemplate` at `path`. */
  find(nameOrArn: string, path?: string): LambdaFunction {
    const withoutVersion = nameOrArn.replace(/:\$LATEST$/, '');
    const found = this.#functions.get(withoutVersion.slice(withoutVersion.lastIndexOf(':') + 1));
    if (found !== undefined) return found;
    if (path !== undefined) throw new UnsupportedTemplate(path, `there is no function ${nameOrArn}`);
    throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
  }

  /** Bytes that the workers of functions hold whose name fits. */
  async memory(name: RegExp): Promise<number> {
    const fitting = [...this.#functions.values()].filter(({ config }) => name.test(config.name));
    const each = await Promise.all(fitting.map(({ pool }) => pool.memory()));
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Ends the worker that signs with these keys. */
  kill(accessKeyId: string): void {
    for (const { pool } of this.#functions.values()) if (pool.kill(accessKeyId)) return;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#functions.values()].map(({ pool }) => pool.stop()));
  }
}

function answer(outcome: Outcome): ApiAnswer {
  const headers = { 'x-amz-executed-version': '$LATEST' };
  if (outcome.ok) return { headers, body: Buffer.from(outcome.payload) };
  return { headers: { ...headers, 'x-amz-function-error': 'Unhandled' }, body: outcome.error };
}

function checkSize(event: string): string {
  if (Buffer.byteLength(event) <= payloadLimit) return event;
  throw new AwsError('RequestTooLargeException', `Request must be smaller than ${payloadLimit} bytes`, 413);
}

function checkJson(event: string): void {
  try {
    JSON.parse(event);
  } catch {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
}
