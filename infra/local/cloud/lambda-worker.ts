/**
 * Runs in a worker thread: imports one function's bundle and calls its handler, one event at a time, as Lambda's
 * Node.js runtime does. It is loaded by plain Node (type stripping), so it imports nothing but types and built-ins.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionError, WorkerInvocation, WorkerMessage, WorkerStart } from './lambda-messages.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const start: WorkerStart = workerData;

// Node sends what a worker writes too, but each write costs a confirmation that wakes the worker again: with two log
// lines an invocation that was a fifth of its time.
for (const stream of ['stdout', 'stderr'] as const) {
  process[stream]._writev = (chunks, done) => {
    send({ kind: 'output', stream, text: chunks.map(({ chunk }) => String(chunk)).join('') });
    done();
  };
}

try {
  const handler = await load();
  parentPort?.on('message', (invocation: WorkerInvocation) => {
    void run(handler, invocation).then(send);
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'error', error: describe(error) });
}

async function load(): Promise<Handler> {
  const dot = start.handler.lastIndexOf('.');
  const base = path.join(start.folder, start.handler.slice(0, dot));
  const name = start.handler.slice(dot + 1);
  const file = ['.mjs', '.js', '.cjs'].map((extension) => base + extension).find((name) => existsSync(name));
  if (file === undefined) {
    throw runtimeError(
      'Runtime.ImportModuleError',
      `Cannot find module '${path.basename(base)}' in ${start.folder}`,
    );
  }
  const loaded: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = loaded[name];
  if (!isHandler(handler))
    throw runtimeError('Runtime.HandlerNotFound', `${start.handler} is undefined or not exported`);
  if (handler.length >= 3) {
    throw runtimeError(
      'Runtime.CallbackHandlerDeprecated',
      'Node.js 24 does not run handlers with a callback',
    );
  }
  return handler;
}

async function run(handler: Handler, invocation: WorkerInvocation): Promise<WorkerMessage> {
  process.env._X_AMZN_TRACE_ID = invocation.traceHeader;
  try {
    const result: unknown = await handler(JSON.parse(invocation.event), context(invocation));
    return { kind: 'result', payload: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { kind: 'error', error: describe(error) };
  }
}

function context(invocation: WorkerInvocation) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: start.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: start.functionArn,
    memoryLimitInMB: String(start.memoryMb),
    awsRequestId: invocation.requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, invocation.deadlineMs - Date.now()),
  };
}

function describe(error: unknown): FunctionError {
  if (error instanceof Error) {
    return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function runtimeError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function';
}

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}
