import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { flatHeaders, readBody } from './http-body.ts';
import type { Credentials } from './iam.ts';
import { isRecord } from './json.ts';
import { restOperation } from './rest-operations.ts';
import type { ApiAnswer, ApiCall, CloudService, Principal } from './service.ts';
import { AwsError } from './service.ts';
import { claimedService, verifySignature } from './sigv4.ts';

/** What the gateway asks of the rest of the cloud. */
export interface GatewayDependencies {
  readonly region: string;
  readonly credentials: (accessKeyId: string) => Credentials | undefined;
  readonly authorize: (principal: Principal, call: ApiCall, service: CloudService) => void;
  readonly service: (name: string) => CloudService | undefined;
  /**
   * Asked once per verified call, before it takes effect. `'before'` and `'after'` mean that the calling process was
   * or will be killed: the connection is cut without an answer, and with `'after'` the call takes effect first.
   */
  readonly onCall: (call: ApiCall, credentials: Credentials) => KillPoint;
  readonly log: (line: string) => void;
  readonly now: () => Date;
}

export interface KillPoint {
  readonly when: 'no' | 'before' | 'after';
  /** Kills the caller. */
  kill(): void;
}

/** Calls by `principal session` and by `service:Action`, counted since the start. */
export interface CallCounters {
  readonly byPrincipal: ReadonlyMap<string, number>;
  readonly byAction: ReadonlyMap<string, number>;
}

/** Lambda's synchronous payload limit of 6 MB in base64, the largest request of any service here. */
const bodyLimit = 8 * 1024 * 1024;

/** The one AWS endpoint of the local cloud: verifies, decodes, authorises, dispatches and encodes. */
export class Gateway {
  readonly #dependencies: GatewayDependencies;
  readonly #server: Server;
  readonly #byPrincipal = new Map<string, number>();
  readonly #byAction = new Map<string, number>();
  readonly counters: CallCounters = { byPrincipal: this.#byPrincipal, byAction: this.#byAction };

  constructor(dependencies: GatewayDependencies) {
    this.#dependencies = dependencies;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        dependencies.log(
          `internal failure: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
        response.destroy();
      });
    });
  }

  /** Answers the base URL. Port 0 takes any free one. */
  async listen(port: number): Promise<string> {
    return listenLocally(this.#server, port);
  }

  async stop(): Promise<void> {
    await closeServer(this.#server);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: target = '/' } = request;
    const headers = flatHeaders(request);
    const wire = this.#dependencies.service(claimedService(headers))?.wire;
    const body = wire === undefined ? await readBody(request, bodyLimit) : Buffer.alloc(0);
    const refusal = (error: AwsError) =>
      wire?.error(error, method) ?? errorAnswer(error, headers['x-amz-target'] === undefined);
    let answer: ApiAnswer | 'cut';
    try {
      if (body === 'too-large')
        throw new AwsError('RequestEntityTooLargeException', 'Request too large', 413);
      const stream = wire === undefined ? {} : { stream: request };
      answer = await this.#dispatch({ method, path: target, headers, body, ...stream });
    } catch (error) {
      if (error instanceof AwsError) {
        // Callers tell their logs the code alone; which right is missing is what one wants to know (CloudTrail's part).
        if (error.code === 'AccessDeniedException') this.#dependencies.log(`${error.code}: ${error.message}`);
        answer = refusal(error);
      } else {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#dependencies.log(`${method} ${target} failed: ${message}`);
        answer = refusal(new AwsError('InternalFailure', message, 500));
      }
    }
    // What is left of a body that nobody wanted: without it the answer would not be read.
    request.resume();
    if (answer === 'cut') response.destroy();
    else await send(response, answer, headers['content-type']);
  }

  async #dispatch(http: ApiCall['http']): Promise<ApiAnswer | 'cut'> {
    const { method, path: target, headers, body, stream } = http;
    const { credentials, service: name } = verifySignature(
      { method, target, headers, body: stream === undefined ? body : 'unread' },
      this.#dependencies.region,
      this.#dependencies.credentials,
      this.#dependencies.now(),
    );
    const service = this.#dependencies.service(name);
    if (service === undefined) {
      throw new AwsError('UnknownService', `The local cloud does not run the service "${name}"`, 501);
    }
    const operation =
      service.wire?.decode(method, target, headers) ?? decode(name, method, target, headers, body);
    const call: ApiCall = { service: name, ...operation, principal: credentials.principal, http };
    this.#count(call);
    const point = this.#dependencies.onCall(call, credentials);
    if (point.when === 'before') {
      point.kill();
      return 'cut';
    }
    this.#dependencies.authorize(call.principal, call, service);
    if (point.when === 'no') return service.call(call);
    try {
      const { body: unsent } = await service.call(call);
      if (unsent instanceof Readable) unsent.destroy();
    } finally {
      point.kill();
    }
    return 'cut';
  }

  #count(call: ApiCall): void {
    const session = call.principal.arn.slice(call.principal.arn.lastIndexOf('/') + 1);
    this.#byPrincipal.set(session, (this.#byPrincipal.get(session) ?? 0) + 1);
    const action = `${call.service}:${call.action}`;
    this.#byAction.set(action, (this.#byAction.get(action) ?? 0) + 1);
  }
}

/** Listens on 127.0.0.1 and answers the base URL. */
export async function listenLocally(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Ends a server and whatever is still connected to it. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeAllConnections();
  await closed;
}

function decode(
  service: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): { readonly action: string; readonly input: Record<string, unknown> } {
  const amzTarget = headers['x-amz-target'];
  if (amzTarget === undefined) return restOperation(service, method, target, headers, body);
  return { action: amzTarget.slice(amzTarget.lastIndexOf('.') + 1), input: parseJson(body) };
}

function parseJson(body: Buffer): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8') || '{}');
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON');
  }
  if (!isRecord(parsed)) throw new AwsError('SerializationException', 'The body is not a JSON object');
  return parsed;
}

/** AWS's JSON protocols put the code into `__type`; the REST ones into a header and answer 403 where those answer 400. */
function errorAnswer(error: AwsError, rest: boolean): ApiAnswer {
  const denied = rest && error.code === 'AccessDeniedException';
  return {
    status: denied ? 403 : error.status,
    headers: { 'x-amzn-errortype': error.code },
    body: { __type: error.code, message: error.message, ...error.fields },
  };
}

async function send(
  response: ServerResponse,
  answer: ApiAnswer,
  contentType = 'application/json',
): Promise<void> {
  const status = answer.status ?? 200;
  const requestId = { 'x-amzn-requestid': randomUUID() };
  if (answer.body instanceof Readable) {
    response.writeHead(status, { ...requestId, ...answer.headers });
    // Whoever goes away in the middle of it has read enough.
    await pipeline(answer.body, response).catch(() => response.destroy());
    return;
  }
  const body = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(JSON.stringify(answer.body ?? {}));
  response.writeHead(status, {
    'content-type': contentType.startsWith('application/x-amz-json') ? contentType : 'application/json',
    ...requestId,
    'content-length': body.length,
    ...answer.headers,
  });
  response.end(body);
}
