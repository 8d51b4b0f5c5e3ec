import { listOf, member } from './json.ts';
import { AwsError } from './service.ts';

export interface Capacity {
  readonly readUnits: number;
  readonly writeUnits: number;
}

const reads = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems']);
const writes = new Set(['BatchWriteItem', 'DeleteItem', 'PutItem', 'TransactWriteItems', 'UpdateItem']);

/** Sums what the engine says each call consumed, indexes included. */
export class CapacityMeter {
  #readUnits = 0;
  #writeUnits = 0;

  total(): Capacity {
    return { readUnits: this.#readUnits, writeUnits: this.#writeUnits };
  }

  /** The input that makes the engine tell; what the caller asked for is more or equal. */
  ask(operation: string, input: Record<string, unknown>): Record<string, unknown> {
    if (!reads.has(operation) && !writes.has(operation)) return input;
    return input.ReturnConsumedCapacity === 'INDEXES' ? input : { ...input, ReturnConsumedCapacity: 'TOTAL' };
  }

  /** Counts an answer and takes out what the caller hadn't asked for. */
  count(
    operation: string,
    input: Record<string, unknown>,
    answer: Record<string, unknown>,
  ): Record<string, unknown> {
    const { ConsumedCapacity: consumed, ...rest } = answer;
    if (consumed === undefined) return answer;
    const units = listOf(consumed).reduce<number>(
      (sum, entry) => sum + Number(member(entry, 'CapacityUnits') ?? 0),
      0,
    );
    this.#add(operation, units);
    const asked = input.ReturnConsumedCapacity;
    return asked === undefined || asked === 'NONE' ? rest : answer;
  }

  /**
   * A write whose condition fails consumes capacity too, but its answer doesn't say how much. Counted at the least:
   * one unit, and two for each item of a transaction.
   */
  countFailure(operation: string, input: Record<string, unknown>, error: unknown): void {
    if (!(error instanceof AwsError)) return;
    if (error.code === 'ConditionalCheckFailedException') this.#add(operation, 1);
    if (error.code === 'TransactionCanceledException')
      this.#add(operation, 2 * listOf(input.TransactItems).length);
  }

  #add(operation: string, units: number): void {
    if (reads.has(operation)) this.#readUnits += units;
    else if (writes.has(operation)) this.#writeUnits += units;
  }
}
