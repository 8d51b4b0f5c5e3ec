import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isRecord } from './json.ts';
import { AwsError } from './service.ts';

/** A DynamoDB that speaks the JSON protocol and knows nothing of IAM: the gateway asks that first. */
export interface DynamoEngine {
  readonly endpoint: string;
  /** One operation; throws `AwsError` with the engine's code, message and fields. `streams` for the Streams API. */
  call(operation: string, input: Record<string, unknown>, api?: 'streams'): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const startTimeoutMs = 15_000;
const callTimeoutMs = 20_000;
const stopTimeoutMs = 5_000;

/**
 * Starts the dynoxide binary with empty tables, or uses the DynamoDB Local at `endpoint`.
 * Throws with what to do when neither is there.
 */
export async function startDynamoEngine(endpoint: string | undefined): Promise<DynamoEngine> {
  if (endpoint !== undefined) return { endpoint, call: caller(endpoint), stop: async () => undefined };
  const port = await freePort();
  const folder = await mkdtemp(path.join(tmpdir(), 'local-dynamodb-'));
  const child = await startBinary(port, folder);
  indexStreams(databaseIn(folder));
  const own = `http://127.0.0.1:${port}`;
  return {
    endpoint: own,
    call: caller(own),
    stop: async () => {
      await stopBinary(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function databaseIn(folder: string): string {
  return path.join(folder, 'tables.db');
}

/**
 * The engine numbers each record of a stream by the largest number so far, which it looks for among all of them: after
 * 3,000 transactions one took 74 ms in place of 2. With an index it stays at 2, and so does reading on; that is why the
 * tables are in a file and not in memory, where nobody else could put one.
 */
function indexStreams(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('CREATE INDEX by_number ON _stream_records (table_name, CAST(sequence_number AS INTEGER))');
  database.close();
}

function binaryPath(): string {
  const require = createRequire(import.meta.url);
  try {
    return path.join(path.dirname(require.resolve('@dynoxide/linux-x64/package.json')), 'dynoxide');
  } catch (cause) {
    throw new Error(
      'No DynamoDB: @dynoxide/linux-x64 is not installed (it is for Linux on x64 only). Start DynamoDB Local, ' +
        'empty, and set DYNAMODB_ENDPOINT to its address, e.g. http://127.0.0.1:8000',
      { cause },
    );
  }
}

/**
 * A shell stands between: it waits on a pipe that ends with this process however that ends, so that the binary
 * never survives it, not even a SIGKILL, and neither do the tables. So it needs no orderly end, which would wait for
 * connections that are kept alive.
 */
async function startBinary(port: number, folder: string): Promise<ChildProcess> {
  const script =
    '"$0" --host 127.0.0.1 --port "$1" --db-path "$2" & child=$!; read -r _; kill -9 "$child"; rm -rf "$3"';
  const child = spawn('sh', ['-c', script, binaryPath(), String(port), databaseIn(folder), folder], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // Where the shell finds `rm`.
    env: { PATH: process.env.PATH },
  });
  await new Promise<void>((resolve, reject) => {
    let heard = '';
    const timer = setTimeout(() => fail('did not start in time'), startTimeoutMs);
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.stdin?.end();
      reject(new Error(`dynoxide ${why}: ${heard}`));
    };
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`ended with ${code}`));
    child.stderr?.on('data', (chunk: Buffer) => {
      heard = (heard + chunk.toString('utf8')).slice(-2000);
      if (!/listening/i.test(heard)) {
        if (/error|in use/i.test(heard)) fail('failed');
        return;
      }
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve();
    });
  });
  child.unref();
  return child;
}

async function stopBinary(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  child.ref();
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
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
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function caller(endpoint: string): DynamoEngine['call'] {
  return async (operation, input, api) => {
    const target = api === 'streams' ? 'DynamoDBStreams_20120810' : 'DynamoDB_20120810';
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${target}.${operation}`,
        // Neither engine verifies them, both want to see them.
        'x-amz-date': '20200101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20200101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    const answer: unknown = await response.json();
    if (!isRecord(answer)) throw new Error(`DynamoDB answered ${operation} with no object`);
    if (response.ok) return answer;
    const { __type, message, Message, ...fields } = answer;
    const code = String(__type).replace(/^.*#/, '');
    throw new AwsError(code, String(message ?? Message ?? code), response.status, fields);
  };
}
