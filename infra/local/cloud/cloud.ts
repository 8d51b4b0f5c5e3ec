import { noChaos } from './chaos.ts';
import type { Capacity } from './dynamodb-capacity.ts';
import { createEventBridge } from './event-bridge.ts';
import type { CallCounters } from './gateway.ts';
import type { LocalUser } from './iam.ts';
import { startRuntime } from './runtime.ts';
import { createS3 } from './s3.ts';
import { createScheduler } from './scheduler.ts';
import { createSecretsManager } from './secrets-manager.ts';
import type { Chaos, Cloud, CloudService } from './service.ts';
import { createSes, type SesService } from './ses.ts';
import { createSqs, type SqsService } from './sqs.ts';
import { createStepFunctions, type StepFunctions } from './states/step-functions.ts';
import { readAssembly } from './template.ts';

export interface CloudOptions {
  /** Folder of the cloud assembly, e.g. `cdk.out`. */
  readonly assembly: string;
  /** Which stage's stacks run. */
  readonly stage: string;
  /** The API gets this port, the AWS endpoint the next, the mailbox the fourth (`infra/config.ts`); 0 takes any free ones. */
  readonly portBase: number;
  /** Absent: everything once, in order, at once. */
  readonly chaos?: Chaos;
  /** Values by secret name, in place of generated ones. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** People with access keys; `managedPolicies` names those of the templates that grant them something. */
  readonly users?: readonly LocalUser[];
  /** Replaces values of variables that templates give to functions, e.g. a neighbour's address; adds none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Workers per function at most, 4 unless told. */
  readonly maximumWorkers?: number;
  /** A DynamoDB Local in place of the dynoxide binary: `DYNAMODB_ENDPOINT`. */
  readonly dynamodbEndpoint?: string;
  /** One line of a function, a service or the cloud itself; nothing is printed unless told. */
  readonly log?: (channel: string, line: string) => void;
}

export interface RunningCloud {
  readonly region: string;
  readonly accountId: string;
  readonly endpoints: {
    /** Base URL of the first HTTP API. */
    readonly api: string;
    /** What `AWS_ENDPOINT_URL` is to be. */
    readonly aws: string;
    /** SES's mailbox: a page, and `/store` as JSON. */
    readonly mail: string;
  };
  /** Outputs of the templates, by name and as `stack.name`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The inside of the cloud, for tests and benches that act as a service. */
  readonly cloud: Cloud;
  service(name: string): CloudService;
  /** DynamoDB units consumed since the start. */
  capacity(): Capacity;
  /** Step Functions transitions since the start, or of one execution. */
  transitions: StepFunctions['transitions'];
  readonly mail: SesService;
  /** Messages by queue name: visible, in flight and delayed together. */
  queueDepths(): ReadonlyMap<string, number>;
  readonly counters: CallCounters;
  /** API calls that functions have made so far, as `Chaos.kill` numbers them. */
  functionCalls(): number;
  /** Ends every worker, timer, socket and child process. May be called twice. */
  stop(): Promise<void>;
}

/** The region and account that templates of the local stage are synthesised for. */
const place = { region: 'eu-west-1', accountId: '000000000000' } as const;

/** Runs the synthesised templates of a stage on this machine. Throws, naming the path, for what it can't run exactly. */
export async function startCloud(options: CloudOptions): Promise<RunningCloud> {
  const {
    portBase,
    chaos = noChaos,
    secrets = {},
    users = [],
    environment = {},
    log = () => undefined,
  } = options;
  const built: { states?: StepFunctions; mail?: SesService; queues?: SqsService } = {};
  const runtime = await startRuntime(
    {
      ...place,
      assembly: readAssembly(options.assembly, options.stage),
      portBase,
      chaos,
      users,
      environment,
      maximumWorkers: options.maximumWorkers ?? 4,
      dynamodbEndpoint: options.dynamodbEndpoint,
      log,
    },
    (cloud) => {
      const events = createEventBridge(cloud);
      built.queues = createSqs(cloud);
      built.states = createStepFunctions(cloud);
      built.mail = createSes(cloud, { mailboxPort: portBase === 0 ? 0 : portBase + 3 });
      const services = [
        built.queues,
        events,
        built.states,
        createSecretsManager(cloud, secrets),
        built.mail,
        createScheduler(cloud),
        createS3(cloud),
      ];
      return { services, emit: events.emit };
    },
  );
  const { states, mail, queues } = built;
  const { api } = runtime.endpoints;
  if (states === undefined || mail === undefined || queues === undefined || api === undefined) {
    await runtime.stop();
    throw new Error(`stage ${options.stage} declares no HTTP API`);
  }
  return {
    ...place,
    endpoints: { api, aws: runtime.endpoints.aws, mail: mail.mailboxUrl() },
    outputs: runtime.outputs,
    cloud: runtime.cloud,
    service: (name) => runtime.cloud.service(name),
    capacity: () => runtime.capacity(),
    transitions: (executionArn) => states.transitions(executionArn),
    mail,
    queueDepths: () => queues.depths(),
    counters: runtime.counters,
    functionCalls: () => runtime.functionCalls(),
    stop: () => runtime.stop(),
  };
}
