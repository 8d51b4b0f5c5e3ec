import * as z from 'zod';
import { onboardingPolicy } from '../../shared/contracts/workflow/policy.ts';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(z.object({ TABLE_NAME: z.string().min(1), ONBOARDING_POLICY: onboardingPolicy }));
