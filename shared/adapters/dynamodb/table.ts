import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../platform/errors.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import type { Key } from './keys.ts';

/** The onboarding table: what the repositories share. */
export interface Table {
  readonly name: string;
  readonly documents: DynamoDBDocumentClient;
}

export type Item = Record<string, unknown>;

/** One a function; the repositories over it share its connections. */
export function openTable(name: string, client: DynamoDBClient = new DynamoDBClient(clientSettings)): Table {
  return {
    name,
    documents: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  };
}

/** A consistent read of one item. */
export async function readItem(table: Table, { pk, sk }: Key): Promise<Item | undefined> {
  const command = new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true });
  return (await call('The table', () => table.documents.send(command))).Item;
}

/** Pages on until nothing is left, or `atMost` items are there: one page ends at 1 MB, whatever was asked for. */
export async function queryItems(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey' | 'Limit'>,
  atMost = Number.POSITIVE_INFINITY,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = new QueryCommand({
      TableName: table.name,
      ...query,
      ...(Number.isFinite(atMost) ? { Limit: atMost - items.length } : {}),
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const answer = await call('The table', () => table.documents.send(page));
    items.push(...(answer.Items ?? []));
    from = answer.LastEvaluatedKey;
  } while (from !== undefined && items.length < atMost);
  return items;
}

/** How many items a query matches, without reading them out; it costs as much as reading their keys. */
export async function countItems(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey' | 'Limit' | 'Select'>,
): Promise<number> {
  let count = 0;
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = new QueryCommand({
      TableName: table.name,
      ...query,
      Select: 'COUNT',
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const answer = await call('The table', () => table.documents.send(page));
    count += answer.Count ?? 0;
    from = answer.LastEvaluatedKey;
  } while (from !== undefined);
  return count;
}

/** Everything of a partition whose sort key begins with `prefix`, by consistent reads. */
export function queryPrefix(table: Table, pk: string, prefix: string): Promise<readonly Item[]> {
  return queryItems(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': pk, ':prefix': prefix },
    ConsistentRead: true,
  });
}

/** A batch holds 100 keys; the table may answer less and say what it left out. */
const batchSize = 100;
const batchTries = 6;

/** Consistent reads of many items, in no order; keys without an item are left out. */
export async function readItems(table: Table, keys: readonly Key[]): Promise<readonly Item[]> {
  const distinct = [...new Map(keys.map(({ pk, sk }) => [`${pk}\n${sk}`, { pk, sk }])).values()];
  const items: Item[] = [];
  for (let start = 0; start < distinct.length; start += batchSize) {
    let left: Item[] = distinct.slice(start, start + batchSize);
    for (let tries = 1; left.length > 0; tries += 1) {
      const command = new BatchGetCommand({
        RequestItems: { [table.name]: { Keys: left, ConsistentRead: true } },
      });
      const answer = await call('The table', () => table.documents.send(command));
      items.push(...(answer.Responses?.[table.name] ?? []));
      left = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
      if (left.length === 0) break;
      if (tries === batchTries) throw new TransientError('The table left reads of a batch unanswered.');
      // 50 ms to 0.8 s: 1.6 s altogether.
      await pause(25 * 2 ** tries);
    }
  }
  return items;
}
