import * as z from 'zod';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(z.object({ INBOUND_QUEUE_URL: z.url(), GENERIC_TICKETS_SECRET_ID: z.string().min(1) }));
