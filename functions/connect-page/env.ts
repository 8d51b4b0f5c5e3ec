import * as z from 'zod';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      INBOUND_QUEUE_URL: z.url(),
      CONNECT_LINK_SECRET_ID: z.string().min(1),
      APP_STORE_URL: z.url(),
      SUPPORT_EMAIL: z.email(),
    }),
  );
