import * as z from 'zod';
import { loadEnv, positiveInteger } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      /** The output `TokenBrokerName`. */
      VISMA_TOKEN_BROKER: z.string().min(1),
      VISMA_TOKEN_TIMEOUT_SECONDS: positiveInteger,
      VISMA_API_URL: z.url(),
      VISMA_TIMEOUT_MS: positiveInteger,
    }),
  );
