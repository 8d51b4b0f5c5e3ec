import { decodeJwt } from 'jose';
import * as z from 'zod';
import { PermanentError } from '../../platform/errors.ts';
import { parseAs, parseJson } from '../parsing.ts';
import type { VismaClient } from '../secrets-manager/secrets.ts';
import type { FailedMeaning } from './errors.ts';
import { ask, type Outside } from './request.ts';

export type TokenAnswer =
  | { readonly outcome: 'token'; readonly accessToken: string; readonly expiresInSeconds: number }
  | { readonly outcome: 'not-integrated' | 'missing-scopes' | 'client-rejected' };

/** No token is kept for longer, whatever its issuer says. */
const longestLifetimeSeconds = 24 * 3600;

const tokenResponse = z.object({
  access_token: z.string().min(1),
  token_type: z.string().regex(/^bearer$/i),
  /** visma.md 1.3: an hour in every sample, but configurable in the portal, so always the answer's own. */
  expires_in: z.coerce
    .number()
    .min(0)
    .transform((seconds) => Math.min(seconds, longestLifetimeSeconds)),
  scope: z.string().optional(),
});

/** visma.md 1.4: `scope` is an array there; a text is understood too, as the standard has it. */
const claims = z.object({
  tenant_id: z.string(),
  scope: z.union([z.array(z.string()), z.string()]).optional(),
});

const oauthError = z.object({ error: z.string() });

/**
 * A token of Visma Connect for one tenant and exactly the configured scopes (visma.md 1.2). The client's credentials
 * go in the body, as in Visma's own samples [S2][S3]. Customers can grant fewer scopes than were asked for.
 */
export async function requestToken(
  { tokenUrl, scopes }: { readonly tokenUrl: string; readonly scopes: readonly string[] },
  client: Pick<VismaClient, 'clientId' | 'clientSecret'>,
  tenantId: string,
  outside: Outside,
): Promise<TokenAnswer> {
  const answer = await ask(
    'Visma Connect',
    'token',
    tokenUrl,
    {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        scope: scopes.join(' '),
        client_id: client.clientId,
        client_secret: client.clientSecret,
        tenant_id: tenantId,
      }),
    },
    errorIn,
    outside,
  );
  if (!answer.ok) return { outcome: failureOf(answer.meaning) };
  const token = parseAs(tokenResponse, parseJson(answer.text), "Visma Connect's answer");
  const granted = grantedScopes(token.access_token, token.scope ?? scopes.join(' '), tenantId);
  if (!scopes.every((scope) => granted.includes(scope))) return { outcome: 'missing-scopes' };
  return { outcome: 'token', accessToken: token.access_token, expiresInSeconds: token.expires_in };
}

function failureOf(meaning: FailedMeaning): 'not-integrated' | 'missing-scopes' | 'client-rejected' {
  switch (meaning) {
    case 'not-integrated':
    case 'missing-scopes':
    case 'client-rejected':
      return meaning;
    default:
      // No row of the table gives the token endpoint a meaning of the API's.
      throw new PermanentError(`Visma Connect cannot answer ${meaning}.`);
  }
}

/**
 * The scopes in the token. Its signature is not checked: it came from its issuer by TLS just now (visma.md 1.4).
 * A token for another tenant would show another customer's books, so it is refused whatever the reason.
 */
function grantedScopes(accessToken: string, scopeOfAnswer: string, tenantId: string): readonly string[] {
  const { tenant_id, scope } = parseAs(claims, claimsOf(accessToken), 'A token of Visma Connect');
  if (tenant_id.toLowerCase() !== tenantId.toLowerCase()) {
    throw new PermanentError('Visma Connect issued a token for another tenant than the one asked for.');
  }
  if (Array.isArray(scope)) return scope;
  return (scope ?? scopeOfAnswer).split(/\s+/);
}

function claimsOf(accessToken: string): unknown {
  try {
    return decodeJwt(accessToken);
  } catch {
    // The cause is left out: it may quote the token.
    throw new PermanentError('Visma Connect issued a token that is no JWT, so its tenant cannot be checked.');
  }
}

function errorIn(text: string): string | undefined {
  const parsed = oauthError.safeParse(parseJson(text));
  return parsed.success ? parsed.data.error : undefined;
}
