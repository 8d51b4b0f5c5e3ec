import type { TenantReader } from '../../domain/tenant/repository.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { readOrganisations } from './organisations.ts';
import type { TokenSource } from './token-source.ts';

/**
 * Reads a tenant of Visma: a token for it and one read of its organisations. `timeoutMs` is of each of the two calls.
 * Throws `TransientError` while Visma is unreachable or throttles, `PermanentError` for what its documents don't know.
 */
export function createVismaTenantReader(options: {
  readonly tokens: TokenSource;
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}): TenantReader {
  const { tokens, apiUrl, timeoutMs, fetch: request = fetch, clock = systemClock } = options;
  return {
    read: async (tenantId) => {
      const token = await tokens.fetch(tenantId);
      if (token.outcome !== 'token') return token;
      return readOrganisations(apiUrl, token.accessToken, { timeoutMs, fetch: request, clock });
    },
  };
}
