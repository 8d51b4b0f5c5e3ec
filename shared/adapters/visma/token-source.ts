import { type Clock, systemClock } from '../../platform/clock.ts';
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

  async function ask(tenantId: string, candidate: VismaClient): Promise<SourcedToken> {
    const answer = await requestToken(options, candidate, tenantId, { timeoutMs, fetch: request, clock });
    return answer.outcome === 'token' ? { ...answer, secretVersion: candidate.versionId } : answer;
  }

  return {
    fetch: async (tenantId) => {
      const refused: VismaClient[] = [];
      for (const look of [client.read, client.readAgain, client.readPrevious, client.readAgain]) {
        const candidate = await look();
        if (candidate === undefined || refused.some((one) => isSame(one, candidate))) continue;
        const answer = await ask(tenantId, candidate);
        if (answer.outcome !== 'client-rejected') {
          if (look === client.readPrevious) onFallback?.();
          return answer;
        }
        refused.push(candidate);
      }
      return { outcome: 'client-rejected' };
    },
  };
}

function isSame(a: VismaClient, b: VismaClient): boolean {
  return a.clientId === b.clientId && a.clientSecret === b.clientSecret;
}
