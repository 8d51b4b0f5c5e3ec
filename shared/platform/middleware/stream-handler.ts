import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import middy from '@middy/core';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import * as z from 'zod';
import { PermanentError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { logOutcome } from './task-handler.ts';

/** A written item and its place in the stream. */
export interface StreamRecord {
  readonly position: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/**
 * The stack of a table's stream. `run` answers the position of the first record that it could not deal with: the stream
 * comes back with that one and everything behind it, so that order is kept.
 */
export function streamHandler(stream: {
  readonly logger: Logger;
  readonly run: (records: readonly StreamRecord[]) => Promise<string | undefined>;
}) {
  return middy<DynamoDBStreamEvent, DynamoDBBatchResponse, Error, Context>()
    .use(injectLambdaContext(stream.logger, { resetKeys: true }))
    .use(logOutcome(stream.logger))
    .handler(async (event) => {
      const failed = await stream.run(event.Records.map(toStreamRecord));
      return { batchItemFailures: failed === undefined ? [] : [{ itemIdentifier: failed }] };
    });
}

/** Only the outer shape: the two packages declare the same attribute values differently. */
const image = z.custom<Parameters<typeof unmarshall>[0]>(
  (value) => typeof value === 'object' && value !== null,
);

function toStreamRecord({ dynamodb }: DynamoDBStreamEvent['Records'][number]): StreamRecord {
  const parsed = image.safeParse(dynamodb?.NewImage);
  if (dynamodb?.SequenceNumber === undefined || !parsed.success) {
    throw new PermanentError(
      'A stream record has no position or no new image: the stream must carry NEW_IMAGE.',
    );
  }
  return { position: dynamodb.SequenceNumber, item: unmarshall(parsed.data) };
}
