import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import path from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { vi } from 'vitest';

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
  const named = process.env.DYNAMODB_ENDPOINT;
  const port = named === undefined ? await freePort() : 0;
  const child = named === undefined ? startBinary(port) : undefined;
  const client = new DynamoDBClient({
    endpoint: named ?? `http://127.0.0.1:${port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  await vi.waitFor(() => createTable(client), { timeout: 20_000, interval: 50 });
  return {
    client,
    createTable: () => createTable(client),
    stop: async () => {
      client.destroy();
      if (child !== undefined) await stopBinary(child);
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

/** The shell in between ends the binary when this process ends, however that ends: its pipe is then closed. */
function startBinary(port: number): ChildProcess {
  const require = createRequire(import.meta.url);
  const binary = path.join(path.dirname(require.resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  const script = '"$0" --host 127.0.0.1 --port "$1" & child=$!; read -r _; kill "$child"; wait "$child"';
  return spawn('sh', ['-c', script, binary, String(port)], { stdio: ['pipe', 'ignore', 'ignore'] });
}

async function stopBinary(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await ended;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}
