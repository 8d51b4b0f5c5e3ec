import * as z from 'zod';
import { failedItems, type Mapping } from './event-source-batch.ts';
import type { LambdaService } from './lambda.ts';
import type { ApiAnswer, ApiCall, Cloud } from './service.ts';
import { AwsError } from './service.ts';

interface QueueMappingSettings {
  readonly queueArn: string;
  readonly functionArn: string;
  readonly functionName: string;
  readonly roleArn: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly reportsFailures: boolean;
  /** Batches in flight at most. */
  readonly concurrency: number;
}

const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({
        DataType: z.string(),
        StringValue: z.string().optional(),
        BinaryValue: z.string().optional(),
      }),
    )
    .default({}),
});
type Message = z.output<typeof messageSchema>;
const receivedSchema = z.object({ Messages: z.array(messageSchema).default([]) });

/** One long poll: short, so that a stopped cloud has none left after it. */
const pollSeconds = 5;
/** After a failure of the poll itself, e.g. a throttled function. */
const pauseMs = 500;

/** Polls a queue as Lambda does: with the function's role, batches, deletes what succeeded, leaves the rest. */
export class QueueMapping implements Mapping {
  readonly #cloud: Cloud;
  readonly #lambda: LambdaService;
  readonly #settings: QueueMappingSettings;
  #stopped = false;

  constructor(cloud: Cloud, lambda: LambdaService, settings: QueueMappingSettings) {
    this.#cloud = cloud;
    this.#lambda = lambda;
    this.#settings = settings;
  }

  start(): void {
    for (let poller = 0; poller < this.#settings.concurrency; poller += 1) void this.#poll();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      try {
        const batch = await this.#collect();
        if (batch.length > 0 && !this.#stopped) await this.#deliver(batch);
      } catch (error) {
        if (this.#stopped) return;
        const message = error instanceof Error ? error.message : String(error);
        this.#cloud.log(this.#settings.functionName, `reading ${this.#settings.queueArn} failed: ${message}`);
        await new Promise((resolve) => {
          setTimeout(resolve, pauseMs).unref();
        });
      }
    }
  }

  async #collect(): Promise<readonly Message[]> {
    const { batchSize, windowMs } = this.#settings;
    const batch = await this.#receive(Math.min(10, batchSize), pollSeconds);
    const until = Date.now() + windowMs;
    while (batch.length > 0 && batch.length < batchSize && Date.now() < until && !this.#stopped) {
      const wait = Math.min(pollSeconds, Math.ceil((until - Date.now()) / 1000));
      batch.push(...(await this.#receive(Math.min(10, batchSize - batch.length), wait)));
    }
    return batch;
  }

  async #receive(count: number, waitSeconds: number): Promise<Message[]> {
    const answer = await this.#call('ReceiveMessage', {
      MaxNumberOfMessages: count,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    return receivedSchema.parse(answer.body).Messages;
  }

  async #deliver(batch: readonly Message[]): Promise<void> {
    const { functionArn, functionName, reportsFailures } = this.#settings;
    const event = JSON.stringify({ Records: batch.map((message) => this.#record(message)) });
    const result = await this.#lambda.invokeUnasked(functionArn, event).catch((error: unknown) => {
      if (error instanceof AwsError && error.code === 'TooManyRequestsException') return undefined;
      throw error;
    });
    // Throttled or failed: the messages come back when their visibility timeout ends.
    if (result === undefined) return;
    if (!result.ok) {
      this.#cloud.log(
        functionName,
        `batch of ${batch.length} failed: ${result.errorType}: ${result.errorMessage}`,
      );
      return;
    }
    const ids = batch.map((message) => message.MessageId);
    const failed = reportsFailures ? failedItems(result.payload, ids) : [];
    const done = batch.filter((message) => !failed.includes(message.MessageId));
    for (const { ReceiptHandle } of done) await this.#call('DeleteMessage', { ReceiptHandle });
  }

  #record(message: Message): object {
    const attributes = Object.entries(message.MessageAttributes).map(([name, attribute]) => [
      name,
      {
        ...(attribute.StringValue !== undefined && { stringValue: attribute.StringValue }),
        ...(attribute.BinaryValue !== undefined && { binaryValue: attribute.BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: attribute.DataType,
      },
    ]);
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes,
      messageAttributes: Object.fromEntries(attributes),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#settings.queueArn,
      awsRegion: this.#cloud.region,
    };
  }

  /** An API call to the queue as the function's role, IAM enforced. */
  async #call(action: string, input: Record<string, unknown>): Promise<ApiAnswer> {
    const queue = this.#settings.queueArn.split(':').at(-1);
    const sqs = this.#cloud.service('sqs');
    const call: ApiCall = {
      service: 'sqs',
      action,
      input: { QueueUrl: `${this.#cloud.endpoint}/${this.#cloud.accountId}/${queue}`, ...input },
      principal: this.#cloud.assume(this.#settings.roleArn, 'lambda.amazonaws.com'),
      http: { method: 'POST', path: '/', headers: {}, body: Buffer.alloc(0) },
    };
    this.#cloud.authorize(call.principal, sqs.permissions(call));
    return sqs.call(call);
  }
}
