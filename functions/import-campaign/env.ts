import * as z from 'zod';
import { loadEnv, positiveInteger } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      IMPORT_BUCKET: z.string().min(1),
      IMPORT_QUEUE_URL: z.url(),
      BATCH_ROWS: positiveInteger,
      TRIES_MAX: positiveInteger,
    }),
  );
