import * as z from 'zod';
import { ticketAnswersVariable } from '../../shared/contracts/ticket-answers/settings.ts';
import { zohoDeskVariables } from '../../shared/contracts/zoho-desk/settings.ts';
import { loadEnv, positiveInteger } from '../../shared/platform/env.ts';

export const env = () =>
  loadEnv(
    z.object({
      TABLE_NAME: z.string().min(1),
      TICKET_ANSWERS_QUEUE_URL: z.url(),
      ANSWER_SETTLE_SECONDS: positiveInteger,
      TICKET_ANSWERS: ticketAnswersVariable,
      TICKET_BRIDGE_SECRET_ID: z.string().min(1),
      ...zohoDeskVariables.shape,
    }),
  );
