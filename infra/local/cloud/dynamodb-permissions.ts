import { isRecord, listOf, member, stringMember } from './json.ts';
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
    const key = leadingKeyOf(input, action === 'PutItem');
    return [permission(`dynamodb:${action}`, index === undefined ? table : `${table}/index/${index}`, key)];
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
      .map(([kind, row]) => {
        const needed = transactionActions[kind];
        if (needed === undefined)
          throw new AwsError('ValidationException', `TransactItems: unknown member ${kind}`);
        return permission(needed, tableArn(text(row, 'TableName')), leadingKeyOf(row, kind === 'Put'));
      });
  }
  throw new AwsError('UnknownOperationException', `The local cloud does not offer dynamodb:${action}`);
}

/** Partition key of the one item that a call or a member of a transaction is about; of a query none is supplied. */
function leadingKeyOf(call: unknown, isPut: boolean): string | undefined {
  return stringMember(member(member(call, isPut ? 'Item' : 'Key'), 'pk'), 'S');
}

function permission(action: string, resource: string, key: string | undefined): Permission {
  return { action, resource, ...(key === undefined ? {} : { context: { 'dynamodb:LeadingKeys': [key] } }) };
}

function text(value: unknown, name: string): string {
  const found = stringMember(value, name);
  if (found === undefined) throw new AwsError('ValidationException', `${name} is missing`);
  return found;
}
