import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoEngine } from '../../infra/local/cloud/dynamodb-engine.ts';

export interface Database {
  readonly client: DynamoDBClient;
  /** Creates an empty onboarding table and answers its name. */
  createTable(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A DynamoDB in memory on a port of its own: the dynoxide binary, or what `DYNAMODB_ENDPOINT` names on a machine that
 * has none (Amazon's DynamoDB Local).
 */
export async function startDatabase(): Promise<Database> {
  const engine = await startDynamoEngine(process.env.DYNAMODB_ENDPOINT);
  const client = new DynamoDBClient({
    endpoint: engine.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  return {
    client,
    createTable: () => createTable(client),
    stop: async () => {
      client.destroy();
      await engine.stop();
    },
  };
}

/** As the stateful stack declares it; the index holds keys only. */
async function createTable(client: DynamoDBClient): Promise<string> {
  const TableName = `onboarding-${randomUUID()}`;
  const key = (pk: string, sk: string) => [
    { AttributeName: pk, KeyType: 'HASH' as const },
    { AttributeName: sk, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'statePk', 'stateSk'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byState',
          KeySchema: key('statePk', 'stateSk'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  return TableName;
}
