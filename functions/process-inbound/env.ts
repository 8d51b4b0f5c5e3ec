import * as z from 'zod';
import { loadEnv } from '../../shared/platform/env.ts';

/** Whole seconds separated by blanks, 15 minutes in all: consent takes that long to spread (visma.md 1.5). */
const consentRetrySeconds = z
  .string()
  .default('15 60 240 600')
  .transform((list) => list.split(' ').map(Number))
  .pipe(z.array(z.number().int().min(1).max(3_600)).min(1));

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      INBOUND_QUEUE_URL: z.string().min(1),
      TEST_ACCESS_FUNCTION_NAME: z.string().min(1),
      CONSENT_RETRY_SECONDS: consentRetrySeconds,
    }),
  );
