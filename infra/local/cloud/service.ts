import type { Readable } from 'node:stream';

/**
 * What every simulated service of the local cloud implements, and what the cloud offers it.
 * A service runs resources of the synthesised templates and answers the AWS API calls of its signing name.
 */

/** One resource of a synthesised template with its intrinsic functions already resolved. */
export interface Resource {
  readonly logicalId: string;
  /** CloudFormation type, e.g. `AWS::SQS::Queue`. */
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** `stack/logicalId`, for messages. */
  readonly path: string;
}

/** What `Ref` and `Fn::GetAtt` of a resource answer. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Who calls. `arn` is an assumed role's ARN for functions, state machines, rules and schedules, a user's for
 * operators, and a service principal such as `events.amazonaws.com` for deliveries that resource policies allow.
 */
export interface Principal {
  readonly arn: string;
  readonly kind: 'role' | 'user' | 'service';
  /** For `service`: the ARN of the resource on whose behalf it acts, compared with `aws:SourceArn`. */
  readonly sourceArn?: string;
}

/** One IAM question: may the principal do this action on this resource? */
export interface Permission {
  /** e.g. `sqs:SendMessage`. */
  readonly action: string;
  /** ARN, or `*` for actions that have no resource. */
  readonly resource: string;
  /** Condition keys this call supplies, e.g. `dynamodb:LeadingKeys`; an unsupplied key makes its condition fail. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

/** A resource policy as the template has it; `iam.ts` parses it and refuses what it doesn't know. */
export interface ResourcePolicy {
  readonly document: unknown;
  /** Template path, for messages. */
  readonly path: string;
}

/** A decoded AWS API call. */
export interface ApiCall {
  /** SigV4 signing name: `dynamodb`, `sqs`, `states`, `events`, `secretsmanager`, `ses`, `lambda`, `scheduler`, `s3`. */
  readonly service: string;
  /** Operation as IAM spells it, e.g. `SendMessage`; REST services derive it from method and path. */
  readonly action: string;
  readonly input: Record<string, unknown>;
  readonly principal: Principal;
  readonly http: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Empty where the service reads `stream`. */
    readonly body: Buffer;
    /** The body as it arrives, for a service with a `wire` of its own. */
    readonly stream?: Readable;
  };
}

export interface ApiAnswer {
  /** 200 unless told. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, or a `Buffer` or `Readable` that goes over the wire as it is. */
  readonly body: unknown;
}

/** How calls of a service are written that has bodies of any size and no JSON. */
interface Wire {
  /** Operation and input, from all but the body. */
  decode(
    method: string,
    target: string,
    headers: Readonly<Record<string, string>>,
  ): { readonly action: string; readonly input: Record<string, unknown> };
  error(error: AwsError, method: string): ApiAnswer;
}

/** An error answer with the shape of AWS's JSON protocols: `__type` is `code`, plus `fields`. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly code: string;
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, status = 400, fields: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** A template that the local cloud cannot run exactly; stops the start and names the path. */
export class UnsupportedTemplate extends Error {
  override readonly name = 'UnsupportedTemplate';
  constructor(path: string, what: string) {
    super(`${path}: ${what}`);
  }
}

/** An event on a bus, in EventBridge's envelope. */
export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly 'detail-type': string;
  readonly detail: unknown;
}

export type InvocationResult =
  | { readonly ok: true; readonly payload: unknown }
  /** `errorType` is the thrown error's `name`: what Step Functions' retriers match. */
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** What services may ask of the cloud and of each other. Every method that acts for a principal enforces IAM first. */
export interface Cloud {
  readonly region: string;
  readonly accountId: string;
  /** Base URL of the gateway (`http://127.0.0.1:port`, no slash at the end): what queue URLs begin with. */
  readonly endpoint: string;
  readonly chaos: Chaos;
  /** Throws `AwsError('AccessDeniedException', …)` unless identity policies of a role or user allow every permission. */
  authorize(principal: Principal, permissions: readonly Permission[]): void;
  /**
   * The principal that has assumed a role of the template: state machines, rules, schedules and functions act as it.
   * Throws when the role's trust policy does not name `service`. `sourceArn` is the resource on whose behalf it is assumed.
   */
  assume(roleArn: string, service: string, sourceArn?: string): Principal;
  /** Runs a function and waits for its answer. Service principals need the function's resource policy. */
  invokeFunction(functionArn: string, payload: unknown, by: Principal): Promise<InvocationResult>;
  /** Sends to a queue; service principals need the queue's resource policy. */
  sendMessage(queueArn: string, body: string, by: Principal): Promise<void>;
  /** Puts an event of an AWS service (`aws.states`, `aws.ses`) on the account's default bus. */
  emit(source: string, detailType: string, detail: unknown, resources?: readonly string[]): void;
  /** The service behind a signing name; throws when it is not part of this cloud. */
  service(name: string): CloudService;
  /** A line for the person who runs the cloud, e.g. a function's log line; `channel` names the resource. */
  log(channel: string, line: string): void;
}

export interface CloudService {
  /** SigV4 signing name. */
  readonly name: string;
  /** Resource types that this service runs. */
  readonly types: readonly string[];
  /** Absent: JSON, whose body is read before the call. */
  readonly wire?: Wire;
  /** Creates a resource. Throws `UnsupportedTemplate` for any property that it does not honour. */
  create(resource: Resource): Identity | Promise<Identity>;
  /** The IAM questions of a call; asked before `call`. */
  permissions(call: ApiCall): readonly Permission[];
  /**
   * Policy documents attached to a resource of this service (queue policy, function permission, bus policy), asked
   * on every authorisation: they alone allow service principals, and their denials bind everyone.
   */
  resourcePolicies?(resourceArn: string): readonly ResourcePolicy[];
  call(call: ApiCall): Promise<ApiAnswer>;
  /** Called once when every resource exists: start pollers and timers here. */
  start?(): Promise<void>;
  /** Ends timers, sockets and child processes. */
  stop(): Promise<void>;
}

/**
 * The seeded switch that makes at-least-once real. All choices come from one seed, so that a failing run repeats.
 * `now` is the only clock of the cloud.
 */
export interface Chaos {
  /** How many times this delivery (queue message, stream batch, bus event) happens: 1 or 2. */
  copies(what: string): number;
  /** Milliseconds by which this delivery is late. */
  delay(what: string): number;
  /** True when the order of this batch is to be shuffled, in place by the caller with `random`. */
  shuffle(what: string): boolean;
  /** Uniform in [0, 1). */
  random(): number;
  /**
   * Asked once per API call that a function makes, numbered over the whole run. `'before'` kills the function before
   * the call takes effect, `'after'` when it has taken effect and before the function hears of it.
   */
  kill(functionName: string, callNumber: number, call: FunctionCall): 'no' | 'before' | 'after';
  /** Messages of a queue that a function gets at a time at most, as where few come; absent: as its template has it. */
  readonly largestBatch?: number;
}

/** An API call of a running function, so that a test can say which call of which work it meant. */
export interface FunctionCall {
  /** `service:Action` by signing name, e.g. `dynamodb:Query`. */
  readonly action: string;
  /** Request id of the invocation that makes the call. */
  readonly invocation: string;
  /** The JSON that the function was invoked with. */
  readonly event: string;
}
