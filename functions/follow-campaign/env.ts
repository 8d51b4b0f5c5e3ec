import * as z from 'zod';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () => loadEnv(z.object({ TABLE_NAME: z.string().min(1), CAMPAIGN_QUEUE_URL: z.url() }));
