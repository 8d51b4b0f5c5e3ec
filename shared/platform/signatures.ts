import { createHmac, timingSafeEqual } from 'node:crypto';
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
