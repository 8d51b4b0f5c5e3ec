import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Clock, systemClock } from '../clock.ts';
import { readProperties } from '../properties.ts';
import {
  type ApiAnswer,
  type ApiCall,
  AwsError,
  type Cloud,
  type CloudService,
  type Identity,
  type Permission,
  type Resource,
  UnsupportedTemplate,
} from '../service.ts';
import { createApi } from './api.ts';
import { type Execution, Executions, type StateMachine } from './executions.ts';
import { parseDefinition } from './parse-definition.ts';
import { TaskTokens } from './task-tokens.ts';
import { Timers } from './timers.ts';
import type { Surroundings } from './visit.ts';

/** The local Step Functions, with the counters that a benchmark reads. */
export interface StepFunctions extends CloudService {
  /** State transitions as AWS bills them, states entered plus retries: of one execution, or of all. */
  transitions(executionArn?: string): number;
  /** Timers in use, e.g. to see what parked executions cost. */
  timers(): number;
}

const scalar = z.union([z.string(), z.number(), z.boolean()]);
/** Logging, tracing and tags change nothing about what runs. */
const stateMachineProperties = z.strictObject({
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), scalar).optional(),
  RoleArn: z.string(),
  StateMachineName: z.string().optional(),
  StateMachineType: z
    .literal('STANDARD', { error: 'the local cloud runs STANDARD state machines only' })
    .optional(),
  LoggingConfiguration: z.unknown().optional(),
  TracingConfiguration: z.unknown().optional(),
  Tags: z.unknown().optional(),
});

/**
 * Step Functions: runs the template's state machines and answers the API. Executions live in memory.
 * @param clock what waits, timeouts, retries and `$now()` go by.
 */
export function createStepFunctions(cloud: Cloud, clock: Clock = systemClock): StepFunctions {
  const machines = new Map<string, StateMachine>();
  const timers = new Timers(clock);
  const tokens = new TaskTokens();
  const executions = new Executions({
    statusChanged: (execution) => emitStatus(cloud, execution),
    broken: ({ arn }, error) =>
      cloud.log(arn, `the interpreter failed: ${error instanceof Error ? error.stack : error}`),
  });
  const around = (machine: StateMachine): Surroundings => ({
    clock,
    timers,
    tokens,
    random: () => cloud.chaos.random(),
    region: cloud.region,
    invoke: async (functionName, payload) => {
      const role = cloud.assume(machine.roleArn, 'states.amazonaws.com', machine.arn);
      const arn = functionName.startsWith('arn:')
        ? functionName
        : `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${functionName}`;
      return cloud.invokeFunction(arn, payload, role);
    },
  });
  const api = createApi({ cloud, clock, machines, executions, tokens, around });

  return {
    name: 'states',
    types: ['AWS::StepFunctions::StateMachine'],

    create(resource: Resource): Identity {
      const properties = readProperties(resource, stateMachineProperties);
      const where = `${resource.path}.Properties.DefinitionString`;
      const definitionText = substitute(
        properties.DefinitionString,
        properties.DefinitionSubstitutions ?? {},
        where,
      );
      const name = properties.StateMachineName ?? generatedName(resource);
      const arn = `arn:aws:states:${cloud.region}:${cloud.accountId}:stateMachine:${name}`;
      if (machines.has(arn))
        throw new UnsupportedTemplate(`${resource.path}.Properties.StateMachineName`, `'${name}' is taken`);
      machines.set(arn, {
        arn,
        name,
        roleArn: properties.RoleArn,
        definitionText,
        definition: parseDefinition(definitionText, where),
        createdAt: clock.now(),
      });
      return { ref: arn, attributes: { Arn: arn, Name: name } };
    },

    permissions: (call: ApiCall): readonly Permission[] => api.permissions(call),
    call: async (call: ApiCall): Promise<ApiAnswer> => ({ body: api.call(call) }),

    async start() {
      // As on AWS, where a state machine whose role does not trust the service cannot be created.
      for (const { roleArn, arn } of machines.values()) cloud.assume(roleArn, 'states.amazonaws.com', arn);
    },

    async stop() {
      executions.stop();
      timers.stop();
    },

    transitions(executionArn) {
      if (executionArn === undefined) return executions.transitions;
      const execution = executions.find(executionArn);
      if (execution === undefined)
        throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
      return execution.transitions;
    },
    timers: () => timers.size,
  };
}

/** `${Name}` in a definition (https://docs.aws.amazon.com/AWSCloudFormation, DefinitionSubstitutions). */
function substitute(
  text: string,
  values: Readonly<Record<string, string | number | boolean>>,
  where: string,
): string {
  if (Object.keys(values).length === 0) return text;
  return text.replaceAll(/\$\{([A-Za-z0-9_]+)\}/g, (placeholder, key: string) => {
    const value = values[key];
    if (value === undefined)
      throw new UnsupportedTemplate(where, `DefinitionSubstitutions has nothing for ${placeholder}`);
    return String(value);
  });
}

/** Like CloudFormation's, but the same on every start. */
function generatedName({ logicalId, path }: Resource): string {
  return `${logicalId.slice(0, 66)}-${createHash('sha256').update(path).digest('hex').slice(0, 12)}`;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
function emitStatus(cloud: Cloud, execution: Execution): void {
  const { arn, machine, name, status, startedAt, stoppedAt, input, output, error, cause } = execution;
  const detail = {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: startedAt,
    stopDate: stoppedAt ?? null,
    input,
    output: output ?? null,
    inputDetails: { included: true },
    outputDetails: output === undefined ? null : { included: true },
    error: error ?? null,
    cause: cause ?? null,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    redriveCount: 0,
    redriveDate: null,
    redriveStatus: status === 'RUNNING' || status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    redriveStatusReason: null,
  };
  cloud.emit('aws.states', 'Step Functions Execution Status Change', detail, [arn]);
}
