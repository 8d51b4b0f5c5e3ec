import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { Refusal, type RefusalReason } from '../../domain/connection/repository.ts';
import { PermanentError, TransientError } from '../../platform/errors.ts';
import { call } from '../aws/failures.ts';
import type { Key } from './keys.ts';
import { readItem, type Table } from './table.ts';

type Operation = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** One item of a transaction, and what it means when its condition fails. */
export interface Write {
  readonly key: Key;
  readonly operation: (tableName: string) => Operation;
  readonly refusal: RefusalReason;
}

export interface Condition {
  readonly expression: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The parts of a request that say a condition; those that are missing are left out. */
export function expressions({ expression, names, values }: Partial<Condition> = {}) {
  return {
    ...(expression === undefined ? {} : { ConditionExpression: expression }),
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
    ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
  };
}

export const isNew: Condition = { expression: 'attribute_not_exists(pk)' };

export function hasVersion(version: number): Condition {
  return {
    expression: '#version = :version',
    names: { '#version': 'version' },
    values: { ':version': version },
  };
}

export function put(
  key: Key,
  attributes: object,
  refusal: RefusalReason = 'concurrent-change',
  condition?: Condition,
): Write {
  const Item = { ...attributes, pk: key.pk, sk: key.sk };
  return {
    key,
    refusal,
    operation: (TableName) => ({ Put: { TableName, Item, ...expressions(condition) } }),
  };
}

export function remove(key: Key, refusal: RefusalReason = 'concurrent-change', condition?: Condition): Write {
  return {
    key,
    refusal,
    operation: (TableName) => ({
      Delete: { TableName, Key: { pk: key.pk, sk: key.sk }, ...expressions(condition) },
    }),
  };
}

export function check(key: Key, refusal: RefusalReason, condition: Condition): Write {
  return {
    key,
    refusal,
    operation: (TableName) => ({
      ConditionCheck: {
        TableName,
        Key: { pk: key.pk, sk: key.sk },
        ConditionExpression: condition.expression,
        ...expressions(condition),
      },
    }),
  };
}

export function update(key: Key, expression: string, condition: Partial<Condition>): Write {
  return {
    key,
    refusal: 'concurrent-change',
    operation: (TableName) => ({
      Update: {
        TableName,
        Key: { pk: key.pk, sk: key.sk },
        UpdateExpression: expression,
        ...expressions(condition),
      },
    }),
  };
}

/** DynamoDB's limit of one transaction. */
const transactionLimit = 100;

/**
 * Writes everything or nothing. Throws `Refusal` for the condition that failed, `TransientError` when the table throttles.
 *
 * `written` says where the write's digest is stored. Within one call the SDK's own `ClientRequestToken` makes its
 * retries harmless; the digest answers for a caller who repeats a write whose answer he never got, also long after
 * the ten minutes for which DynamoDB remembers a token.
 */
export async function transact(
  table: Table,
  writes: readonly Write[],
  written?: { readonly key: Key; readonly write: string },
): Promise<void> {
  const distinct = withoutRepetitions(table, writes);
  if (distinct.length > transactionLimit) {
    throw new PermanentError(
      `This change writes ${distinct.length} items and one transaction holds ${transactionLimit}: make it in smaller parts, with fewer companies or contacts at a time.`,
    );
  }
  const command = new TransactWriteCommand({
    TransactItems: distinct.map((write) => write.operation(table.name)),
  });
  try {
    await call('The table', () => table.documents.send(command));
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    if (written !== undefined && (await readItem(table, written.key))?.write === written.write) return;
    throw failureOf(error, distinct);
  }
}

/** Two effects can ask for the same item (one ticket linked twice); a transaction names each item once. */
function withoutRepetitions(table: Table, writes: readonly Write[]): readonly Write[] {
  const byKey = new Map<string, Write>();
  for (const write of writes) {
    const name = `${write.key.pk} ${write.key.sk}`;
    const same = byKey.get(name);
    if (same === undefined) byKey.set(name, write);
    else if (JSON.stringify(same.operation(table.name)) !== JSON.stringify(write.operation(table.name))) {
      throw new Error(`One transaction writes ${write.key.sk} twice with different content.`);
    }
  }
  return [...byKey.values()];
}

/** A seen delivery is done; a concurrent change wants a fresh decision before any other reason counts. */
const order: readonly RefusalReason[] = [
  'delivery-seen',
  'concurrent-change',
  'tenant-claimed',
  'code-gone',
  'identity-not-sole',
];

function failureOf(error: TransactionCanceledException, writes: readonly Write[]): Error {
  const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
  const refusals = new Set<RefusalReason>();
  codes.forEach((code, index) => {
    const write = writes[index];
    if (code === 'ConditionalCheckFailed' && write !== undefined) refusals.add(write.refusal);
    else if (code === 'TransactionConflict') refusals.add('concurrent-change');
  });
  const reason = order.find((candidate) => refusals.has(candidate));
  if (reason !== undefined) return new Refusal(reason, { cause: error });
  if (codes.some((code) => code === 'ThrottlingError' || code === 'ProvisionedThroughputExceeded')) {
    return new TransientError('The table throttles a transaction.', { cause: error });
  }
  const wrong = codes
    .map((code, index) => (code === 'None' ? '' : `${writes[index]?.key.sk.split('#')[0] ?? index}: ${code}`))
    .filter((text) => text !== '');
  return new PermanentError(`The table refuses a transaction: ${wrong.join(', ')}.`, { cause: error });
}
