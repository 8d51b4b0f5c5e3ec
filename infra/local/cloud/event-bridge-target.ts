import * as z from 'zod';
import { compileInput, InputError, inputProperties, type TargetInput } from './event-bridge-input.ts';
import { AwsError, type BusEvent, type Cloud, type Principal, UnsupportedTemplate } from './service.ts';

export const targetProperties = z.strictObject({
  Id: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  Arn: z.string(),
  RoleArn: z.string().optional(),
  ...inputProperties,
  DeadLetterConfig: z.strictObject({ Arn: z.string() }).optional(),
  RetryPolicy: z
    .strictObject({
      MaximumEventAgeInSeconds: z.int().min(60).max(86_400).default(86_400),
      MaximumRetryAttempts: z.int().min(0).max(185).default(185),
    })
    .optional(),
});

/** A rule's target, ready to be delivered to. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly deadLetterArn?: string;
  readonly maximumAgeMs: number;
  readonly maximumRetries: number;
  /** One attempt; throws what made it fail. */
  deliver(event: BusEvent, ingestedAt: number): Promise<void>;
}

/** Puts an event on another bus of this account; throws when there is none of that ARN. */
export type Forward = (busArn: string, event: BusEvent) => void;

/** Kinds of target that the local cloud delivers to: queue, function, state machine, bus. */
export function createTarget(
  properties: z.output<typeof targetProperties>,
  rule: { readonly arn: string; readonly name: string },
  cloud: Cloud,
  forward: Forward,
  path: string,
): Target {
  const input = compileInput(properties, rule, path);
  return {
    id: properties.Id,
    arn: properties.Arn,
    ...(properties.DeadLetterConfig !== undefined && { deadLetterArn: properties.DeadLetterConfig.Arn }),
    maximumAgeMs: (properties.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400) * 1000,
    maximumRetries: properties.RetryPolicy?.MaximumRetryAttempts ?? 185,
    deliver: delivery(properties, rule.arn, input, cloud, forward, path),
  };
}

function delivery(
  properties: z.output<typeof targetProperties>,
  ruleArn: string,
  input: TargetInput,
  cloud: Cloud,
  forward: Forward,
  path: string,
): Target['deliver'] {
  const { Arn: arn, RoleArn: roleArn } = properties;
  const kind = arn.split(':')[2];
  const principal: Principal = { arn: 'events.amazonaws.com', kind: 'service', sourceArn: ruleArn };
  if (kind === 'sqs' || kind === 'lambda') {
    // Resource policies allow these; a role here would be silently ignored.
    if (roleArn !== undefined)
      throw new UnsupportedTemplate(`${path}.RoleArn`, `a ${kind} target takes no role`);
  } else if (roleArn === undefined) {
    throw new UnsupportedTemplate(path, `a ${kind} target needs a RoleArn`);
  }
  const asRole = (action: string): Principal => {
    const role = cloud.assume(roleArn ?? '', 'events.amazonaws.com');
    cloud.authorize(role, [{ action, resource: arn }]);
    return role;
  };
  switch (kind) {
    case 'sqs':
      return (event, ingestedAt) => cloud.sendMessage(arn, input(event, ingestedAt), principal);
    case 'lambda':
      return (event, ingestedAt) => invokeLater(cloud, arn, input(event, ingestedAt), principal);
    case 'states':
      return async (event, ingestedAt) => {
        const text = input(event, ingestedAt);
        const by = asRole('states:StartExecution');
        await callAs(cloud, by, 'states', 'StartExecution', { stateMachineArn: arn, input: text });
      };
    case 'events':
      if (
        properties.Input !== undefined ||
        properties.InputPath !== undefined ||
        properties.InputTransformer !== undefined
      ) {
        throw new UnsupportedTemplate(path, 'a bus takes the event as it is');
      }
      return async (event) => {
        asRole('events:PutEvents');
        forward(arn, event);
      };
    default:
      throw new UnsupportedTemplate(`${path}.Arn`, `${arn}: not a target that the local cloud delivers to`);
  }
}

/**
 * Hands an event to a function and does not wait for its work: from here on the function's own retries and failure
 * destination count, as on AWS. Throws when the principal may not.
 */
export async function invokeLater(
  cloud: Cloud,
  functionArn: string,
  payload: string,
  by: Principal,
): Promise<void> {
  cloud.authorize(by, [{ action: 'lambda:InvokeFunction', resource: functionArn }]);
  const input = { FunctionName: functionArn, InvocationType: 'Event', Payload: payload };
  await callAs(cloud, by, 'lambda', 'InvokeFunction', input);
}

/** An API call of one service to another; the caller has been authorised. */
async function callAs(
  cloud: Cloud,
  principal: Principal,
  service: string,
  action: string,
  input: Record<string, unknown>,
): Promise<void> {
  const http = { method: 'POST', path: '/', headers: {}, body: Buffer.from(JSON.stringify(input)) };
  await cloud.service(service).call({ service, action, input, principal, http });
}

/**
 * Errors that no retry mends: EventBridge sends these events to the dead-letter queue at once (User Guide, "Using
 * dead-letter queues to process undelivered events": missing permissions, a target that no longer exists).
 */
export function isFinal(error: unknown): boolean {
  if (error instanceof InputError) return true;
  return (
    error instanceof AwsError &&
    error.status < 500 &&
    error.status !== 429 &&
    !/throttl|TooManyRequests/i.test(error.code)
  );
}
