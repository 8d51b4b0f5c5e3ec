import * as z from 'zod';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      SPEND_CLOUD_QUEUE_URL: z.url(),
      SPEND_CLOUD_SECRET_ID: z.string().min(1),
      SPEND_CLOUD_WEBHOOK_URL: z.url(),
      CONNECT_URL: z.url(),
    }),
  );
