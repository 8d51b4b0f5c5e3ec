import * as z from 'zod';
import type { HealthPolicy } from '../../domain/connection/health.ts';
import type { OnboardingPolicy } from '../../domain/connection/policy.ts';
import { jsonText } from '../json-text.ts';

const seconds = z.number().int().min(1);

/** The environment variable `ONBOARDING_POLICY`: an `OnboardingPolicy` as JSON, written by the stage's configuration. */
export const onboardingPolicy = jsonText(
  z.object({
    minimumCodeLifetimeSeconds: seconds,
    expiryNoticeSeconds: seconds,
    propagationSeconds: seconds,
    propagationFirstWaitSeconds: seconds,
    stockWaitSeconds: seconds,
    stockPatienceSeconds: seconds,
    mappingWaitSeconds: seconds,
    accessTestFailuresMax: z.number().int().min(1),
    codesIssuedMax: z.number().int().min(1),
  }) satisfies z.ZodType<OnboardingPolicy>,
);

/** The environment variable `HEALTH_POLICY`: a `HealthPolicy` as JSON. */
export const healthPolicy = jsonText(
  z.object({
    periodSeconds: seconds,
    planEverySeconds: seconds,
    failingPeriodsMax: z.number().int().min(1),
    disconnectedPeriodsMax: z.number().int().min(1),
    triesMax: z.number().int().min(1),
    brake: z.object({ failing: z.number().int().min(1), share: z.number().min(0).max(1) }),
  }) satisfies z.ZodType<HealthPolicy>,
);
