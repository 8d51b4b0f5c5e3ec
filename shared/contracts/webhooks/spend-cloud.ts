import * as z from 'zod';

/**
 * What Spend Cloud is told when a connection is activated, signed as Standard Webhooks; `webhook-id` is the event id,
 * so that a repetition is recognised. The tenant ID stays with us: exports get it with their token.
 */
export const connectionActivatedWebhook = z.object({
  type: z.literal('connection.activated'),
  timestamp: z.iso.datetime(),
  data: z.object({
    environmentId: z.string(),
    connectionId: z.string(),
    companyId: z.string(),
    companyName: z.string(),
    administrations: z.array(z.string()),
  }),
});
export type ConnectionActivatedWebhook = z.infer<typeof connectionActivatedWebhook>;
