import * as z from 'zod';
import { zohoDeskVariable } from '../../shared/contracts/zoho-desk/settings.ts';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      INBOUND_QUEUE_URL: z.url(),
      ZOHO_DESK: zohoDeskVariable,
      ZOHO_DESK_URL: z.url(),
      ZOHO_DESK_SECRET_ID: z.string().min(1),
    }),
  );
