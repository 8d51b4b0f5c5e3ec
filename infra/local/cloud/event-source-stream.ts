import { randomUUID } from 'node:crypto';
import type { StreamReader, StreamRecord } from './dynamodb-streams.ts';
import { failedItems, type Mapping } from './event-source-batch.ts';
import type { LambdaService } from './lambda.ts';
import type { Cloud, InvocationResult } from './service.ts';
import { AwsError } from './service.ts';

interface StreamMappingSettings {
  readonly functionArn: string;
  readonly functionName: string;
  readonly roleArn: string;
  readonly batchSize: number;
  readonly windowMs: number;
  readonly reportsFailures: boolean;
  readonly bisects: boolean;
  /** -1: until the record leaves the stream. */
  readonly maximumRetries: number;
  /** -1000: the stream's own 24 hours. */
  readonly maximumAgeMs: number;
  readonly failureQueueArn: string | undefined;
  /** A record is delivered when one of them matches, or there is none. */
  readonly filters: readonly ((record: unknown) => boolean)[];
}

interface Work {
  readonly records: readonly StreamRecord[];
  /** Attempts that have failed. */
  readonly failures: number;
}

/** Doubles from the first to the last of these between attempts; Lambda documents "exponential backoff" without figures. */
const firstRetryMs = 200;
const longestRetryMs = 5_000;
/** "DynamoDB Streams retains records for 24 hours". */
const retentionMs = 24 * 3_600_000;

/** Hands a table's stream to a function: in order, one batch at a time, the next only when this one is dealt with. */
export class StreamMapping implements Mapping {
  readonly #cloud: Cloud;
  readonly #lambda: LambdaService;
  readonly #reader: StreamReader;
  readonly #settings: StreamMappingSettings;
  #stopped = false;

  constructor(cloud: Cloud, lambda: LambdaService, reader: StreamReader, settings: StreamMappingSettings) {
    this.#cloud = cloud;
    this.#lambda = lambda;
    this.#reader = reader;
    this.#settings = settings;
  }

  start(): void {
    void this.#poll();
  }

  stop(): void {
    this.#stopped = true;
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      try {
        const records = await this.#collect();
        const { filters } = this.#settings;
        const wanted = records.filter(
          (record) => filters.length === 0 || filters.some((matches) => matches(record)),
        );
        if (wanted.length > 0) await this.#deliver(wanted);
      } catch (error) {
        if (this.#stopped) return;
        const message = error instanceof Error ? error.message : String(error);
        this.#cloud.log(this.#settings.functionName, `reading ${this.#reader.streamArn} failed: ${message}`);
        await this.#pause(longestRetryMs);
      }
    }
  }

  async #collect(): Promise<readonly StreamRecord[]> {
    const { batchSize, windowMs } = this.#settings;
    const records = [...(await this.#reader.next(batchSize))];
    const until = Date.now() + windowMs;
    while (records.length > 0 && records.length < batchSize && Date.now() < until && !this.#stopped) {
      records.push(...(await this.#reader.nextWithin(batchSize - records.length, until - Date.now())));
    }
    return records;
  }

  async #deliver(records: readonly StreamRecord[]): Promise<void> {
    const { chaos } = this.#cloud;
    const what = `stream:${this.#settings.functionName}`;
    const copies = chaos.copies(what);
    for (let copy = 0; copy < copies; copy += 1) {
      const late = chaos.delay(what);
      if (late > 0) await this.#pause(late);
      const queue: Work[] = [{ records, failures: 0 }];
      for (let work = queue.shift(); work !== undefined && !this.#stopped; work = queue.shift()) {
        queue.unshift(...(await this.#attempt(work)));
      }
    }
  }

  /** One invocation; answers what is left to do, in order. */
  async #attempt(work: Work): Promise<readonly Work[]> {
    const { functionArn, functionName, reportsFailures } = this.#settings;
    let result: InvocationResult;
    try {
      result = await this.#lambda.invokeUnasked(functionArn, JSON.stringify({ Records: work.records }));
    } catch (error) {
      if (!(error instanceof AwsError && error.code === 'TooManyRequestsException')) throw error;
      // A throttled function was not tried: it counts for the age only.
      await this.#pause(firstRetryMs);
      return this.#tooOld(work) ? this.#discard(work, 'RecordAgeExceeded') : [work];
    }
    if (this.#stopped) return [];
    if (!result.ok) {
      this.#cloud.log(
        functionName,
        `batch of ${work.records.length} failed: ${result.errorType}: ${result.errorMessage}`,
      );
      return this.#afterFailure(work);
    }
    const ids = work.records.map((record) => record.dynamodb.SequenceNumber);
    const failed = reportsFailures ? failedItems(result.payload, ids) : [];
    if (failed.length === 0) return [];
    // The lowest failed sequence number is the checkpoint: everything before it is done, everything from it is not.
    const checkpoint = ids.findIndex((id) => failed.includes(id));
    if (checkpoint > 0)
      return this.#afterFailure({ records: work.records.slice(checkpoint), failures: work.failures }, true);
    return this.#afterFailure(work);
  }

  async #afterFailure(work: Work, atCheckpoint = false): Promise<readonly Work[]> {
    const { bisects, maximumRetries } = this.#settings;
    if (this.#tooOld(work)) return this.#discard(work, 'RecordAgeExceeded');
    if (bisects && work.records.length > 1) {
      // Splitting doesn't count towards the retries; at a checkpoint the batch is split already.
      if (atCheckpoint) return [work];
      const half = Math.ceil(work.records.length / 2);
      return [work.records.slice(0, half), work.records.slice(half)].map((records) => ({ ...work, records }));
    }
    if (maximumRetries >= 0 && work.failures >= maximumRetries)
      return this.#discard(work, 'RetryAttemptsExhausted');
    await this.#pause(Math.min(longestRetryMs, firstRetryMs * 2 ** work.failures));
    return [{ ...work, failures: work.failures + 1 }];
  }

  #tooOld(work: Work): boolean {
    const { maximumAgeMs } = this.#settings;
    const oldest = (work.records[0]?.dynamodb.ApproximateCreationDateTime ?? 0) * 1000;
    return Date.now() - oldest > (maximumAgeMs < 0 ? retentionMs : maximumAgeMs);
  }

  /** Gives the batch up; its place in the stream, not its content, goes to the failure destination as documented. */
  async #discard(work: Work, condition: string): Promise<readonly Work[]> {
    const { functionArn, functionName, failureQueueArn, roleArn } = this.#settings;
    const [first, last] = [work.records[0], work.records.at(-1)];
    this.#cloud.log(functionName, `gave up ${work.records.length} stream records: ${condition}`);
    if (failureQueueArn === undefined || first === undefined || last === undefined) return [];
    const at = (record: StreamRecord) =>
      new Date(record.dynamodb.ApproximateCreationDateTime * 1000).toISOString();
    const record = {
      requestContext: {
        requestId: randomUUID(),
        functionArn,
        condition,
        approximateInvokeCount: work.failures + 1,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: new Date().toISOString(),
      DDBStreamBatchInfo: {
        shardId: this.#reader.shardId,
        startSequenceNumber: first.dynamodb.SequenceNumber,
        endSequenceNumber: last.dynamodb.SequenceNumber,
        approximateArrivalOfFirstRecord: at(first),
        approximateArrivalOfLastRecord: at(last),
        batchSize: work.records.length,
        streamArn: this.#reader.streamArn,
      },
    };
    const role = this.#cloud.assume(roleArn, 'lambda.amazonaws.com');
    await this.#cloud.sendMessage(failureQueueArn, JSON.stringify(record), role);
    return [];
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(resolve, ms).unref();
    });
  }
}
