import { createHmac, randomUUID } from 'node:crypto';
import { type Courier, createCourier } from '../courier.ts';
import type { World } from './world.ts';

/** Where a subscription sends to, and the signature key shown when it was made (used as text). */
export interface WebhookSubscription {
  readonly url: string;
  readonly secret: string;
}

export interface TenantWebhooks {
  readonly courier: Courier;
  /** Set later: the receiver usually starts after Visma. */
  subscription: WebhookSubscription | undefined;
  /** Tells the subscriber that a tenant has accepted the application. */
  added(tenantId: string): void;
}

const event = 'tenant_application_added';

/** Visma's Webhook Dispatcher, for the one event that tells of a new tenant (visma.md 5). */
export function createTenantWebhooks(world: () => World, retryDelaysMs: readonly number[]): TenantWebhooks {
  const subscriptionId = randomUUID();
  const groupId = randomUUID();

  const webhooks: TenantWebhooks = {
    subscription: undefined,
    courier: createCourier({
      retryDelaysMs,
      timeoutMs: 10_000,
      clock: () => world().clock(),
      prepare({ id, subject, body }, at) {
        const { subscription } = webhooks;
        if (subscription === undefined) return undefined;
        const milliseconds = String(at.getTime());
        return {
          url: subscription.url,
          // Names as in code written for the dispatcher. None of them is covered by the signature.
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'x-vwd-signature-v1': sign(subscription.secret, body),
            'x-vwd-application-id': world().application.clientId,
            'x-vwd-application-version': '1.0',
            'x-vwd-event-id': event,
            'x-vwd-group-id': groupId,
            'x-vwd-notification-id': id,
            'x-vwd-notification-timestamp': milliseconds,
            'x-vwd-subscription-id': subscriptionId,
            'x-vwd-tenant-id': subject,
            'x-vwd-webhook-timestamp': milliseconds,
          },
        };
      },
    }),
    added(tenantId) {
      const { suppress, duplicate, delayMs } = world().switches().webhook;
      if (suppress) return;
      // UNCONFIRMED: the real body of this event was found nowhere (visma.md 5.3).
      const body = JSON.stringify({
        event,
        tenantId,
        applicationId: world().application.clientId,
        timestamp: new Date(world().clock()).toISOString(),
      });
      const envelope = { id: randomUUID(), event, subject: tenantId, body };
      // Never rejects; what became of it stands in the list of deliveries.
      void webhooks.courier.send(envelope, { delayMs, copies: duplicate ? 2 : 1 });
    },
  };
  return webhooks;
}

/** base64(HMAC-SHA256(key as text, raw UTF-8 body)) */
function sign(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body, 'utf8').digest('base64');
}
