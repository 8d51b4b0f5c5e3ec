import { AwsError } from '../service.ts';
import { INVOKE_AND_WAIT, type TaskState } from './definition.ts';
import { HALTED } from './halt.ts';
import { historyFull } from './history.ts';
import { type Json, type JsonObject, toJson } from './json.ts';
import { Retries } from './retry.ts';
import { matches, StateError } from './state-error.ts';
import type { Timer } from './timers.ts';
import {
  asString,
  bindingsOf,
  type Exit,
  evaluate,
  exitOf,
  limited,
  secondsOf,
  type Visit,
  wrongType,
} from './visit.ts';

/** How an attempt ended. */
type Attempt =
  | { readonly ok: true; readonly result: Json }
  | { readonly ok: false; readonly failure: StateError };

/** AWS's default for a Task without TimeoutSeconds. */
const DEFAULT_TIMEOUT_SECONDS = 99_999_999;

/**
 * Runs a Task: attempts, retries, then catchers in order. What its own fields fail with can be retried and caught too
 * (spec, "JSONata Runtime Errors"); what a Catcher's fields fail with cannot.
 * @throws {StateError} when no Retrier and no Catcher takes the error.
 */
export async function runTask(state: TaskState, visit: Visit): Promise<Exit | typeof HALTED> {
  const { run, around } = visit;
  const retries = new Retries(state.Retry ?? [], around.random);
  for (;;) {
    if (run.history.full) throw historyFull();
    try {
      return await attemptOnce(state, visit, retries.count);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      if (run.halt.halted) return HALTED;
      const delayMs = retries.next(error);
      if (delayMs === undefined) return await caught(state, visit, error, retries.count);
      if ((await pause(delayMs, visit)) === HALTED) return HALTED;
      run.transition();
    }
  }
}

async function caught(state: TaskState, visit: Visit, error: StateError, retryCount: number): Promise<Exit> {
  const catcher = state.Catch?.find(({ ErrorEquals }) => matches(ErrorEquals, error));
  if (catcher === undefined) throw error;
  const errorOutput = { Error: error.error, Cause: error.message };
  return exitOf(catcher, visit, catcher.Next, { states: { errorOutput }, retryCount }, errorOutput);
}

async function pause(delayMs: number, visit: Visit): Promise<'due' | typeof HALTED> {
  const { clock, timers } = visit.around;
  return visit.run.halt.until<'due'>((settle) => {
    const timer = timers.schedule(clock.now() + delayMs, () => settle('due'));
    return () => timers.cancel(timer);
  });
}

/** Each attempt evaluates its fields anew and has its own timeout and its own token. */
async function attemptOnce(
  state: TaskState,
  visit: Visit,
  retryCount: number,
): Promise<Exit | typeof HALTED> {
  const { run, around } = visit;
  const waits = state.Resource === INVOKE_AND_WAIT;
  const token = waits ? around.tokens.issue(run.stateMachineArn) : undefined;
  const more = { retryCount, token };
  const bindings = bindingsOf(visit, more);
  const { FunctionName, Payload } = state.Arguments;
  const functionField = 'Arguments/FunctionName';
  const functionName = asString(
    await evaluate(FunctionName, visit, bindings, functionField),
    visit,
    functionField,
  );
  // Lambda's own default for an invocation without a payload.
  const payload = Payload === undefined ? {} : await evaluate(Payload, visit, bindings, 'Arguments/Payload');
  const parameters = limited({ FunctionName: functionName, Payload: payload }, visit, 'task input');
  const seconds = async (value: TaskState['TimeoutSeconds'], field: string) =>
    value === undefined ? undefined : await secondsOf(value, visit, bindings, field, 1);
  const timeout = await seconds(state.TimeoutSeconds, 'TimeoutSeconds');
  const heartbeat = await seconds(state.HeartbeatSeconds, 'HeartbeatSeconds');
  if (heartbeat !== undefined && heartbeat >= (timeout ?? DEFAULT_TIMEOUT_SECONDS))
    throw wrongType(visit, 'HeartbeatSeconds', `number smaller than TimeoutSeconds ${timeout}`, heartbeat);
  const resource = { resourceType: 'lambda', resource: waits ? 'invoke.waitForTaskToken' : 'invoke' };
  run.history.add('TaskScheduled', {
    ...resource,
    region: around.region,
    parameters,
    ...(timeout !== undefined && { timeoutInSeconds: timeout }),
    ...(heartbeat !== undefined && { heartbeatInSeconds: heartbeat }),
  });
  run.history.add('TaskStarted', resource);

  const call = {
    functionName,
    payload,
    token,
    timeout: timeout ?? DEFAULT_TIMEOUT_SECONDS,
    heartbeat,
    resource,
  };
  const attempt = await perform(call, visit);
  if (attempt === HALTED) return HALTED;
  if (!attempt.ok) {
    const { error, message } = attempt.failure;
    const timedOut = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
    run.history.add(timedOut ? 'TaskTimedOut' : 'TaskFailed', { ...resource, error, cause: message });
    throw attempt.failure;
  }
  const output = limited(attempt.result, visit, 'task result');
  run.history.add('TaskSucceeded', { ...resource, output });
  return exitOf(state, visit, state.Next, { ...more, states: { result: attempt.result } }, attempt.result);
}

interface Call {
  readonly functionName: string;
  readonly payload: Json;
  /** Present when the task is over only when somebody sends it back. */
  readonly token: string | undefined;
  readonly timeout: number;
  readonly heartbeat: number | undefined;
  readonly resource: JsonObject;
}

/** Invokes, and waits for whichever comes first: the answer, the token, a timeout, or the end of the execution. */
async function perform(call: Call, visit: Visit): Promise<Attempt | typeof HALTED> {
  const { run, around } = visit;
  const { clock, timers, tokens } = around;
  return run.halt.until<Attempt>((settle) => {
    const fail = (error: string, cause: string) =>
      settle({ ok: false, failure: new StateError(error, cause) });
    const started = clock.now();
    const timeout = timers.schedule(started + call.timeout * 1000, () =>
      fail('States.Timeout', `The task did not end within ${call.timeout} seconds`),
    );
    let heartbeat: Timer | undefined;
    const beat = () => {
      if (call.heartbeat === undefined) return;
      timers.cancel(heartbeat);
      heartbeat = timers.schedule(clock.now() + call.heartbeat * 1000, () =>
        fail('States.HeartbeatTimeout', `The task sent no heartbeat for ${call.heartbeat} seconds`),
      );
    };
    beat();
    const { token } = call;
    if (token !== undefined)
      tokens.open(token, {
        succeed: (output) => settle({ ok: true, result: output }),
        fail,
        heartbeat: beat,
      });

    let over = false;
    invoke(call, visit).then(
      (attempt) => {
        if (over) return;
        if (token === undefined || !attempt.ok) settle(attempt);
        else run.history.add('TaskSubmitted', { ...call.resource, output: JSON.stringify(attempt.result) });
      },
      (error: unknown) => fail('States.Runtime', `The local cloud failed: ${error}`),
    );
    return () => {
      over = true;
      timers.cancel(timeout);
      timers.cancel(heartbeat);
      if (token !== undefined) tokens.close(token);
    };
  });
}

/**
 * Lambda's answer in the shape of `lambda:invoke`. A function's error keeps its name; an error of Lambda itself gets
 * the prefix `Lambda.`. A missing permission is `Lambda.AWSLambdaException` with Lambda's text as cause: that is how
 * Step Functions reports the 403, and why a Retrier for throttling should name `Lambda.TooManyRequestsException`.
 */
async function invoke({ functionName, payload }: Call, { around }: Visit): Promise<Attempt> {
  try {
    const answer = await around.invoke(functionName, payload);
    if (answer.ok)
      return {
        ok: true,
        result: { ExecutedVersion: '$LATEST', Payload: toJson(answer.payload), StatusCode: 200 },
      };
    const { errorType, errorMessage } = answer;
    return { ok: false, failure: new StateError(errorType, JSON.stringify({ errorMessage, errorType })) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const name = error.code === 'AccessDeniedException' ? 'AWSLambdaException' : error.code;
    return { ok: false, failure: new StateError(`Lambda.${name}`, `${error.message} (Service: Lambda)`) };
  }
}
