import * as z from 'zod';
import { tokenPolicy } from '../../shared/contracts/tokens/policy.ts';
import { zohoDeskVariable } from '../../shared/contracts/zoho-desk/settings.ts';
import { loadEnv } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      INBOUND_QUEUE_URL: z.url(),
      RECONCILIATION_QUEUE_URL: z.url(),
      TOKEN_TABLE_NAME: z.string().min(1),
      TOKEN_POLICY: tokenPolicy,
      ZOHO_ACCOUNTS_URL: z.url(),
      ZOHO_DESK: zohoDeskVariable,
      ZOHO_DESK_URL: z.url(),
      ZOHO_DESK_SECRET_ID: z.string().min(1),
    }),
  );
