import * as z from 'zod';
import { healthPolicy } from '../../shared/contracts/workflow/policy.ts';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      HEALTH_QUEUE_URL: z.url(),
      HEALTH_POLICY: healthPolicy,
      TEST_ACCESS_FUNCTION_NAME: z.string().min(1),
    }),
  );
