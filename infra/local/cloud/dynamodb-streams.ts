import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { DynamoEngine } from './dynamodb-engine.ts';

const image = z.record(z.string(), z.unknown());
const recordSchema = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  userIdentity: z.unknown().optional(),
  dynamodb: z.object({
    ApproximateCreationDateTime: z.number(),
    Keys: image,
    NewImage: image.optional(),
    OldImage: image.optional(),
    SequenceNumber: z.string().regex(/^\d+$/),
    SizeBytes: z.number(),
    StreamViewType: z.string(),
  }),
});
const recordsSchema = z.object({ Records: z.array(recordSchema), NextShardIterator: z.string().optional() });
const describeSchema = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }),
});
const iteratorSchema = z.object({ ShardIterator: z.string() });

/** A record in the shape in which Lambda hands it to a function ("Using AWS Lambda with Amazon DynamoDB"). */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventVersion: '1.1';
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: z.output<typeof recordSchema>['dynamodb'];
}

/** Real streams are polled four times a second; a write wakes the readers here, this is only for what it misses. */
const pollMs = 250;

/** One consumer of a stream: its place in the one shard, in order. */
export interface StreamReader {
  readonly shardId: string;
  readonly streamArn: string;
  /** At least one record, at most `limit`; waits for them. Empty only when the stream has stopped. */
  next(limit: number): Promise<readonly StreamRecord[]>;
  /** Like `next` with no more than `waitMs` of waiting. */
  nextWithin(limit: number, waitMs: number): Promise<readonly StreamRecord[]>;
}

/** The stream of one table. */
export class TableStream {
  readonly arn: string;
  readonly #engine: DynamoEngine;
  readonly #engineArn: string;
  readonly #region: string;
  readonly #wakers = new Set<() => void>();
  #stopped = false;

  constructor(engine: DynamoEngine, arn: string, engineArn: string, region: string) {
    this.#engine = engine;
    this.arn = arn;
    this.#engineArn = engineArn;
    this.#region = region;
  }

  /** Something was written: look at once. */
  wake(): void {
    for (const waker of [...this.#wakers]) waker();
  }

  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  reader(startingPosition: 'TRIM_HORIZON' | 'LATEST'): StreamReader {
    let iterator: string | undefined;
    let buffered: StreamRecord[] = [];
    const stream = this;
    const reader = {
      streamArn: stream.arn,
      shardId: 'shardId-00000000000000000001-local',
      next: (limit: number) => reader.nextWithin(limit, Number.POSITIVE_INFINITY),
      async nextWithin(limit: number, waitMs: number): Promise<readonly StreamRecord[]> {
        const until = Date.now() + waitMs;
        while (buffered.length === 0 && !stream.#stopped) {
          // Registered before looking: a write between the look and the wait is not missed.
          const sleep = stream.#sleep(Math.min(pollMs, until - Date.now()));
          iterator ??= await stream.#firstIterator(startingPosition);
          const page = recordsSchema.parse(
            await stream.#engine.call('GetRecords', { ShardIterator: iterator }, 'streams'),
          );
          iterator = page.NextShardIterator;
          buffered = page.Records.flatMap((record) => stream.#present(record));
          if (page.Records.length === 0) {
            if (Date.now() >= until) break;
            await sleep.done;
          }
          sleep.cancel();
        }
        const taken = buffered.slice(0, limit);
        buffered = buffered.slice(limit);
        return stream.#stopped ? [] : taken;
      },
    };
    return reader;
  }

  #sleep(ms: number): { readonly done: Promise<void>; cancel(): void } {
    let finish = (): void => undefined;
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const timer = setTimeout(() => end(), Math.max(0, ms));
    const end = (): void => {
      clearTimeout(timer);
      this.#wakers.delete(end);
      finish();
    };
    this.#wakers.add(end);
    return { done, cancel: end };
  }

  async #firstIterator(startingPosition: 'TRIM_HORIZON' | 'LATEST'): Promise<string> {
    const StreamArn = this.#engineArn;
    const described = describeSchema.parse(
      await this.#engine.call('DescribeStream', { StreamArn }, 'streams'),
    );
    const [shard, ...more] = described.StreamDescription.Shards;
    if (shard === undefined || more.length > 0) {
      throw new Error(
        `${this.arn}: the engine has ${more.length + (shard ? 1 : 0)} shards, one is supported`,
      );
    }
    const input = { StreamArn, ShardId: shard.ShardId, ShardIteratorType: startingPosition };
    return iteratorSchema.parse(await this.#engine.call('GetShardIterator', input, 'streams')).ShardIterator;
  }

  /** No record at all for a write that changed nothing: DynamoDB has none either, the engine has one. */
  #present(record: z.output<typeof recordSchema>): StreamRecord[] {
    const { NewImage: fresh, OldImage: old } = record.dynamodb;
    if (record.eventName === 'MODIFY' && fresh !== undefined && isDeepStrictEqual(fresh, old)) return [];
    // As wide as the real ones: whoever compares them as text gets the order of the numbers.
    const sequence = (10n ** 20n + BigInt(record.dynamodb.SequenceNumber)).toString();
    return [
      {
        eventID: createHash('md5').update(`${this.arn} ${sequence}`).digest('hex'),
        eventName: record.eventName,
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: this.#region,
        dynamodb: { ...record.dynamodb, SequenceNumber: sequence },
        eventSourceARN: this.arn,
      },
    ];
  }
}
