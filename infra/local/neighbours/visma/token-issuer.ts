import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { World } from './world.ts';

/** The real value is UNCONFIRMED (visma.md 1.4): a client must not depend on it. */
const audience = 'https://api.finance.visma.net';

const claimsSchema = z.object({
  client_id: z.string(),
  tenant_id: z.string(),
  scope: z.array(z.string()),
});
export type TokenClaims = z.output<typeof claimsSchema>;

export interface TokenIssuer {
  issuer(): string;
  jwks(): Promise<{ keys: JWK[] }>;
  issue(token: { tenantId: string; scope: readonly string[]; lifetimeSeconds: number }): Promise<string>;
  /** Claims of a token that is ours and valid now; undefined otherwise. */
  verify(token: string): Promise<TokenClaims | undefined>;
}

/** Signs and checks access tokens with the claims of visma.md 1.4. The key lives as long as the process. */
export function createTokenIssuer(world: World, issuer: () => string): TokenIssuer {
  // Made beside the start: an RSA key takes longer than everything else here together.
  const keys = generateKeyPair('RS256');
  const keyId = randomUUID();
  const seconds = () => Math.floor(world.clock() / 1_000);

  return {
    issuer,
    async jwks() {
      const { publicKey } = await keys;
      return { keys: [{ ...(await exportJWK(publicKey)), kid: keyId, use: 'sig', alg: 'RS256' }] };
    },
    async issue({ tenantId, scope, lifetimeSeconds }) {
      const { privateKey } = await keys;
      const now = seconds();
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
        .setExpirationTime(now + lifetimeSeconds);
      if (world.switches().includeTokenId) token.setJti(randomUUID());
      return token.sign(privateKey);
    },
    async verify(token) {
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
  };
}
