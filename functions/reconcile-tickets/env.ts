import * as z from 'zod';
import { zohoDeskVariables } from '../../shared/contracts/zoho-desk/settings.ts';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      INBOUND_QUEUE_URL: z.url(),
      RECONCILIATION_QUEUE_URL: z.url(),
      ...zohoDeskVariables.shape,
    }),
  );
