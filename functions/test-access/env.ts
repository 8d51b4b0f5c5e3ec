import * as z from 'zod';
import { onboardingPolicy } from '../../shared/contracts/workflow/policy.ts';
import { blankSeparated, loadEnv, positiveInteger } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      ONBOARDING_POLICY: onboardingPolicy,
      VISMA_CLIENT_SECRET_ID: z.string().min(1),
      VISMA_TOKEN_URL: z.url(),
      VISMA_API_URL: z.url(),
      VISMA_SCOPES: blankSeparated,
      VISMA_TIMEOUT_MS: positiveInteger,
    }),
  );
