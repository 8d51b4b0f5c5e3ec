import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { call } from '../aws/failures.ts';
import type { Key } from './keys.ts';
import type { Table } from './table.ts';
import { type Condition, expressions } from './transaction.ts';

/** Writes of one item. Each answers whether its condition held. */

export function putItem(table: Table, key: Key, attributes: object, condition: Condition): Promise<boolean> {
  const command = new PutCommand({
    TableName: table.name,
    Item: { ...attributes, ...key },
    ...expressions(condition),
  });
  return held(() => table.documents.send(command));
}

export function deleteItem(table: Table, key: Key, condition: Condition): Promise<boolean> {
  const command = new DeleteCommand({ TableName: table.name, Key: { ...key }, ...expressions(condition) });
  return held(() => table.documents.send(command));
}

export function updateItem(
  table: Table,
  key: Key,
  expression: string,
  parts: Pick<Condition, 'names' | 'values'>,
  condition?: string,
): Promise<boolean> {
  const command = new UpdateCommand({
    TableName: table.name,
    Key: { ...key },
    UpdateExpression: expression,
    ...expressions(parts),
    ...(condition === undefined ? {} : { ConditionExpression: condition }),
  });
  return held(() => table.documents.send(command));
}

async function held(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await call('The table', run);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
