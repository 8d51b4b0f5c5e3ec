import type { TenantReader } from '../../domain/tenant/repository.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import type { Secret, VismaClient } from '../secrets-manager/secrets.ts';
import { requestToken, type TokenAnswer } from './connect.ts';
import { readOrganisations } from './organisations.ts';

/**
 * Reads a tenant of Visma: a token for it and one read of its organisations. `timeoutMs` is of each of the two calls.
 * Throws `TransientError` while Visma is unreachable or throttles, `PermanentError` for what its documents don't know.
 */
export function createVismaTenantReader(options: {
  readonly tokenUrl: string;
  readonly apiUrl: string;
  readonly scopes: readonly string[];
  readonly timeoutMs: number;
  readonly client: Secret<VismaClient>;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}): TenantReader {
  const { apiUrl, client, timeoutMs, fetch: request = fetch, clock = systemClock } = options;
  const outside = { timeoutMs, fetch: request, clock };

  async function tokenFor(tenantId: string): Promise<TokenAnswer> {
    const credentials = await client.read();
    const first = await requestToken(options, credentials, tenantId, outside);
    if (first.outcome !== 'client-rejected') return first;
    // The secret may have been rotated since it was read: only a fresh one that is refused too is our fault.
    const fresh = await client.readAgain();
    return fresh.clientSecret === credentials.clientSecret && fresh.clientId === credentials.clientId
      ? first
      : requestToken(options, fresh, tenantId, outside);
  }

  return {
    read: async (tenantId) => {
      const token = await tokenFor(tenantId);
      if (token.outcome !== 'token') return token;
      return readOrganisations(apiUrl, token.accessToken, outside);
    },
  };
}
