import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { World } from './world.ts';

/** The real value is UNCONFIRMED (visma.md 1.4): a client must not depend on it. */
const audience = 'https://api.finance.visma.net';

/** Refusals that are remembered; the oldest is dropped for the next. */
const mostRefused = 1_000;

const claimsSchema = z.object({
  client_id: z.string(),
  tenant_id: z.string(),
  scope: z.array(z.string()),
});
export type TokenClaims = z.output<typeof claimsSchema>;

interface TokenOrder {
  readonly tenantId: string;
  readonly scope: readonly string[];
  readonly lifetimeSeconds: number;
  /** Whether a token of the same tenant and scopes that still lives is as good as a new one. */
  readonly repeat: boolean;
}

interface IssuedToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly repeated: boolean;
}

export interface TokenIssuer {
  issuer(): string;
  jwks(): Promise<{ keys: JWK[] }>;
  issue(order: TokenOrder): Promise<IssuedToken>;
  /** Claims of a token that is ours, valid now and not refused; undefined otherwise. */
  verify(token: string): Promise<TokenClaims | undefined>;
  /** The ERP API answers 401 to the token with this SHA-256 (hex) from now on; the token endpoint may still repeat it. */
  refuse(tokenId: string): void;
}

/** What `TokenIssuer.refuse` takes. */
export function tokenIdOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Signs and checks access tokens with the claims of visma.md 1.4. The key lives as long as the process. */
export function createTokenIssuer(world: World, issuer: () => string): TokenIssuer {
  // Made beside the start: an RSA key takes longer than everything else here together.
  const keys = generateKeyPair('RS256');
  const keyId = randomUUID();
  const seconds = () => Math.floor(world.clock() / 1_000);
  /** The newest token per tenant and set of scopes, of which there are few. A promise: two may ask at the same time. */
  const newest = new Map<string, { readonly token: Promise<string>; readonly expiresAt: number }>();
  const refused = new Set<string>();

  async function sign({ tenantId, scope }: TokenOrder, now: number, expiresAt: number): Promise<string> {
    const { privateKey } = await keys;
    const token = new SignJWT({
      client_id: world.application.clientId,
      tenant_id: tenantId,
      scope: [...scope],
    })
      .setProtectedHeader({ alg: 'RS256', kid: keyId, typ: 'at+jwt' })
      .setIssuer(issuer())
      .setAudience([audience])
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(expiresAt);
    if (world.switches().includeTokenId) token.setJti(randomUUID());
    return token.sign(privateKey);
  }

  return {
    issuer,
    async jwks() {
      const { publicKey } = await keys;
      return { keys: [{ ...(await exportJWK(publicKey)), kid: keyId, use: 'sig', alg: 'RS256' }] };
    },
    async issue(order) {
      const now = seconds();
      const key = [order.tenantId, ...order.scope.toSorted()].join(' ');
      const known = order.repeat ? newest.get(key) : undefined;
      if (known !== undefined && known.expiresAt > now) {
        return { accessToken: await known.token, expiresInSeconds: known.expiresAt - now, repeated: true };
      }
      const expiresAt = now + order.lifetimeSeconds;
      const token = sign(order, now, expiresAt);
      newest.set(key, { token, expiresAt });
      return { accessToken: await token, expiresInSeconds: order.lifetimeSeconds, repeated: false };
    },
    async verify(token) {
      if (refused.size > 0 && refused.has(tokenIdOf(token))) return undefined;
      const { publicKey } = await keys;
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          issuer: issuer(),
          audience,
          algorithms: ['RS256'],
          requiredClaims: ['exp'],
          currentDate: new Date(world.clock()),
        });
        return claimsSchema.parse(payload);
      } catch {
        return undefined;
      }
    },
    refuse(tokenId) {
      refused.add(tokenId);
      const [oldest] = refused;
      if (refused.size > mostRefused && oldest !== undefined) refused.delete(oldest);
    },
  };
}
