import * as z from 'zod';
import { loadEnv, positiveInteger } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(z.object({ CONNECT_LINK_SECRET_ID: z.string().min(1), CONNECT_LINK_DAYS: positiveInteger }));
