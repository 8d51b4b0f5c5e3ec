import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/**
 * Whether a delivery is signed as Standard Webhooks by one of the secrets (`whsec_` + base64; current and previous)
 * within five minutes of now. Throws when a secret itself is malformed: our fault, not the sender's.
 */
export function isSignedStandardWebhook(
  rawBody: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
  secrets: readonly string[],
): boolean {
  const signed = {
    'webhook-id': headers['webhook-id'] ?? '',
    'webhook-timestamp': headers['webhook-timestamp'] ?? '',
    'webhook-signature': headers['webhook-signature'] ?? '',
  };
  return secrets
    .map((secret) => new Webhook(secret))
    .some((webhook) => {
      try {
        webhook.verify(rawBody, signed, { jsonParse: false });
        return true;
      } catch (error) {
        if (error instanceof WebhookVerificationError) return false;
        throw error;
      }
    });
}

/** Whether `signature` is base64(HMAC-SHA256(secret as text, raw body)) by one of the secrets (visma.md 5.3). */
export function isSignedByVisma(
  rawBody: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): boolean {
  if (signature === undefined) return false;
  const given = Buffer.from(signature.trim());
  return secrets.some((secret) => {
    if (secret === '') throw new Error('A webhook secret is empty: anyone could sign with it.');
    const expected = Buffer.from(createHmac('sha256', secret).update(rawBody).digest('base64'));
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}

/** Compares in a time that tells nothing of where two texts differ. */
export function isSameText(given: string, expected: string): boolean {
  const digestOf = (text: string) => createHash('sha256').update(text).digest();
  return expected !== '' && timingSafeEqual(digestOf(given), digestOf(expected));
}

/** Current and, while one is being replaced, previous keys of a webhook. */
export interface SigningKeys {
  read(): Promise<readonly string[]>;
  /** For a signature that the keys at hand don't verify: they may have been rotated meanwhile. */
  readAgain(): Promise<readonly string[]>;
}

/** Whether the keys at hand, or else fresh ones, verify a delivery. */
export async function isVerified(
  keys: SigningKeys,
  verify: (secrets: readonly string[]) => boolean,
): Promise<boolean> {
  return verify(await keys.read()) || verify(await keys.readAgain());
}
