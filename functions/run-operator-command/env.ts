import * as z from 'zod';
import { redrivableQueues } from '../../shared/contracts/commands/operator-commands.ts';
import { jsonText } from '../../shared/contracts/json-text.ts';
import { onboardingPolicy } from '../../shared/contracts/workflow/policy.ts';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      DEAD_LETTER_QUEUES: jsonText(
        z.record(
          z.enum(redrivableQueues),
          z.object({ deadLetters: z.string().min(1), queue: z.string().min(1) }),
        ),
      ),
      HEALTH_QUEUE_URL: z.url(),
      IMPORT_QUEUE_URL: z.url(),
      REMINDERS_QUEUE_URL: z.url(),
      ROTATION_QUEUE_URL: z.url(),
      ROTATE_LINK_KEY_FUNCTION_NAME: z.string().min(1),
      ONBOARDING_POLICY: onboardingPolicy,
    }),
  );
