import { createChaos } from '../../../infra/local/cloud/chaos.ts';
import type { Clock } from '../../../infra/local/cloud/clock.ts';
import {
  AwsError,
  type Cloud,
  type CloudService,
  type InvocationResult,
  type Principal,
} from '../../../infra/local/cloud/service.ts';
import { createStepFunctions, type StepFunctions } from '../../../infra/local/cloud/states/step-functions.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes; what the test reads, it asserts.
export type Json = any;

export const FUNCTION = 'arn:aws:lambda:eu-west-1:000000000000:function:work';
export const ROLE = 'arn:aws:iam::000000000000:role/workflow';

/** What a function does when it is invoked; the n-th entry is for the n-th invocation, the last one for all after it. */
export type Behaviour =
  | { readonly returns: Json }
  | { readonly throws: string; readonly message?: string }
  | { readonly hangs: true }
  | { readonly refusedBy: string }
  /** Returns at once; `calls` happen with the token of the payload, each so many seconds after the invocation. */
  | { readonly calls: readonly { readonly after: number; readonly action: string; readonly input?: Json }[] };

/** A clock that the test moves. */
export class ManualClock implements Clock {
  #now = Date.parse('2026-03-02T09:00:00Z');
  #timers: { at: number; run: () => void }[] = [];
  /** How often a timer was set, and how many are set. */
  armed = 0;
  get pending() {
    return this.#timers.length;
  }

  now = () => this.#now;

  setTimer = (ms: number, run: () => void) => {
    const timer = { at: this.#now + ms, run };
    this.armed += 1;
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Fires everything up to then, in order. */
  async advance(seconds: number): Promise<void> {
    const end = this.#now + seconds * 1000;
    await settle();
    while (await this.next(end));
    this.#now = Math.max(this.#now, end);
  }

  /** Moves to the next timer that is due by `end`; false when there is none. */
  async next(end = Number.POSITIVE_INFINITY): Promise<boolean> {
    const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
    if (due === undefined) return false;
    this.#timers = this.#timers.filter((other) => other !== due);
    this.#now = Math.max(this.#now, due.at);
    due.run();
    await settle();
    return true;
  }
}

/** Lets everything that is already resolved run; expressions are promises, so one turn of the event loop drains them. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A cloud around the service under test: functions by name, and a record of what happened. */
export class Rig implements Cloud {
  readonly region = 'eu-west-1';
  readonly accountId = '000000000000';
  readonly endpoint = 'http://127.0.0.1:4566';
  readonly chaos: Cloud['chaos'];
  readonly clock = new ManualClock();
  readonly states: StepFunctions;
  readonly functions = new Map<string, readonly Behaviour[]>();
  readonly invoked: { name: string; payload: Json; by: Principal; at: number }[] = [];
  readonly emitted: { source: string; detailType: string; detail: Json; resources: readonly string[] }[] = [];
  readonly lines: string[] = [];
  /** Answers of the calls that functions made with their tokens: '' or the error's code. */
  readonly callbacks: string[] = [];
  untrusted = false;
  readonly #counts = new Map<string, number>();

  constructor(random?: () => number) {
    this.chaos = { ...createChaos({ seed: 7 }), ...(random && { random }) };
    this.states = createStepFunctions(this, this.clock);
  }

  authorize() {}
  sendMessage = () => Promise.reject(new Error('no queues here'));
  service(name: string): CloudService {
    throw new Error(`no service ${name} here`);
  }
  assume(roleArn: string, service: string): Principal {
    if (this.untrusted) throw new AwsError('AccessDeniedException', `${roleArn} does not trust ${service}`);
    return { arn: `${roleArn.replace(':iam:', ':sts:')}/${service}`, kind: 'role' };
  }
  emit(source: string, detailType: string, detail: unknown, resources: readonly string[] = []) {
    this.emitted.push({ source, detailType, detail, resources });
  }
  log(channel: string, line: string) {
    this.lines.push(`${channel}: ${line}`);
  }

  async invokeFunction(functionArn: string, payload: Json, by: Principal): Promise<InvocationResult> {
    const name = functionArn.split(':').at(-1) ?? '';
    const before = this.#counts.get(name) ?? 0;
    this.#counts.set(name, before + 1);
    this.invoked.push({ name, payload, by, at: this.clock.now() });
    const all = this.functions.get(name) ?? [{ returns: null }];
    const behaviour = all[Math.min(before, all.length - 1)];
    if (behaviour === undefined) throw new Error(`function ${name} has no behaviour`);
    if ('refusedBy' in behaviour) throw new AwsError(behaviour.refusedBy, 'refused');
    if ('throws' in behaviour)
      return { ok: false, errorType: behaviour.throws, errorMessage: behaviour.message ?? 'it broke' };
    if ('hangs' in behaviour) return new Promise(() => {});
    if ('returns' in behaviour) return { ok: true, payload: behaviour.returns };
    for (const { after, action, input } of behaviour.calls) {
      const send = async () => {
        this.callbacks.push(await this.codeOf(action, { taskToken: payload.token, ...input }));
      };
      if (after === 0) await send();
      else this.clock.setTimer(after * 1000, send);
    }
    return { ok: true, payload: { queued: true } };
  }

  create(definition: Json, properties: Record<string, unknown> = {}, logicalId = 'Machine') {
    return this.states.create({
      logicalId,
      type: 'AWS::StepFunctions::StateMachine',
      path: `service/${logicalId}`,
      properties: {
        DefinitionString: typeof definition === 'string' ? definition : JSON.stringify(definition),
        RoleArn: ROLE,
        StateMachineName: logicalId.toLowerCase(),
        ...properties,
      },
    }) as { ref: string; attributes: Record<string, string> };
  }

  async call(action: string, input: Record<string, unknown> = {}): Promise<Json> {
    return (await this.states.call(this.apiCall(action, input))).body;
  }

  apiCall(action: string, input: Record<string, unknown>) {
    const http = { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0) };
    const principal = { arn: 'arn:aws:sts::000000000000:assumed-role/caller/caller', kind: 'role' as const };
    return { service: 'states', action, input, principal, http };
  }

  /** The code of the error that a call answers, '' when it succeeds. */
  async codeOf(action: string, input: Record<string, unknown>): Promise<string> {
    try {
      await this.call(action, input);
      return '';
    } catch (error) {
      if (error instanceof AwsError) return error.code;
      throw error;
    }
  }

  async start(stateMachineArn: string, input: Json = {}, name?: string): Promise<string> {
    const answer = await this.call('StartExecution', {
      stateMachineArn,
      input: JSON.stringify(input),
      ...(name && { name }),
    });
    await settle();
    return answer.executionArn;
  }

  describe(executionArn: string): Promise<Json> {
    return this.call('DescribeExecution', { executionArn });
  }

  async history(executionArn: string): Promise<Json[]> {
    return (await this.call('GetExecutionHistory', { executionArn, maxResults: 1000 })).events;
  }

  /** Runs a definition to its end, moving the clock from timer to timer; stays RUNNING when nothing is due any more. */
  async run(definition: Json, input: Json = {}) {
    const arn = await this.start(this.create(definition).ref, input);
    const began = this.clock.now();
    await settle();
    let timers = 0;
    while ((await this.describe(arn)).status === 'RUNNING' && (await this.clock.next())) {
      timers += 1;
      if (timers > 10_000) throw new Error('the execution does not end');
    }
    const events = await this.history(arn);
    return {
      arn,
      ...(await this.describe(arn)),
      seconds: (this.clock.now() - began) / 1000,
      events: events.map(({ type }) => type),
      visited: events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []),
      transitions: this.states.transitions(arn),
    };
  }
}

/** A JSONata state machine; it starts at its first state. */
export function machine(states: Json, more: Json = {}): Json {
  return { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more };
}

/** A Task that invokes `work`. */
export function task(more: Json = {}): Json {
  const { Payload, ...fields } = more;
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: FUNCTION, ...(Payload !== undefined && { Payload }) },
    ...('Next' in fields ? {} : { End: true }),
    ...fields,
  };
}

/** A Task that gives its token to `work` and waits. */
export function waiting(more: Json = {}): Json {
  return task({
    Payload: { token: '{% $states.context.Task.Token %}' },
    ...more,
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  });
}
