import * as z from 'zod';
import { jsonText } from '../../shared/contracts/json-text.ts';
import { reminderPace } from '../../shared/contracts/queues/reminders.ts';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      REMINDERS_QUEUE_URL: z.url(),
      REMINDER_PACE: jsonText(reminderPace),
    }),
  );
