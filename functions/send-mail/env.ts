import * as z from 'zod';
import { locales } from '../../shared/domain/environment/environment.ts';
import { loadEnv, positiveInteger } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      MAIL_QUEUE_URL: z.url(),
      MAIL_FROM: z.string().min(1),
      OPERATORS_MAIL_TO: z.email(),
      OPERATORS_LOCALE: z.enum(locales),
      PRODUCT_OWNER_MAIL_TO: z.email(),
      CONFIGURATION_SET: z.string().min(1),
      APP_STORE_URL: z.url(),
      SUPPORT_EMAIL: z.email(),
      CONNECT_URL: z.url(),
      CONNECT_LINK_SECRET_ID: z.string().min(1),
      CONNECT_LINK_DAYS: positiveInteger,
      MAIL_SETTLE_SECONDS: positiveInteger,
    }),
  );
