import * as z from 'zod';
import { AwsError, type BusEvent, type Cloud, type Principal, UnsupportedTemplate } from './service.ts';

export const targetProperties = z.strictObject({
  Id: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  Arn: z.string(),
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
  deliver(event: BusEvent): Promise<void>;
}

/** A queue gets the event as it is; it is the one kind of target that our rules have. */
export function createTarget(
  properties: z.output<typeof targetProperties>,
  ruleArn: string,
  cloud: Cloud,
  path: string,
): Target {
  const { Arn: arn, DeadLetterConfig: deadLetters, RetryPolicy: retries } = properties;
  if (arn.split(':')[2] !== 'sqs') {
    throw new UnsupportedTemplate(`${path}.Arn`, `${arn}: the local cloud delivers to queues only`);
  }
  const principal: Principal = { arn: 'events.amazonaws.com', kind: 'service', sourceArn: ruleArn };
  return {
    id: properties.Id,
    arn,
    ...(deadLetters !== undefined && { deadLetterArn: deadLetters.Arn }),
    maximumAgeMs: (retries?.MaximumEventAgeInSeconds ?? 86_400) * 1000,
    maximumRetries: retries?.MaximumRetryAttempts ?? 185,
    deliver: (event) => cloud.sendMessage(arn, JSON.stringify(event), principal),
  };
}

/**
 * Errors that no retry mends: EventBridge sends these events to the dead-letter queue at once (User Guide, "Using
 * dead-letter queues to process undelivered events": missing permissions, a target that no longer exists).
 */
export function isFinal(error: unknown): boolean {
  return (
    error instanceof AwsError &&
    error.status < 500 &&
    error.status !== 429 &&
    !/throttl|TooManyRequests/i.test(error.code)
  );
}
