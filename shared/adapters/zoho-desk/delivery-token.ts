import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

/** Whether the token beside a delivery is Zoho's and meant for one of our webhooks. */
export type DeliveryVerifier = (token: string) => Promise<boolean>;

/** A delivery has 5 seconds to be answered; the library's own 5 for the keys would be all of it. */
const keysTimeoutMs = 1_500;

/**
 * Verifies by the keys of `deskUrl`, which comes from the configuration, never from a request. The token says nothing of
 * the body. Throws when the keys cannot be had.
 */
export function createDeliveryVerifier(options: {
  readonly deskUrl: string;
  readonly orgId: string;
  readonly webhookIds: readonly string[];
}): DeliveryVerifier {
  const { deskUrl, orgId, webhookIds } = options;
  const keys = createRemoteJWKSet(new URL(`${deskUrl}/.well-known/jwks.json`), {
    timeoutDuration: keysTimeoutMs,
  });
  return async (token) => {
    if (webhookIds.length === 0) return false;
    try {
      await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        issuer: `orgId:${orgId}`,
        audience: webhookIds.map((id) => `webhookId:${id}`),
        clockTolerance: 5,
        // Without a word here, a token that never ends is fine.
        requiredClaims: ['exp', 'iat'],
      });
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  };
}

/** The token's fault, not the keys': of those only a key that is not there is. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey
  );
}
