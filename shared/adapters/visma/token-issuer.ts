import type { IssueOutcome, TokenIssuer } from '../../domain/token/token.ts';
import { PermanentError, TransientError } from '../../platform/errors.ts';
import { digest, tokenIdOf } from '../../platform/ids.ts';
import type { VismaClientSecret } from '../secrets-manager/secrets.ts';
import type { TokenSource } from './token-source.ts';

/** Visma Connect as the token cache sees it: outcomes, never errors. */
export function createVismaTokenIssuer(options: {
  readonly source: TokenSource;
  readonly client: VismaClientSecret;
  readonly scopes: readonly string[];
  /** Told of what no document explains, and of our client's refusal. */
  readonly onUnexplained: (error: PermanentError) => void;
  readonly onClientRejected: () => void;
  /** Told of what passes: a person who looks wants to know what it was. */
  readonly onAway: (error: TransientError) => void;
}): TokenIssuer {
  const { source, client, scopes, onUnexplained, onClientRejected, onAway } = options;
  const sortedScopes = [...new Set(scopes)].sort();
  return {
    client: async (again = false) => {
      const { clientId, versionId } = await (again ? client.readAgain() : client.read());
      return { clientKey: digest(clientId, ...sortedScopes).slice(0, 20), secretVersion: versionId };
    },
    issue: async (tenantId): Promise<IssueOutcome> => {
      try {
        const answer = await source.fetch(tenantId);
        if (answer.outcome === 'token') {
          const { accessToken, expiresInSeconds, secretVersion } = answer;
          return {
            outcome: 'issued',
            token: { accessToken, tokenId: tokenIdOf(accessToken), secretVersion },
            expiresInSeconds,
          };
        }
        if (answer.outcome === 'client-rejected') {
          onClientRejected();
          return { outcome: 'refused', failure: { failure: 'client-rejected' } };
        }
        return { outcome: 'refused', failure: { failure: 'tenant-disconnected', reason: answer.outcome } };
      } catch (error) {
        if (error instanceof TransientError) {
          onAway(error);
          const { retryAfterSeconds } = error;
          return { outcome: 'away', ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
        }
        if (!(error instanceof PermanentError)) throw error;
        onUnexplained(error);
        return { outcome: 'unexplained' };
      }
    },
  };
}
