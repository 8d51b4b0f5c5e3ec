import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Mail } from './ses-mail.ts';
import { listPage, mailPage, notFoundPage } from './ses-mailbox-pages.ts';

export interface Mailbox {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface MailStore {
  list(): readonly Mail[];
  clear(): void;
}

/**
 * Serves the accepted mails on 127.0.0.1: `GET /` lists them, `GET /mails/:id` shows one, `GET /store` answers them as
 * JSON, `DELETE /store` empties it, `GET /mails/:id/attachments/:number` answers what a mail carries. `port` 0 takes any free one. Rejects when the port is taken.
 */
export async function openMailbox(store: MailStore, port: number): Promise<Mailbox> {
  const server = createServer((request, response) => serve(store, request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the mailbox has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

export interface MailboxAnswer {
  readonly status: number;
  readonly type?: string;
  readonly body: string | Buffer;
  /** Of an answer that a page elsewhere must not show as a part of itself, or that is to be kept as a file. */
  readonly disposition?: string;
}

/** What the mailbox answers; `host` is the request's Host header. */
export function answerMailbox(store: MailStore, method: string, path: string, host: string): MailboxAnswer {
  // A page elsewhere whose name resolves to 127.0.0.1 must not read the mails.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) {
    return { status: 403, type: 'text/plain', body: 'Open the mailbox as http://127.0.0.1' };
  }
  const mailId = /^\/mails\/([^/]+)$/.exec(path)?.[1];
  const [, attachedTo, number] = /^\/mails\/([^/]+)\/attachments\/(\d{1,3})$/.exec(path) ?? [];
  if (method === 'GET' && attachedTo !== undefined) return attachmentOf(store, attachedTo, Number(number));
  switch (`${method} ${mailId === undefined ? path : '/mails'}`) {
    case 'GET /':
      return { status: 200, type: 'text/html', body: listPage(store.list().toReversed()) };
    case 'GET /mails': {
      const mail = store.list().find((one) => one.id === mailId);
      if (mail !== undefined) return { status: 200, type: 'text/html', body: mailPage(mail) };
      return { status: 404, type: 'text/html', body: notFoundPage() };
    }
    case 'GET /store':
      return { status: 200, type: 'application/json', body: JSON.stringify(store.list()) };
    case 'DELETE /store':
      store.clear();
      return { status: 204, body: '' };
    default:
      return { status: 404, type: 'text/html', body: notFoundPage() };
  }
}

/** Pictures are shown; whatever else a mail carries is kept as a file and never run here. */
function attachmentOf(store: MailStore, mailId: string, number: number): MailboxAnswer {
  const found = store.list().find((one) => one.id === mailId)?.attachments[number - 1];
  if (found === undefined) return { status: 404, type: 'text/html', body: notFoundPage() };
  const { fileName, contentType, content } = found;
  const isPicture = /^image\/(svg\+xml|png|jpeg)$/.test(contentType);
  return {
    status: 200,
    type: isPicture ? contentType : 'application/octet-stream',
    disposition: `${isPicture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    body: Buffer.from(content, 'base64'),
  };
}

/** The mail's own frame inherits it: its styles work, scripts and remote images do not. */
const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function serve(store: MailStore, request: IncomingMessage, response: ServerResponse): void {
  const path = request.url?.split('?')[0] ?? '/';
  const answer = answerMailbox(store, request.method ?? 'GET', path, request.headers.host ?? '');
  response
    .writeHead(answer.status, {
      ...(answer.type !== undefined && { 'content-type': `${answer.type}; charset=utf-8` }),
      ...(answer.disposition !== undefined && { 'content-disposition': answer.disposition }),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': contentSecurityPolicy,
    })
    .end(answer.body);
}
