import { randomBytes } from 'node:crypto';
import type { Hono } from 'hono';

export interface ZohoCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
}

export interface Accounts {
  isValid(accessToken: string): boolean;
  /** How many tokens were given out in all. */
  issued(): number;
  /** From now on no token that was given out is valid. */
  revokeAll(): void;
}

/** Per refresh token, as Zoho CRM's documents have it. */
const tokensAtMost = 10;
const windowMs = 10 * 60_000;
const lifetimeSeconds = 3_600;

/**
 * `accounts.zoho.…`: the grant `refresh_token`. What is wrong is told with status 200 and a field `error`, which is what
 * integrations trip over.
 */
export function accountsRoutes(app: Hono, credentials: ZohoCredentials, clock: () => number): Accounts {
  const valid = new Map<string, number>();
  const issuedAt: number[] = [];

  app.post('/oauth/v2/token', async (c) => {
    const form = new URLSearchParams(await c.req.text());
    if (form.get('grant_type') !== 'refresh_token') return c.json({ error: 'unsupported_grant_type' });
    if (form.get('client_id') !== credentials.clientId) return c.json({ error: 'invalid_client' });
    if (form.get('client_secret') !== credentials.clientSecret) {
      return c.json({ error: 'invalid_client_secret' });
    }
    if (form.get('refresh_token') !== credentials.refreshToken) return c.json({ error: 'invalid_code' });
    const now = clock();
    if (issuedAt.filter((at) => now - at < windowMs).length >= tokensAtMost) {
      return c.json(
        {
          error_description:
            'You have made too many requests continuously. Please try again after some time.',
          error: 'Access Denied',
          status: 'failure',
        },
        400,
      );
    }
    issuedAt.push(now);
    const token = `1000.${randomBytes(16).toString('hex')}.${randomBytes(16).toString('hex')}`;
    valid.set(token, now + lifetimeSeconds * 1000);
    return c.json({
      access_token: token,
      scope: 'Desk.tickets.READ Desk.tickets.UPDATE Desk.basic.READ',
      api_domain: 'https://www.zohoapis.eu',
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
    });
  });

  return {
    isValid: (token) => (valid.get(token) ?? 0) > clock(),
    issued: () => issuedAt.length,
    revokeAll: () => valid.clear(),
  };
}
