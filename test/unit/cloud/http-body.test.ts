import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { closeServer, listenLocally } from '../../../infra/local/cloud/gateway.ts';
import { flatHeaders, readBody } from '../../../infra/local/cloud/http-body.ts';

const limit = 10;
interface Seen {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** What a server made of the bytes of one connection; `end` closes it after them. */
async function receive(bytes: string, end = false): Promise<Seen> {
  const { promise, resolve } = Promise.withResolvers<Seen>();
  const server = createServer((request, response) => {
    readBody(request, limit)
      .then(String, (error: Error) => error.message)
      .then((body) => {
        resolve({ body, headers: flatHeaders(request) });
        response.end();
      });
  });
  const { port } = new URL(await listenLocally(server, 0));
  stops.push(() => closeServer(server));
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(bytes);
  if (end) socket.end();
  const seen = await promise;
  socket.destroy();
  return seen;
}

const head = (length: number, ...lines: string[]) =>
  ['POST / HTTP/1.1', 'Host: a', `Content-Length: ${length}`, ...lines, '', ''].join('\r\n');

describe('a request', () => {
  it.each([
    ['nothing', '', ''],
    ['as many bytes as are allowed', '0123456789', '0123456789'],
    ['one more', '01234567890', 'too-large'],
    ['one more, counted in bytes', '01234567é9', 'too-large'],
  ])('with %s in its body', async (_what, body, read) => {
    expect((await receive(head(Buffer.byteLength(body)) + body)).body).toBe(read);
  });

  it('that breaks off is a failure, and does not wait for ever', async () => {
    expect((await receive(`${head(8)}half`, true)).body).toMatch(/aborted|closed/);
  });

  it('has its headers by name in lower case, repeated ones together', async () => {
    const { headers } = await receive(
      head(0, 'X-Many: 1', 'x-many: 2', 'Cookie: a=1', 'cookie: b=2', 'X-Empty:'),
    );
    expect(headers).toEqual({
      host: 'a',
      'content-length': '0',
      'x-many': '1,2',
      cookie: 'a=1; b=2',
      'x-empty': '',
    });
  });
});
