import type { Clock } from '../clock.ts';
import type { InvocationResult } from '../service.ts';
import type { Definition } from './definition.ts';
import { type Bindings, runFunctions } from './expression.ts';
import type { Halt } from './halt.ts';
import type { History } from './history.ts';
import { byteLength, DATA_LIMIT_BYTES, type Json, type JsonObject } from './json.ts';
import { StateError } from './state-error.ts';
import type { TaskTokens } from './task-tokens.ts';
import type { Template } from './template.ts';
import type { Timers } from './timers.ts';

/** What an execution needs from outside; everything that is not in its definition. */
export interface Surroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly tokens: TaskTokens;
  readonly random: () => number;
  readonly region: string;
  /** Acts as the state machine's role; throws `AwsError` when it may not, or when there is no such function. */
  readonly invoke: (functionName: string, payload: Json) => Promise<InvocationResult>;
}

/** One execution as the interpreter sees it. */
export interface Run {
  readonly definition: Definition;
  readonly stateMachineArn: string;
  readonly input: Json;
  /** `$states.context` without `State` and `Task`. */
  readonly context: JsonObject;
  readonly history: History;
  readonly halt: Halt;
  /** Called once per state entered and once per retry: what Step Functions bills as a state transition. */
  readonly transition: () => void;
}

/** How a state was left; `next` is absent where the execution ends. */
export interface Exit {
  readonly output: Json;
  readonly assign: JsonObject;
  readonly next?: string | undefined;
}

/** A visit to a state: what all its fields are evaluated with. */
export interface Visit {
  readonly name: string;
  readonly input: Json;
  readonly variables: JsonObject;
  readonly entered: { readonly time: number; readonly eventId: number };
  readonly run: Run;
  readonly around: Surroundings;
}

/** A duration: a literal that the definition's schema has checked, or the value of an expression. */
export async function secondsOf(
  value: number | Template,
  visit: Visit,
  bindings: Bindings,
  field: string,
  least: number,
): Promise<number> {
  if (typeof value === 'number') return value;
  const seconds = await evaluate(value, visit, bindings, field);
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < least || seconds > 99_999_999)
    throw wrongType(visit, field, `whole number from ${least} to 99999999`, seconds);
  return seconds;
}

/** Evaluates Assign and Output side by side, both with what the variables were on entry. */
export async function exitOf(
  fields: {
    readonly Output?: Template | undefined;
    readonly Assign?: Readonly<Record<string, Template>> | undefined;
  },
  visit: Visit,
  next: string | undefined,
  more: BindingOptions = {},
  byDefault: Json = visit.input,
): Promise<Exit> {
  const bindings = bindingsOf(visit, more);
  const assign: JsonObject = {};
  for (const [name, template] of Object.entries(fields.Assign ?? {}))
    assign[name] = await evaluate(template, visit, bindings, `Assign/${name}`);
  const output =
    fields.Output === undefined ? byDefault : await evaluate(fields.Output, visit, bindings, 'Output');
  limited(output, visit, 'output');
  limited(assign, visit, 'variables');
  return { output, assign, next };
}

/** What tasks add to `$states`. */
export interface BindingOptions {
  /** `result` or `errorOutput`. */
  readonly states?: JsonObject;
  readonly retryCount?: number;
  readonly token?: string | undefined;
}

export function bindingsOf(
  { name, input, variables, entered, run, around }: Visit,
  more: BindingOptions = {},
): Bindings {
  const context = {
    ...run.context,
    State: {
      Name: name,
      EnteredTime: new Date(entered.time).toISOString(),
      RetryCount: more.retryCount ?? 0,
    },
    ...(more.token !== undefined && { Task: { Token: more.token } }),
  };
  // Variables last: one that is named like a function hides it, as in JSONata itself.
  return {
    ...runFunctions(() => around.clock.now(), around.random),
    ...variables,
    states: { input, context, ...more.states },
  };
}

/** Evaluates a field; a failure is an event of the history, and its cause names the state. */
export async function evaluate(
  template: Template,
  visit: Visit,
  bindings: Bindings,
  field: string,
): Promise<Json> {
  try {
    return await template.evaluate(bindings, field);
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    throw failedEvaluation(visit, field, error.message);
  }
}

function failedEvaluation(visit: Visit, field: string, message: string): StateError {
  const cause = where(visit, message);
  const error = 'States.QueryEvaluationError';
  visit.run.history.add('EvaluationFailed', { error, cause, location: field, state: visit.name });
  return new StateError(error, cause);
}

export function wrongType(visit: Visit, field: string, expected: string, value: Json): StateError {
  const actual = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const shown = typeof value === 'object' ? actual : `${actual} ${JSON.stringify(value).slice(0, 100)}`;
  return failedEvaluation(visit, field, `The field '${field}' must be a ${expected}, but was '${shown}'.`);
}

export function asString(value: Json, visit: Visit, field: string): string {
  if (typeof value !== 'string') throw wrongType(visit, field, 'string', value);
  return value;
}

/** The JSON text of a value, when it is within the quota. */
export function limited(value: Json, visit: Visit, what: string): string {
  const text = JSON.stringify(value);
  if (byteLength(text) <= DATA_LIMIT_BYTES) return text;
  throw new StateError(
    'States.DataLimitExceeded',
    where(visit, `The ${what} is larger than the maximum of ${DATA_LIMIT_BYTES} bytes.`),
  );
}

export function where({ name, entered }: Visit, what: string): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${entered.eventId}). ${what}`;
}
