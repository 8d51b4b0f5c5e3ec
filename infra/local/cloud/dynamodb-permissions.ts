import { isRecord, listOf, stringMember } from './json.ts';
import type { ApiCall, Permission } from './service.ts';
import { AwsError } from './service.ts';

/** Operations whose IAM action is their own name, on the table or the index that they name. */
const plain = new Set([
  'DeleteItem',
  'DescribeTable',
  'DescribeTimeToLive',
  'GetItem',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
]);

/** Members of a transaction and the action that each needs; there is no action for the transaction itself. */
const transactionActions: Readonly<Record<string, string>> = {
  ConditionCheck: 'dynamodb:ConditionCheckItem',
  Delete: 'dynamodb:DeleteItem',
  Get: 'dynamodb:GetItem',
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
};

/** The IAM questions of a call (Service Authorization Reference, "Actions defined by Amazon DynamoDB"). */
export function dynamoPermissions(
  call: ApiCall,
  tableArn: (nameOrArn: string) => string,
): readonly Permission[] {
  const { action, input } = call;
  if (plain.has(action)) {
    const table = tableArn(text(input, 'TableName'));
    const index = stringMember(input, 'IndexName');
    return [
      { action: `dynamodb:${action}`, resource: index === undefined ? table : `${table}/index/${index}` },
    ];
  }
  if (action === 'BatchGetItem' || action === 'BatchWriteItem') {
    const tables = isRecord(input.RequestItems) ? Object.keys(input.RequestItems) : [];
    if (tables.length === 0) throw new AwsError('ValidationException', 'RequestItems is empty');
    return tables.map((table) => ({ action: `dynamodb:${action}`, resource: tableArn(table) }));
  }
  if (action === 'TransactGetItems' || action === 'TransactWriteItems') {
    const items = listOf(input.TransactItems);
    return items
      .flatMap((item) => (isRecord(item) ? Object.entries(item) : []))
      .map(([kind, member]) => {
        const needed = transactionActions[kind];
        if (needed === undefined)
          throw new AwsError('ValidationException', `TransactItems: unknown member ${kind}`);
        return { action: needed, resource: tableArn(text(member, 'TableName')) };
      });
  }
  throw new AwsError('UnknownOperationException', `The local cloud does not offer dynamodb:${action}`);
}

function text(value: unknown, name: string): string {
  const found = stringMember(value, name);
  if (found === undefined) throw new AwsError('ValidationException', `${name} is missing`);
  return found;
}
