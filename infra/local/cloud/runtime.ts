import { DynamoDbService } from './dynamodb.ts';
import type { Capacity } from './dynamodb-capacity.ts';
import { startDynamoEngine } from './dynamodb-engine.ts';
import { EventSourceMappings } from './event-source-mapping.ts';
import { type CallCounters, Gateway, type KillPoint } from './gateway.ts';
import { HttpApis } from './http-api.ts';
import { type Credentials, Iam, type LocalUser } from './iam.ts';
import { inertIdentity, isInert, notVerified } from './inert.ts';
import { LambdaService } from './lambda.ts';
import type { Invocation } from './lambda-pool.ts';
import type {
  ApiCall,
  Chaos,
  Cloud,
  CloudService,
  Identity,
  Principal,
  Resource,
  ResourcePolicy,
} from './service.ts';
import { UnsupportedTemplate } from './service.ts';
import { type Assembly, deploy } from './template.ts';

export interface RuntimeOptions {
  readonly assembly: Assembly;
  readonly region: string;
  readonly accountId: string;
  /** The API gets this port, the AWS endpoint the next; 0 for any free ones. */
  readonly portBase: number;
  readonly chaos: Chaos;
  readonly users: readonly LocalUser[];
  /** Replaces values of variables that templates give to functions, e.g. a neighbour's address; adds none. */
  readonly environment: Readonly<Record<string, string>>;
  /** Workers per function at most. */
  readonly maximumWorkers: number;
  /** A DynamoDB Local to use in place of the binary. */
  readonly dynamodbEndpoint: string | undefined;
  readonly log: (channel: string, line: string) => void;
}

/** A cloud that runs. Everything in it ends with `stop()`, which may be called twice. */
export interface Runtime {
  readonly cloud: Cloud;
  readonly endpoints: {
    readonly api: string | undefined;
    readonly apis: readonly string[];
    readonly aws: string;
  };
  /** Template outputs, by name and as `stack.name`. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly counters: CallCounters;
  /** API calls that functions have made so far: what `Chaos.kill` numbers. */
  functionCalls(): number;
  capacity(): Capacity;
  stop(): Promise<void>;
}

/** The services of a cloud besides IAM, Lambda, API Gateway and DynamoDB; `emit` is where AWS services' own events go. */
export interface OtherServices {
  readonly services: readonly CloudService[];
  readonly emit: Cloud['emit'];
}

/**
 * Runs an assembly. Refuses before anything starts when a resource type is neither run nor inert, and undoes what it
 * started when a later step fails.
 */
export async function startRuntime(
  options: RuntimeOptions,
  otherServices: (cloud: Cloud) => OtherServices,
): Promise<Runtime> {
  const ends: (() => Promise<void> | void)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= endAll(ends);
    return stopping;
  };
  try {
    return await run(options, otherServices, ends, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function run(
  options: RuntimeOptions,
  otherServices: (cloud: Cloud) => OtherServices,
  ends: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<Runtime> {
  const { chaos, log, portBase } = options;
  const place = { region: options.region, accountId: options.accountId };
  const services = new Map<string, CloudService>();
  const iam = new Iam(place, (arn) => {
    const attached: ResourcePolicy[] = [];
    for (const service of services.values()) attached.push(...(service.resourcePolicies?.(arn) ?? []));
    return attached;
  });
  const functionOf = new Map<string, string>();
  const invocationOf = new Map<string, Invocation>();
  let functionCalls = 0;

  const gateway = new Gateway({
    region: place.region,
    credentials: (accessKeyId) => iam.credentials(accessKeyId),
    authorize: (principal, call, service) => iam.authorize(principal, service.permissions(call)),
    service: (name) => services.get(name),
    onCall: ({ service: name, action }: ApiCall, { accessKeyId }: Credentials): KillPoint => {
      const functionName = functionOf.get(accessKeyId);
      if (functionName === undefined) return { when: 'no', kill: () => undefined };
      functionCalls += 1;
      const { requestId = '', event = '' } = invocationOf.get(accessKeyId) ?? {};
      const call = { action: `${name}:${action}`, invocation: requestId, event };
      return { when: chaos.kill(functionName, functionCalls, call), kill: () => lambda.kill(accessKeyId) };
    },
    log: (line) => log('aws', line),
    now: () => new Date(),
  });
  const endpoint = await gateway.listen(portBase === 0 ? 0 : portBase + 1);
  ends.push(() => gateway.stop());

  const service = (name: string): CloudService => {
    const found = services.get(name);
    if (found === undefined) throw new Error(`the local cloud runs no service "${name}"`);
    return found;
  };
  const cloud: Cloud = {
    ...place,
    endpoint,
    chaos,
    log,
    service,
    authorize: (principal, permissions) => iam.authorize(principal, permissions),
    assume: (roleArn, by, sourceArn) => iam.assume(roleArn, by, sourceArn),
    invokeFunction: (arn, payload, by) => lambda.invoke(arn, payload, by),
    sendMessage: (queueArn, body, by) => sendMessage(cloud, queueArn, body, by),
    emit: (...event) => others.emit(...event),
  };

  const lambda = new LambdaService(cloud, {
    assets: options.assembly.assets,
    replacements: options.environment,
    host: {
      region: place.region,
      endpoint,
      maximumWorkers: options.maximumWorkers,
      issue: (config) => {
        const credentials = iam.issue(
          iam.assume(config.roleArn, 'lambda.amazonaws.com', undefined, config.name),
        );
        functionOf.set(credentials.accessKeyId, config.name);
        return credentials;
      },
      revoke: (accessKeyId) => {
        functionOf.delete(accessKeyId);
        invocationOf.delete(accessKeyId);
        iam.revoke(accessKeyId);
      },
      begins: (accessKeyId, invocation) => invocationOf.set(accessKeyId, invocation),
      log,
    },
  });
  const dynamodb = new DynamoDbService(cloud, await startDynamoEngine(options.dynamodbEndpoint));
  ends.push(() => dynamodb.stop());
  const others = otherServices(cloud);
  for (const one of [lambda, dynamodb, ...others.services]) services.set(one.name, one);
  const apis = new HttpApis(cloud, (accessKeyId) => iam.credentials(accessKeyId), portBase);
  const mappings = new EventSourceMappings(cloud, lambda, dynamodb, options.maximumWorkers);
  ends.push(
    ...others.services.map((one) => () => one.stop()),
    () => lambda.stop(),
    () => apis.stop(),
    () => mappings.stop(),
  );

  const creators = new Map<string, (resource: Resource) => Identity | Promise<Identity>>();
  for (const type of Iam.types) creators.set(type, (resource) => iam.create(resource));
  for (const type of HttpApis.types) creators.set(type, (resource) => apis.create(resource));
  for (const type of mappings.types) creators.set(type, (resource) => mappings.create(resource));
  for (const one of services.values()) {
    for (const type of one.types) creators.set(type, (resource) => one.create(resource));
  }
  const inert = checkTypes(options.assembly, creators);
  for (const line of notVerified(inert)) log('cloud', `not verified here: ${line}`);
  const outputs = await deploy(options.assembly, place, (resource) => {
    const create = creators.get(resource.type);
    return create === undefined ? inertIdentity(resource, place) : create(resource);
  });
  lambda.checkReplacements();
  for (const user of options.users) iam.addUser(user);
  for (const one of services.values()) await one.start?.();
  mappings.start();

  return {
    cloud,
    endpoints: { api: apis.urls[0], apis: apis.urls, aws: endpoint },
    outputs,
    counters: gateway.counters,
    functionCalls: () => functionCalls,
    capacity: () => dynamodb.capacity(),
    stop,
  };
}

/** Inert types in use. Throws for the first resource whose type is neither run nor inert. */
function checkTypes(assembly: Assembly, run: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const inert = new Set<string>();
  for (const { name, template } of assembly.stacks) {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (run.has(resource.Type)) continue;
      if (!isInert(resource.Type)) {
        throw new UnsupportedTemplate(
          `${name}/${id}`,
          `the local cloud neither runs ${resource.Type} nor knows it as inert`,
        );
      }
      inert.add(resource.Type);
    }
  }
  return inert;
}

async function sendMessage(cloud: Cloud, queueArn: string, body: string, by: Principal): Promise<void> {
  cloud.authorize(by, [{ action: 'sqs:SendMessage', resource: queueArn }]);
  const QueueUrl = `${cloud.endpoint}/${cloud.accountId}/${queueArn.split(':').at(-1)}`;
  const http = { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0) };
  const input = { QueueUrl, MessageBody: body };
  await cloud.service('sqs').call({ service: 'sqs', action: 'SendMessage', input, principal: by, http });
}

/** Ends in reverse order, every one even when another fails. */
async function endAll(ends: readonly (() => Promise<void> | void)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const end of [...ends].reverse()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the local cloud did not stop cleanly');
}
