import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { readInput } from '../api-input.ts';
import type { Clock } from '../clock.ts';
import { type ApiCall, AwsError, type Cloud, type Permission } from '../service.ts';
import type { Execution, Executions, StateMachine } from './executions.ts';
import { byteLength, DATA_LIMIT_BYTES, type Json, parseJson } from './json.ts';
import { type TaskTokens, taskTimedOut } from './task-tokens.ts';
import type { Surroundings } from './visit.ts';

interface Parts {
  readonly cloud: Cloud;
  readonly clock: Clock;
  readonly machines: ReadonlyMap<string, StateMachine>;
  readonly executions: Executions;
  readonly tokens: TaskTokens;
  readonly around: (machine: StateMachine) => Surroundings;
}

/** The API of Step Functions 2016-11-23 as far as it is used; every unknown action or parameter is an error. */
export interface Api {
  permissions(call: ApiCall): readonly Permission[];
  call(call: ApiCall): unknown;
}

const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const;
/** No white space, brackets, wildcards, special or control characters (API reference, StartExecution). */
const NAME = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u;
const page = { maxResults: z.int().min(0).max(1000).optional(), nextToken: z.string().optional() };
const error = z.string().max(256).optional();
const cause = z.string().max(32_768).optional();
const taskToken = z.string().min(1).max(2048);

export function createApi({ cloud, clock, machines, executions, tokens, around }: Parts): Api {
  const prefix = `arn:aws:states:${cloud.region}:${cloud.accountId}`;

  const machineAt = (arn: string): StateMachine => {
    if (!arn.startsWith('arn:aws:states:')) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    const machine = machines.get(arn);
    if (machine === undefined)
      throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
    return machine;
  };
  const executionAt = (arn: string): Execution => {
    if (!arn.startsWith('arn:aws:states:')) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
    const execution = executions.find(arn);
    if (execution === undefined)
      throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  };
  const jsonText = (text: string, code: string): Json => {
    const value = parseJson(text);
    if (value === undefined) throw new AwsError(code, `${code}: not a JSON text`);
    if (byteLength(text) > DATA_LIMIT_BYTES)
      throw new AwsError(code, `${code}: larger than ${DATA_LIMIT_BYTES} bytes`);
    return value;
  };

  const actions: Readonly<Record<string, (call: ApiCall) => unknown>> = {
    StartExecution(call) {
      const fields = {
        stateMachineArn: z.string(),
        name: z.string().optional(),
        input: z.string().optional(),
      };
      // The SDK adds a trace header when tracing is on.
      const { stateMachineArn, name, input } = readInput(
        call,
        z.strictObject({ ...fields, traceHeader: z.string().optional() }),
      );
      const machine = machineAt(stateMachineArn);
      if (name !== undefined && !NAME.test(name))
        throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
      const text = input ?? '{}';
      const value = jsonText(text, 'InvalidExecutionInput');
      const { arn, startedAt } = executions.start(
        machine,
        name ?? randomUUID(),
        text,
        value,
        around(machine),
      );
      return { executionArn: arn, startDate: startedAt / 1000 };
    },

    DescribeExecution(call) {
      const execution = executionAt(
        readInput(call, z.strictObject({ executionArn: z.string() })).executionArn,
      );
      const { input, output, error, cause } = execution;
      return {
        ...summary(execution),
        input,
        inputDetails: { included: true },
        ...(output !== undefined && { output, outputDetails: { included: true } }),
        ...(error !== undefined && { error }),
        ...(cause !== undefined && { cause }),
        redriveCount: 0,
      };
    },

    ListExecutions(call) {
      const fields = { stateMachineArn: z.string(), statusFilter: z.enum(STATUSES).optional(), ...page };
      const { stateMachineArn, statusFilter, maxResults, nextToken } = readInput(
        call,
        z.strictObject(fields),
      );
      const newestFirst = executions.of(machineAt(stateMachineArn).arn).toReversed();
      const wanted = newestFirst.filter(
        ({ status }) => statusFilter === undefined || status === statusFilter,
      );
      const { items, next } = pageOf(wanted, ({ arn }) => arn, maxResults, nextToken);
      return { executions: items.map(summary), ...next };
    },

    StopExecution(call) {
      const { executionArn, ...reason } = readInput(
        call,
        z.strictObject({ executionArn: z.string(), error, cause }),
      );
      const { machine } = executionAt(executionArn);
      executions.abort(executionArn, reason, around(machine));
      return { stopDate: (executionAt(executionArn).stoppedAt ?? clock.now()) / 1000 };
    },

    GetExecutionHistory(call) {
      const fields = {
        executionArn: z.string(),
        reverseOrder: z.boolean().optional(),
        includeExecutionData: z.literal(true).optional(),
        ...page,
      };
      const { executionArn, reverseOrder, maxResults, nextToken } = readInput(call, z.strictObject(fields));
      const { events } = executionAt(executionArn).history;
      const ordered = reverseOrder === true ? events.toReversed() : events;
      const { items, next } = pageOf(ordered, ({ id }) => String(id), maxResults, nextToken);
      return { events: items, ...next };
    },

    SendTaskSuccess(call) {
      const input = readInput(call, z.strictObject({ taskToken, output: z.string() }));
      const output = jsonText(input.output, 'InvalidOutput');
      if (!tokens.find(input.taskToken).succeed(output)) throw taskTimedOut();
      return {};
    },

    SendTaskFailure(call) {
      // Without an error name AWS fails the task with none, which no Retrier and no Catcher but States.ALL could match.
      const named = z.string('an error name is required by the local cloud').min(1).max(256);
      const input = readInput(call, z.strictObject({ taskToken, error: named, cause }));
      if (!tokens.find(input.taskToken).fail(input.error, input.cause ?? '')) throw taskTimedOut();
      return {};
    },

    SendTaskHeartbeat(call) {
      tokens.find(readInput(call, z.strictObject({ taskToken })).taskToken).heartbeat();
      return {};
    },

    DescribeStateMachine(call) {
      const { arn, name, roleArn, definitionText, createdAt } = machineAt(
        readInput(call, z.strictObject({ stateMachineArn: z.string() })).stateMachineArn,
      );
      return {
        stateMachineArn: arn,
        name,
        status: 'ACTIVE',
        type: 'STANDARD',
        definition: definitionText,
        roleArn,
        creationDate: createdAt / 1000,
      };
    },

    ListStateMachines(call) {
      const { maxResults, nextToken } = readInput(call, z.strictObject(page));
      const { items, next } = pageOf([...machines.values()], ({ arn }) => arn, maxResults, nextToken);
      const stateMachines = items.map(({ arn, name, createdAt }) => ({
        stateMachineArn: arn,
        name,
        type: 'STANDARD',
        creationDate: createdAt / 1000,
      }));
      return { stateMachines, ...next };
    },
  };

  /** The resource that IAM asks about (Service Authorization Reference); a token stands for its state machine. */
  const resourceOf = ({ action, input }: ApiCall): string => {
    const given = (field: string) => (typeof input[field] === 'string' ? input[field] : undefined);
    if (action.startsWith('SendTask')) {
      return tokens.stateMachineOf(given('taskToken') ?? '') ?? `${prefix}:stateMachine:*`;
    }
    return given('executionArn') ?? given('stateMachineArn') ?? '*';
  };

  return {
    permissions: (call) => [{ action: `states:${call.action}`, resource: resourceOf(call) }],
    call(call) {
      const run = Object.hasOwn(actions, call.action) ? actions[call.action] : undefined;
      if (run === undefined)
        throw new AwsError(
          'UnknownOperationException',
          `states:${call.action} is not part of the local cloud`,
        );
      return run(call);
    },
  };
}

function summary({ arn, machine, name, status, startedAt, stoppedAt }: Execution) {
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: startedAt / 1000,
    ...(stoppedAt !== undefined && { stopDate: stoppedAt / 1000 }),
  };
}

/** The token names the last item that was answered, so that items that come meanwhile do not shift the pages. */
function pageOf<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  maxResults: number | undefined,
  token: string | undefined,
) {
  // 0 stands for the default.
  const size = maxResults || 100;
  const last =
    token === undefined
      ? -1
      : items.findIndex((item) => keyOf(item) === Buffer.from(token, 'base64url').toString());
  if (token !== undefined && last < 0)
    throw new AwsError('InvalidToken', "Invalid Token: 'Invalid nextToken'");
  const answered = items.slice(last + 1, last + 1 + size);
  const end = answered.at(-1);
  const more = end !== undefined && last + 1 + size < items.length;
  return { items: answered, next: more ? { nextToken: Buffer.from(keyOf(end)).toString('base64url') } : {} };
}
