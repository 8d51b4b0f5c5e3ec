import * as z from 'zod';
import type { IssueOutcome, TokenIssuer } from '../../domain/token/token.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { errorName } from '../../platform/errors.ts';
import { digest, tokenIdOf } from '../../platform/ids.ts';
import { parseJson } from '../parsing.ts';
import { retryAfterSeconds } from '../retry-after.ts';
import type { Secret, ZohoDeskSecret } from '../secrets-manager/secrets.ts';

/** Under which its one token lies among those of Visma's tenants; functions of Zoho Desk may reach these keys only. */
export const zohoTenant = 'zoho-desk';

const answered = z.union([
  z.object({ access_token: z.string().min(1), expires_in: z.number().positive() }),
  z.object({ error: z.string() }),
]);

/** Of our client or its refresh token: nothing that waiting mends (tickets.md 2.8). */
const ours = ['invalid_client', 'invalid_client_secret', 'invalid_code', 'unauthorized_client'];

export interface ZohoTokenIssuerOptions {
  readonly accountsUrl: string;
  readonly timeoutMs: number;
  readonly secret: Secret<ZohoDeskSecret>;
  readonly onClientRejected: () => void;
  /** Told why there is none for now, in words that hold nothing of the answer. */
  readonly onAway: (reason: string) => void;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}

/**
 * Zoho's accounts server as the token cache sees it. It tells what is wrong with status 200 and a field `error`, and
 * gives few tokens: ten per ten minutes, so whoever asks must go through the cache.
 */
export function createZohoTokenIssuer(options: ZohoTokenIssuerOptions): TokenIssuer {
  const { accountsUrl, timeoutMs, secret, onClientRejected, onAway, fetch: request = fetch } = options;
  const clock = options.clock ?? systemClock;

  const away = (reason: string, seconds?: number): IssueOutcome => {
    onAway(reason);
    return { outcome: 'away', ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }) };
  };

  return {
    client: async (again = false) => {
      const { clientId, versionId } = await (again ? secret.readAgain() : secret.read());
      return { clientKey: `${zohoTenant}.${digest(clientId).slice(0, 20)}`, secretVersion: versionId };
    },
    issue: async () => {
      const { clientId, clientSecret, refreshToken, versionId } = await secret.read();
      let response: Response;
      let text: string;
      try {
        response = await request(`${accountsUrl}/oauth/v2/token`, {
          method: 'POST',
          body: new URLSearchParams({
            grant_type: 'refresh_token',
            client_id: clientId,
            client_secret: clientSecret,
            refresh_token: refreshToken,
          }),
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
        });
        text = await response.text();
      } catch (error) {
        return away(`The accounts server did not answer: ${errorName(error)}.`);
      }
      const parsed = answered.safeParse(parseJson(text));
      if (parsed.success && 'access_token' in parsed.data) {
        const { access_token: accessToken, expires_in: expiresInSeconds } = parsed.data;
        const token = { accessToken, tokenId: tokenIdOf(accessToken), secretVersion: versionId };
        return { outcome: 'issued', token, expiresInSeconds };
      }
      if (parsed.success && 'error' in parsed.data && ours.includes(parsed.data.error)) {
        onClientRejected();
        return { outcome: 'refused', failure: { failure: 'client-rejected' } };
      }
      // "Access Denied": too many tokens in ten minutes. Whatever else it is, asking at once would not help.
      const seconds = retryAfterSeconds(response.headers.get('retry-after'), clock());
      return away(`The accounts server answered ${response.status} without a token.`, seconds);
    },
  };
}
