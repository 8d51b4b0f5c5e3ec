import * as z from 'zod';
import { md5OfAttributes, md5OfBody, messageAttributes, type StoredMessage } from './sqs-message.ts';
import type { Queue } from './sqs-queue.ts';

export const messageFields = {
  MessageBody: z.string(),
  DelaySeconds: z.int().min(0).max(900).optional(),
  MessageAttributes: messageAttributes.optional(),
  // Tracing and fair queues: both change nothing about what is delivered.
  MessageSystemAttributes: z.unknown().optional(),
  MessageGroupId: z.string().optional(),
};
const names = z.array(z.string()).optional();
const visibility = z.int().min(0).max(43_200);
export const sendInput = z.strictObject({ QueueUrl: z.string(), ...messageFields });
export const deleteInput = z.strictObject({ QueueUrl: z.string(), ReceiptHandle: z.string() });
export const visibilityInput = z.strictObject({
  QueueUrl: z.string(),
  ReceiptHandle: z.string(),
  VisibilityTimeout: visibility,
});
export const receiveInput = z.strictObject({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  WaitTimeSeconds: z.int().min(0).max(20).optional(),
  VisibilityTimeout: visibility.optional(),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});
export const urlInput = z.strictObject({ QueueUrl: z.string(), AttributeNames: names });
export const moveInput = z.strictObject({
  SourceArn: z.string(),
  DestinationArn: z.string().optional(),
  MaxNumberOfMessagesPerSecond: z.int().min(1).max(500).optional(),
});

export function queueAttributes(queue: Queue): Record<string, string> {
  const { settings } = queue;
  const counts = queue.counts();
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: `${counts.visible}`,
    ApproximateNumberOfMessagesNotVisible: `${counts.inFlight}`,
    ApproximateNumberOfMessagesDelayed: `${counts.delayed}`,
    VisibilityTimeout: `${settings.visibilityTimeout}`,
    MessageRetentionPeriod: `${settings.retention}`,
    DelaySeconds: `${settings.delay}`,
    ReceiveMessageWaitTimeSeconds: `${settings.receiveWait}`,
    MaximumMessageSize: `${settings.maximumMessageSize}`,
    ...(settings.redrive !== undefined && { RedrivePolicy: JSON.stringify(settings.redrive) }),
  };
}

export function received(message: StoredMessage, system: readonly string[], custom: readonly string[]) {
  const attributes = selected(
    {
      ApproximateReceiveCount: `${message.receiveCount}`,
      ApproximateFirstReceiveTimestamp: `${message.firstReceivedAt}`,
      SentTimestamp: `${message.sentAt}`,
      SenderId: message.senderId,
      ...(message.deadLetterSource !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSource }),
    },
    system,
  );
  const wanted = (name: string) =>
    custom.some(
      (asked) =>
        asked === 'All' || asked === name || (asked.endsWith('.*') && name.startsWith(asked.slice(0, -2))),
    );
  const chosen = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => wanted(name)));
  const md5 = md5OfAttributes(chosen);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5OfBody(message.body),
    Body: message.body,
    ...(Object.keys(attributes).length > 0 && { Attributes: attributes }),
    ...(md5 !== undefined && { MessageAttributes: chosen, MD5OfMessageAttributes: md5 }),
  };
}

export function selected(all: Record<string, string>, asked: readonly string[]): Record<string, string> {
  if (asked.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => asked.includes(name)));
}
