import type * as z from 'zod';
import type { TokenCache } from '../../domain/token/token-cache.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { errorName, PermanentError, TransientError } from '../../platform/errors.ts';
import { parseAs, parseJson } from '../parsing.ts';
import { retryAfterSeconds } from '../retry-after.ts';
import {
  changedTicket,
  listOf,
  type ZohoComment,
  type ZohoThread,
  type ZohoTicket,
  zohoComment,
  zohoThread,
  zohoTicket,
} from './schemas.ts';
import { zohoTenant } from './token-issuer.ts';

/** Reads of one Zoho Desk. Each throws `TransientError` or, for what nobody knows, `PermanentError`. */
export interface ZohoApi {
  /** `undefined`: there is no such ticket. */
  ticket(ticketId: string): Promise<ZohoTicket | undefined>;
  /** Without their texts. */
  threads(ticketId: string): Promise<readonly ZohoThread[]>;
  thread(ticketId: string, threadId: string): Promise<ZohoThread | undefined>;
  comments(ticketId: string): Promise<readonly ZohoComment[]>;
  /** Ids of tickets that changed at this instant (ISO) or later. */
  changedSince(since: string): Promise<readonly string[]>;
}

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

  async function call(path: string, accessToken: string): Promise<{ response: Response; text: string }> {
    try {
      const response = await request(`${deskUrl}/api/v1${path}`, {
        headers: { accept: 'application/json', authorization: `Zoho-oauthtoken ${accessToken}`, orgId },
        // A redirect would carry the token to whoever it names.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return { response, text: await response.text() };
    } catch (cause) {
      throw new TransientError(`Zoho Desk did not answer: ${errorName(cause)}.`, { cause });
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

  async function get<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
  ): Promise<z.output<Schema> | undefined> {
    const first = await token();
    let { response, text } = await call(path, first.accessToken);
    if (response.status === 401) {
      const next = await token(first.tokenId);
      ({ response, text } = await call(path, next.accessToken));
    }
    const { status } = response;
    if (response.ok)
      return parseAs(schema, status === 204 ? undefined : parseJson(text), 'Zoho Desk’s answer');
    if (status === 404) return undefined;
    if (status === 401 || status === 408 || status === 429 || status >= 500) {
      throw new TransientError(`Zoho Desk answered ${status}.`, {
        retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), clock()),
      });
    }
    throw new PermanentError(`Zoho Desk answered ${status}, which its documents do not explain.`);
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
  };
}
