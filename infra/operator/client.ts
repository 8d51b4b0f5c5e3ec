import { createHash, createHmac, type Hash, type Hmac, randomUUID } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import {
  type OperatorError,
  operatorCommand,
  operatorError,
} from '../../shared/contracts/commands/operator-commands.ts';

export type CommandInput = z.input<typeof operatorCommand>;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Where commands go and who sends them; the content of `.local/endpoints.json` fits. */
export interface OperatorEndpoint {
  readonly api: string;
  readonly region: string;
  readonly operator: Credentials | (() => Promise<Credentials>);
}

export interface SendOptions {
  readonly fetch?: typeof fetch;
  /** Milliseconds before the second and the third try. */
  readonly pausesMs?: readonly number[];
}

/** An answer that is no success: what is wrong and what to do. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
  readonly status: number;
  readonly body: OperatorError;
  constructor(status: number, body: OperatorError) {
    super(body.message);
    this.status = status;
    this.body = body;
  }
}

/** Nobody answered, or nothing that could be understood. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const timeoutMs = 35_000;

/**
 * Signs a command and sends it; answers the JSON of its success and throws `CommandRefused` or `NoAnswer`. A lost
 * answer is asked for again, three tries in all, with one `commandId`, so that nothing happens twice.
 */
export async function sendCommand(
  endpoint: OperatorEndpoint,
  command: CommandInput,
  { fetch: send = fetch, pausesMs = [500, 2_000] }: SendOptions = {},
): Promise<unknown> {
  const url = new URL('/operator/commands', endpoint.api);
  const body = JSON.stringify(withId(command));
  let last: unknown;
  for (let tries = 0; tries <= pausesMs.length; tries += 1) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, pausesMs[tries - 1]));
    try {
      const response = await send(url, {
        method: 'POST',
        headers: await signedHeaders(endpoint, url, body),
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = await readJson(response);
      if (response.ok) return answer;
      const refusal = refusalOf(response.status, answer);
      if (response.status < 500 && response.status !== 429) throw refusal;
      last = refusal;
    } catch (error) {
      if (error instanceof CommandRefused || error instanceof NotSigned) throw error;
      last = error;
    }
  }
  if (last instanceof CommandRefused) throw last;
  throw new NoAnswer(`${url.origin} does not answer.`, { cause: last });
}

/** Listings have no id: repeating them changes nothing. */
function withId(command: CommandInput): object {
  const option = operatorCommand.options.find(({ shape }) => shape.command.value === command.command);
  if (option === undefined || !('commandId' in option.shape)) return command;
  const given = 'commandId' in command ? command.commandId : undefined;
  return { ...command, commandId: given ?? randomUUID() };
}

/** No credentials: trying again does not find any. */
export class NotSigned extends Error {
  override readonly name = 'NotSigned';
}

export async function credentialsOf(operator: OperatorEndpoint['operator']): Promise<Credentials> {
  try {
    return typeof operator === 'function' ? await operator() : operator;
  } catch (cause) {
    throw new NotSigned('There are no AWS credentials: sign in, or set AWS_PROFILE.', { cause });
  }
}

async function signedHeaders(
  { operator, region }: OperatorEndpoint,
  url: URL,
  body: string,
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = await credentialsOf(operator);
  const signer = new SignatureV4({
    service: 'execute-api',
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    sha256: Sha256,
  });
  const signed = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  });
  const { host: _setByFetch, ...headers } = signed.headers;
  return headers;
}

/** Node's SHA-256 in the shape that the signer wants. */
class Sha256 {
  readonly #key: string | Buffer | undefined;
  #hash: Hash | Hmac;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#key = key === undefined ? undefined : bytesOf(key);
    this.#hash = this.#start();
  }
  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(chunk));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    this.#hash = this.#start();
  }
  #start(): Hash | Hmac {
    return this.#key === undefined ? createHash('sha256') : createHmac('sha256', this.#key);
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(data);
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    if (response.ok) throw new NoAnswer('The answer is not JSON.');
    return undefined;
  }
}

/** What API Gateway itself answers has only a `message`. */
const gatewayAnswer = z.object({ message: z.string().optional(), Message: z.string().optional() });

function refusalOf(status: number, answer: unknown): CommandRefused {
  const own = operatorError.safeParse(answer);
  if (own.success) return new CommandRefused(status, own.data);
  const gateway = gatewayAnswer.safeParse(answer);
  const said = gateway.data?.message ?? gateway.data?.Message ?? `The service answered ${status}.`;
  if (status !== 403) return new CommandRefused(status, { error: 'unavailable', message: said });
  const message = `${said}: these credentials may not send operator commands. Sign in as someone with the operators' policy.`;
  return new CommandRefused(status, { error: 'forbidden', message });
}
