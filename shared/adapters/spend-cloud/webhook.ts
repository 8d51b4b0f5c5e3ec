import { Webhook } from 'standardwebhooks';
import { type SpendCloudWebhook, spendCloudWebhook } from '../../contracts/webhooks/spend-cloud.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { errorName, TransientError } from '../../platform/errors.ts';
import { parseAs } from '../parsing.ts';
import { retryAfterSeconds } from '../retry-after.ts';
import { keysOf, type Secret, type SigningSecrets } from '../secrets-manager/secrets.ts';

const timeoutMs = 10_000;

/**
 * Posts Standard Webhooks to Spend Cloud. Throws `TransientError` for everything but a 2xx: the queue repeats for a day
 * and then keeps it as a dead letter. That goes for 410 too, with which Standard Webhooks lets a receiver unsubscribe:
 * this one receiver never means it, and an activation that nobody was told of would be lost.
 */
export function createSpendCloudWebhook(options: {
  readonly url: string;
  readonly secrets: Secret<SigningSecrets>;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}): { post(webhookId: string, body: SpendCloudWebhook): Promise<void> } {
  const { url, secrets, fetch: request = fetch, clock = systemClock } = options;
  return {
    post: async (webhookId, body) => {
      const payload = JSON.stringify(parseAs(spendCloudWebhook, body, 'The webhook to Spend Cloud'));
      const now = clock();
      const keys = keysOf(await secrets.read());
      let response: Response;
      try {
        response = await request(url, {
          method: 'POST',
          // A redirect would carry the signed body to whoever it names.
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            'content-type': 'application/json',
            'webhook-id': webhookId,
            'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
            // Signed with both keys, so that the receiver can change his after or before us.
            'webhook-signature': keys.map((key) => new Webhook(key).sign(webhookId, now, payload)).join(' '),
          },
          body: payload,
        });
        await response.body?.cancel();
      } catch (cause) {
        throw new TransientError(`Spend Cloud did not answer: ${errorName(cause)}.`, { cause });
      }
      if (response.status >= 200 && response.status < 300) return;
      // Rotated since it was read, perhaps: the repetition signs with what is true by then.
      if (response.status === 401) await secrets.readAgain();
      throw new TransientError(`Spend Cloud answered ${response.status}.`, {
        retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), now),
      });
    },
  };
}
