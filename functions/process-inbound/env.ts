import * as z from 'zod';

export const env = z.object({
  TABLE_NAME: z.string().min(1),
  INBOUND_QUEUE_URL: z.string().min(1),
  TEST_ACCESS_FUNCTION_NAME: z.string().min(1),
  /** Seconds between two readings of a tenant that has not integrated yet, separated by blanks: 15 minutes in all. */
  CONSENT_RETRY_SECONDS: z
    .string()
    .default('15 60 240 600')
    .transform((list) => list.split(' ').map(Number))
    .pipe(z.array(z.number().int().min(1).max(43_200)).min(1)),
});
