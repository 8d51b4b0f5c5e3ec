import { type SpendCloudWebhook, spendCloudWebhook } from '../../contracts/webhooks/spend-cloud.ts';
import { parseAs } from '../parsing.ts';
import { createSignedWebhook, failureOf, isTaken, type WebhookOptions } from '../signed-webhook.ts';

/**
 * Posts Standard Webhooks to Spend Cloud. Throws `TransientError` for everything but a 2xx: the queue repeats for a day
 * and then keeps it as a dead letter. That goes for 410 too, with which Standard Webhooks lets a receiver unsubscribe:
 * this one receiver never means it, and an activation that nobody was told of would be lost.
 */
export function createSpendCloudWebhook(options: WebhookOptions): {
  post(webhookId: string, body: SpendCloudWebhook): Promise<void>;
} {
  const webhook = createSignedWebhook(options);
  return {
    post: async (webhookId, body) => {
      const payload = JSON.stringify(parseAs(spendCloudWebhook, body, 'The webhook to Spend Cloud'));
      const answer = await webhook.post(webhookId, payload);
      if (!isTaken(answer)) throw failureOf('Spend Cloud', answer);
    },
  };
}
