import * as z from 'zod';

const about = z.object({ environmentId: z.string(), connectionId: z.string(), companyId: z.string() });

export const deactivationReasons = ['cancelled', 'disconnected'] as const;

/**
 * What Spend Cloud is told, signed as Standard Webhooks; `webhook-id` is the event id, so that a repetition is recognised.
 * Webhooks may overtake each other: of two about one connection the later `timestamp` holds. The tenant ID stays with us:
 * exports get it with their token.
 */
export const spendCloudWebhook = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('connection.activated'),
    timestamp: z.iso.datetime(),
    data: about.extend({ companyName: z.string(), administrations: z.array(z.string()) }),
  }),
  /**
   * Exports through this connection end. `cancelled`: by an operator. `disconnected`: Visma.net gives no access any more;
   * the customer has been asked to mend it, and `connection.activated` follows when he has.
   */
  z.object({
    type: z.literal('connection.deactivated'),
    timestamp: z.iso.datetime(),
    data: about.extend({ reason: z.exactOptional(z.enum(deactivationReasons)) }),
  }),
]);
export type SpendCloudWebhook = z.infer<typeof spendCloudWebhook>;
