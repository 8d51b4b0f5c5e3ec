import { createHash } from 'node:crypto';
import * as z from 'zod';
import { readProperties } from './properties.ts';
import { type Resource, UnsupportedTemplate } from './service.ts';
import type { QueueSettings } from './sqs-queue.ts';

const redrivePolicy = z.strictObject({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

/** `AWS::SQS::Queue`; limits are those of the CloudFormation reference. Encryption and tags change nothing here. */
const queueProperties = z.strictObject({
  QueueName: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,80}$/, 'is 1 to 80 letters, digits, - or _')
    .optional(),
  VisibilityTimeout: z.int().min(0).max(43_200).default(30),
  MessageRetentionPeriod: z.int().min(60).max(1_209_600).default(345_600),
  DelaySeconds: z.int().min(0).max(900).default(0),
  ReceiveMessageWaitTimeSeconds: z.int().min(0).max(20).default(0),
  MaximumMessageSize: z.int().min(1024).max(1_048_576).default(1_048_576),
  RedrivePolicy: redrivePolicy.optional(),
  SqsManagedSseEnabled: z.boolean().optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: z.int().optional(),
  FifoQueue: z.literal(false, 'FIFO queues are not supported by the local cloud').optional(),
  Tags: z.unknown().optional(),
});

/** `AWS::SQS::QueuePolicy`. */
const queuePolicyProperties = z.strictObject({
  Queues: z.array(z.string()).min(1),
  PolicyDocument: z.unknown(),
});

export function readQueue(resource: Resource, arnOf: (name: string) => string): QueueSettings {
  const properties = readProperties(resource, queueProperties);
  const name = properties.QueueName ?? generatedName(resource);
  const redrive = properties.RedrivePolicy;
  if (redrive?.deadLetterTargetArn === arnOf(name)) {
    throw new UnsupportedTemplate(
      `${resource.path}.Properties.RedrivePolicy`,
      'a queue cannot be its own dead-letter queue',
    );
  }
  return {
    name,
    arn: arnOf(name),
    visibilityTimeout: properties.VisibilityTimeout,
    retention: properties.MessageRetentionPeriod,
    delay: properties.DelaySeconds,
    receiveWait: properties.ReceiveMessageWaitTimeSeconds,
    maximumMessageSize: properties.MaximumMessageSize,
    ...(redrive !== undefined && { redrive }),
  };
}

export function readQueuePolicy(resource: Resource) {
  return readProperties(resource, queuePolicyProperties);
}

/** Like CloudFormation's `stack-logicalId-suffix`, but the same on every start, so that saved queue URLs stay right. */
function generatedName(resource: Resource): string {
  const suffix = createHash('sha256').update(resource.path).digest('hex').slice(0, 12);
  return `${resource.path.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 67)}-${suffix}`;
}
