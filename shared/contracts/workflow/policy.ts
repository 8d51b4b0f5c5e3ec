import * as z from 'zod';
import type { OnboardingPolicy } from '../../domain/connection/policy.ts';
import { jsonText } from '../json-text.ts';

const seconds = z.number().int().min(1);

/** The environment variable `ONBOARDING_POLICY`: an `OnboardingPolicy` as JSON, written by the stage's configuration. */
export const onboardingPolicy = jsonText(
  z.object({
    minimumCodeLifetimeSeconds: seconds,
    propagationSeconds: seconds,
    propagationFirstWaitSeconds: seconds,
    stockWaitSeconds: seconds,
    stockPatienceSeconds: seconds,
    mappingWaitSeconds: seconds,
    accessTestFailuresMax: z.number().int().min(1),
    codesIssuedMax: z.number().int().min(1),
  }) satisfies z.ZodType<OnboardingPolicy>,
);
