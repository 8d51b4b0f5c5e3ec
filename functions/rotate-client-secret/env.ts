import * as z from 'zod';
import { jsonText } from '../../shared/contracts/json-text.ts';
import type { RotationPolicy } from '../../shared/domain/rotation/policy.ts';
import { blankSeparated, loadEnv, positiveInteger } from '../../shared/platform/env.ts';

const whole = z.number().int().min(1);
const rotationPolicy = z.object({
  patienceSeconds: whole,
  fallbackSeconds: whole,
  confirmSeconds: whole,
  tenantsTested: whole,
}) satisfies z.ZodType<RotationPolicy>;

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      ROTATION_QUEUE_URL: z.url(),
      ROTATION_POLICY: jsonText(rotationPolicy),
      VISMA_CLIENT_SECRET_ID: z.string().min(1),
      VISMA_TOKEN_URL: z.url(),
      VISMA_SCOPES: blankSeparated,
      VISMA_TIMEOUT_MS: positiveInteger,
    }),
  );
