import { type Clock, systemClock } from '../../platform/clock.ts';
import { TransientError } from '../../platform/errors.ts';
import type { VismaClient, VismaClientSecret } from '../secrets-manager/secrets.ts';
import { requestToken, type TokenAnswer } from './connect.ts';

export type SourcedToken =
  | (Extract<TokenAnswer, { outcome: 'token' }> & { readonly secretVersion: string })
  | Exclude<TokenAnswer, { outcome: 'token' }>;

/** Asks Visma Connect for tokens with whichever client secret it accepts. */
export interface TokenSource {
  /** Throws `TransientError` while Visma or Secrets Manager is away, `PermanentError` for what no document knows. */
  fetch(tenantId: string): Promise<SourcedToken>;
}

export interface TokenSourceOptions {
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  /** Of all requests for one token together: a caller holds a lease meanwhile. */
  readonly timeoutMs: number;
  readonly client: VismaClientSecret;
  /** Told when only the previous secret was accepted. */
  readonly onFallback?: () => void;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}

/**
 * A refused secret is read again, since it may have been rotated, and then the previous one is tried, which the
 * rotation keeps for a while. Last comes the current one once more: a roll-back between two of these looks takes the
 * label off the previous one. Only when none is accepted is it our fault: `client-rejected`.
 */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { client, timeoutMs, fetch: request = fetch, clock = systemClock, onFallback } = options;

  async function ask(tenantId: string, candidate: VismaClient, leftMs: number): Promise<SourcedToken> {
    const outside = { timeoutMs: leftMs, fetch: request, clock };
    const answer = await requestToken(options, candidate, tenantId, outside);
    return answer.outcome === 'token' ? { ...answer, secretVersion: candidate.versionId } : answer;
  }

  /** Since when the previous secret served in place of a current one that was refused. */
  let fallbackSince: number | undefined;

  return {
    fetch: async (tenantId) => {
      const now = () => clock().getTime();
      const end = now() + timeoutMs;
      const isFallback = fallbackSince !== undefined && Math.abs(now() - fallbackSince) < fallbackMs;
      const refused: VismaClient[] = [];
      for (const look of [
        ...(isFallback ? [client.readPrevious] : []),
        client.read,
        client.readAgain,
        client.readPrevious,
        client.readAgain,
      ]) {
        const candidate = await look();
        if (candidate === undefined || refused.some((one) => isSame(one, candidate))) continue;
        const left = end - now();
        if (left <= 0) throw new TransientError('Visma Connect took too long to refuse a secret.');
        const answer = await ask(tenantId, candidate, left);
        if (answer.outcome !== 'client-rejected') {
          if (look !== client.readPrevious) fallbackSince = undefined;
          else if (!isFallback) {
            fallbackSince = now();
            onFallback?.();
          }
          return answer;
        }
        refused.push(candidate);
      }
      return { outcome: 'client-rejected' };
    },
  };
}

/** For so long the current secret is not tried again after it was refused: many refusals could lock our client out. */
const fallbackMs = 60_000;

function isSame(a: VismaClient, b: VismaClient): boolean {
  return a.clientId === b.clientId && a.clientSecret === b.clientSecret;
}
