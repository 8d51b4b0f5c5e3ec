import * as z from 'zod';
import { zohoDeskVariables } from '../../shared/contracts/zoho-desk/settings.ts';
import { loadEnv } from '../../shared/platform/env.ts';

/** Whole seconds separated by blanks. */
const consentRetrySeconds = z
  .string()
  .transform((list) => list.split(' ').map(Number))
  .pipe(z.array(z.number().int().min(1).max(3_600)).min(1));

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      INBOUND_QUEUE_URL: z.url(),
      TEST_ACCESS_FUNCTION_NAME: z.string().min(1),
      CONSENT_RETRY_SECONDS: consentRetrySeconds,
      ...zohoDeskVariables.shape,
    }),
  );
