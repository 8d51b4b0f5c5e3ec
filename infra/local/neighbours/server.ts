import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import * as z from 'zod';

/** A neighbour's HTTP server on 127.0.0.1. */
export interface RunningServer {
  /** e.g. `http://127.0.0.1:4101`, without a slash at the end. */
  readonly url: string;
  /** Cuts open connections, so that a hanging answer (a simulated timeout) can't hold the process. */
  stop(): Promise<void>;
}

/** Serves the app on 127.0.0.1; port 0 takes any free one. Rejects with advice when the port is taken. */
export async function listen(name: string, app: Hono, port: number): Promise<RunningServer> {
  // The adapter would swap the process's Request and Response for its own; others live in this process too.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  const address = await new Promise<AddressInfo>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `${name} cannot listen on 127.0.0.1:${port}: choose another port (--port-base N)`;
      reject(new Error(message, { cause }));
    });
    server.listen(port, '127.0.0.1', () => {
      const bound = server.address();
      if (bound === null || typeof bound === 'string') reject(new Error(`${name} has no TCP address`));
      else resolve(bound);
    });
  });
  return {
    url: `http://127.0.0.1:${address.port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        if (!server.listening) return resolve();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

/** Input that a neighbour refuses; its message says what to send instead. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  readonly status: 400 | 404 | 409;

  constructor(message: string, status: 400 | 404 | 409 = 400) {
    super(message);
    this.status = status;
  }
}

/** The JSON body of a request as the schema says; `BadInput` names each field that is wrong. */
export async function readJson<T extends z.ZodType>(request: Request, schema: T): Promise<z.output<T>> {
  let body: unknown;
  try {
    body = JSON.parse(await request.text());
  } catch {
    throw new BadInput('The body is not JSON: send Content-Type: application/json and a JSON object');
  }
  return parse(schema, body);
}

/** The value as the schema says; `BadInput` names each field that is wrong. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (!result.success) throw new BadInput(z.prettifyError(result.error));
  return result.data;
}

/** Answers refused input as `{error}` with its status, and anything unexpected as a 500 that is also printed. */
export function answerErrors(app: Hono): void {
  app.onError((error, c) => {
    if (error instanceof BadInput) return c.json({ error: error.message }, error.status);
    console.error(error);
    return c.json({ error: 'The simulator failed; its console has the reason' }, 500);
  });
}

/** Waits; resolves early when the signal (a client that left, a server that stops) fires. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
