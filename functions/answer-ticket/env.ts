import * as z from 'zod';
import { loadEnv, positiveInteger } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      TICKET_ANSWERS_QUEUE_URL: z.url(),
      ANSWER_SETTLE_SECONDS: positiveInteger,
    }),
  );
