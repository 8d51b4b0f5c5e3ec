import type * as z from 'zod';
import { AnswerNotPut } from '../../domain/ticket/ticket-system.ts';
import type { TokenCache } from '../../domain/token/token-cache.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { errorName, PermanentError, retryAfterOf, TransientError } from '../../platform/errors.ts';
import { isNeverSent } from '../never-sent.ts';
import { parseAs, parseJson } from '../parsing.ts';
import { retryAfterSeconds } from '../retry-after.ts';
import {
  changedTicket,
  listOf,
  written,
  type ZohoComment,
  type ZohoThread,
  type ZohoTicket,
  zohoComment,
  zohoThread,
  zohoTicket,
} from './schemas.ts';
import { zohoTenant } from './token-issuer.ts';

/** Reads of one Zoho Desk. Each throws `TransientError` or, for what nobody knows, `PermanentError`. */
export interface ZohoReads {
  /** `undefined`: there is no such ticket. */
  ticket(ticketId: string): Promise<ZohoTicket | undefined>;
  /** Without their texts. */
  threads(ticketId: string): Promise<readonly ZohoThread[]>;
  thread(ticketId: string, threadId: string): Promise<ZohoThread | undefined>;
  comments(ticketId: string): Promise<readonly ZohoComment[]>;
  /** Ids of tickets that changed at this instant (ISO) or later. */
  changedSince(since: string): Promise<readonly string[]>;
}

/** Content is HTML. */
interface ZohoReply {
  readonly fromEmailAddress: string;
  readonly to: string;
  readonly content: string;
}

interface ZohoTicketChange {
  readonly status?: string;
  /** By API name. */
  readonly cf?: Readonly<Record<string, string>>;
}

/** Its writes too. `undefined`: there is no such ticket. */
export interface ZohoApi extends ZohoReads {
  /**
   * Mails an answer, which becomes a thread, or puts a comment that the customer sees. Throw `AnswerNotPut` when
   * certainly nothing was done, another `TransientError` when that is unclear.
   */
  sendReply(ticketId: string, reply: ZohoReply): Promise<{ readonly id: string } | undefined>;
  comment(ticketId: string, content: string): Promise<{ readonly id: string } | undefined>;
  /** Throws as reads do. */
  change(ticketId: string, change: ZohoTicketChange): Promise<'changed' | undefined>;
}

interface Answer {
  readonly response: Response;
  readonly text: string;
}

interface Body {
  readonly method: 'PATCH' | 'POST';
  readonly body: object;
}

/** A request was sent and nobody knows what became of it. */
class Unanswered extends TransientError {}

const pageSize = 100;
/** A ticket of a thousand messages, or a thousand tickets in an hour, is for a person. */
const mostPages = 10;

export interface ZohoApiOptions {
  /** e.g. `https://desk.zoho.eu`. */
  readonly deskUrl: string;
  readonly orgId: string;
  /** Of one call. */
  readonly timeoutMs: number;
  readonly tokens: TokenCache;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}

export function createZohoApi(options: ZohoApiOptions): ZohoApi {
  const { deskUrl, orgId, timeoutMs, tokens, fetch: request = fetch, clock = systemClock } = options;

  async function call(path: string, accessToken: string, write?: Body): Promise<Answer> {
    try {
      const response = await request(`${deskUrl}/api/v1${path}`, {
        ...(write === undefined ? {} : { method: write.method, body: JSON.stringify(write.body) }),
        headers: {
          accept: 'application/json',
          authorization: `Zoho-oauthtoken ${accessToken}`,
          orgId,
          ...(write === undefined ? {} : { 'content-type': 'application/json' }),
        },
        // A redirect would carry the token to whoever it names.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { response, text: await response.text() };
    } catch (cause) {
      const Failure = isNeverSent(cause) ? TransientError : Unanswered;
      throw new Failure(`Zoho Desk did not answer: ${errorName(cause)}.`, { cause });
    }
  }

  async function token(rejectedTokenId?: string) {
    const answer = await tokens.get(zohoTenant, rejectedTokenId);
    if ('accessToken' in answer) return answer;
    // A refused client is our own fault: the message stays, and is redriven when the client works.
    const seconds = 'retryAfterSeconds' in answer ? answer.retryAfterSeconds : undefined;
    throw new TransientError(`There is no token for Zoho Desk: ${answer.failure}.`, {
      retryAfterSeconds: seconds,
    });
  }

  /** Asks once more with another token when one is refused: nothing was done then. */
  async function exchange(path: string, write?: Body): Promise<Answer> {
    const first = await token();
    const answer = await call(path, first.accessToken, write);
    if (answer.response.status !== 401) return answer;
    const next = await token(first.tokenId);
    return call(path, next.accessToken, write);
  }

  function failureOf({ status, headers }: Response): Error {
    if (status === 401 || status === 408 || status === 429 || status >= 500) {
      return new TransientError(`Zoho Desk answered ${status}.`, {
        retryAfterSeconds: retryAfterSeconds(headers.get('retry-after'), clock()),
      });
    }
    return new PermanentError(`Zoho Desk answered ${status}, which its documents do not explain.`);
  }

  async function get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> {
    const { response, text } = await exchange(path);
    const { status } = response;
    if (response.ok)
      return parseAs(schema, status === 204 ? undefined : parseJson(text), 'Zoho Desk’s answer');
    if (status === 404) return undefined;
    throw failureOf(response);
  }

  async function post(path: string, body: object): Promise<{ readonly id: string } | undefined> {
    let answer: Answer;
    try {
      answer = await exchange(path, { method: 'POST', body });
    } catch (error) {
      if (error instanceof Unanswered) throw error;
      throw notPut('Zoho Desk could not be asked.', error);
    }
    const { response, text } = answer;
    if (response.status === 404) return undefined;
    if (!response.ok) {
      const failure = failureOf(response);
      const isUnclear = response.status === 408 || response.status >= 500;
      throw isUnclear ? failure : notPut(failure.message, failure);
    }
    const { data } = written.safeParse(parseJson(text));
    // As its accounts server does: what is wrong can come with status 200 (tickets.md 2.8).
    if (data?.errorCode != null || data?.error != null) {
      throw new AnswerNotPut('Zoho Desk answered with an error.');
    }
    if (data?.id == null) throw new Unanswered('Zoho Desk did not say what it wrote.');
    return { id: data.id };
  }

  async function all<Row extends z.ZodType>(
    path: string,
    row: Row,
    isLast: (rows: readonly z.output<Row>[]) => boolean = () => false,
  ): Promise<readonly z.output<Row>[]> {
    const found: z.output<Row>[] = [];
    for (let page = 0; page < mostPages; page += 1) {
      const query = `${path.includes('?') ? '&' : '?'}from=${page * pageSize}&limit=${pageSize}`;
      const rows = (await get(`${path}${query}`, listOf(row))) ?? [];
      found.push(...rows);
      if (rows.length < pageSize || isLast(rows)) break;
    }
    return found;
  }

  const pathOf = (ticketId: string) => `/tickets/${encodeURIComponent(ticketId)}`;
  return {
    ticket: (ticketId) => get(`${pathOf(ticketId)}?include=contacts`, zohoTicket),
    threads: (ticketId) => all(`${pathOf(ticketId)}/threads`, zohoThread),
    thread: (ticketId, threadId) =>
      get(`${pathOf(ticketId)}/threads/${encodeURIComponent(threadId)}`, zohoThread),
    comments: (ticketId) => all(`${pathOf(ticketId)}/comments`, zohoComment),
    changedSince: async (since) => {
      const from = Date.parse(since);
      const isChanged = ({ modifiedTime }: z.output<typeof changedTicket>) =>
        modifiedTime == null || Date.parse(modifiedTime) >= from;
      const rows = await all(
        '/tickets?sortBy=-modifiedTime',
        changedTicket,
        (page) => !page.every(isChanged),
      );
      return [...new Set(rows.filter(isChanged).map(({ id }) => id))];
    },
    // Never a `subject`: it is refused as an extra parameter (tickets.md 2.7).
    sendReply: (ticketId, { fromEmailAddress, to, content }) =>
      post(`${pathOf(ticketId)}/sendReply`, {
        channel: 'EMAIL',
        fromEmailAddress,
        to,
        contentType: 'html',
        content,
      }),
    comment: (ticketId, content) =>
      post(`${pathOf(ticketId)}/comments`, { content, contentType: 'html', isPublic: true }),
    change: async (ticketId, change) => {
      const { response, text } = await exchange(pathOf(ticketId), { method: 'PATCH', body: change });
      if (response.status === 404) return undefined;
      if (!response.ok) throw failureOf(response);
      const { data } = written.safeParse(parseJson(text));
      if (data?.errorCode == null && data?.error == null) return 'changed';
      throw new PermanentError('Zoho Desk answered a change with an error.');
    },
  };
}

/** Whatever went wrong, the answer is not on its ticket. */
export function notPut(message: string, cause: unknown): AnswerNotPut {
  return new AnswerNotPut(message, { cause, retryAfterSeconds: retryAfterOf(cause) });
}
