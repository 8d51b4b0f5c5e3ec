import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

const dynamodb = new DynamoDBClient({ maxAttempts: 1 });
const sqs = new SQSClient({ maxAttempts: 1 });
let invocations = 0;

interface Wish {
  do?: string;
  table?: string;
  id?: string;
  ms?: number;
  /** Of an HTTP request: its body is the wish when it asks for one. */
  body?: string;
}

interface Context {
  functionName: string;
  awsRequestId: string;
  memoryLimitInMB: string;
  getRemainingTimeInMillis(): number;
}

/** A function that does what its event wishes: what the tests of the local cloud need to see from inside. */
export async function handler(event: Wish, context: Context): Promise<unknown> {
  invocations += 1;
  const wish: Wish = event.body?.startsWith('{') ? JSON.parse(event.body) : event;
  const TableName = wish.table ?? process.env.TABLE;
  switch (wish.do) {
    case 'environment':
      return process.env;
    case 'context':
      return { ...context, remaining: context.getRemainingTimeInMillis(), invocations };
    case 'log':
      console.log('a line to stdout');
      console.error('a line to stderr');
      return null;
    case 'last-words':
      console.log('written before the end');
      process.stdout.write('without a line feed');
      process.exit(3);
      break;
    case 'sleep':
      await new Promise((resolve) => setTimeout(resolve, wish.ms));
      return 'slept';
    case 'throw':
      throw Object.assign(new Error('said so'), { name: 'TransientError' });
    case 'exit':
      process.exit(3);
      break;
    case 'crash':
      setImmediate(() => {
        throw new TypeError('outside of the handler');
      });
      return new Promise(() => undefined);
    case 'put':
      return dynamodb.send(
        new PutItemCommand({ TableName, Item: { pk: { S: wish.id ?? 'x' }, sk: { S: 'a' } } }),
      );
    case 'get':
      return dynamodb.send(
        new GetItemCommand({
          TableName,
          Key: { pk: { S: wish.id ?? 'x' }, sk: { S: 'a' } },
          ConsistentRead: true,
        }),
      );
    case 'transact':
      return dynamodb.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: { pk: { S: wish.id ?? 'x' }, sk: { S: 'a' } } } },
            { Delete: { TableName, Key: { pk: { S: wish.id ?? 'x' }, sk: { S: 'b' } } } },
          ],
        }),
      );
    case 'send':
      return sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: wish.id ?? 'x' }));
    default:
      return {
        statusCode: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      };
  }
}
