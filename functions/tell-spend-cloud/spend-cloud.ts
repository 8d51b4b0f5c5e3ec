import type { SpendCloudWebhook } from '../../shared/contracts/webhooks/spend-cloud.ts';

/** Posts a signed webhook; throws `TransientError` for anything but a 2xx answer. */
export interface SpendCloud {
  post(webhookId: string, body: SpendCloudWebhook): Promise<void>;
}
