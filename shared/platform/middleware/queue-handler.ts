import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import { failureFacts, PermanentError, retryAfterOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { describe, logOutcome } from './task-handler.ts';

/** Puts a message off; an adapter of the queue. */
export interface Postponer {
  postpone(receiptHandle: string, seconds: number): Promise<void>;
}

export interface Receipt {
  readonly messageId: string;
  /** 1 on the first receipt. */
  readonly receiveCount: number;
}

/**
 * The stack of a queue's consumer: each message succeeds or fails for itself. A failed one comes back after its
 * `TransientError`'s `retryAfterSeconds`, or else after the back-off of its receive count, until the queue's maximum
 * sends it to the dead letters. A message that cannot be parsed fails too, so that it ends there and is not lost.
 */
export function queueHandler<Message extends z.ZodType>(queue: {
  readonly logger: Logger;
  readonly message: Message;
  readonly postponer: Postponer;
  /** Seconds until the next try after `receiveCount` tries. */
  readonly backOff: (receiveCount: number) => number;
  readonly run: (message: z.output<Message>, receipt: Receipt) => Promise<void>;
}) {
  const processor = new BatchProcessor(EventType.SQS);

  async function process(record: SQSRecord): Promise<void> {
    const receiveCount = Number(record.attributes.ApproximateReceiveCount);
    try {
      await queue.run(parse(queue.message, record.body), { messageId: record.messageId, receiveCount });
    } catch (error) {
      queue.logger.error('MESSAGE FAILED', {
        messageId: record.messageId,
        receiveCount,
        ...failureFacts(error),
      });
      const seconds = retryAfterOf(error) ?? queue.backOff(receiveCount);
      await queue.postponer.postpone(record.receiptHandle, seconds);
      throw error;
    }
  }

  return middy<SQSEvent, SQSBatchResponse, Error, Context>()
    .use(injectLambdaContext(queue.logger, { resetKeys: true }))
    .use(logOutcome(queue.logger))
    .handler((event, context) =>
      processPartialResponse(event, process, processor, {
        context,
        processInParallel: true,
        throwOnFullBatchFailure: false,
      }),
    );
}

function parse<Message extends z.ZodType>(schema: Message, body: string): z.output<Message> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new PermanentError('The message is not JSON.', { cause });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new PermanentError(`The message does not fit: ${describe(parsed.error)}.`);
  return parsed.data;
}

/** 2, 4, 8 … seconds, `cap` at most. */
export function exponential(cap: number): (receiveCount: number) => number {
  return (receiveCount) => Math.min(cap, 2 ** Math.min(receiveCount, 20));
}
