import * as z from 'zod';

export const env = z.object({
  INBOUND_QUEUE_URL: z.string().min(1),
  VISMA_WEBHOOK_SECRET_ID: z.string().min(1),
});
