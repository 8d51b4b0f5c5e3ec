import * as z from 'zod';
import { jsonText } from '../json-text.ts';

/** How tickets of the generic webhook are answered; a stage's configuration. */
const ticketAnswersSettings = z.object({
  /** Where answers go as signed webhooks; absent: nobody bridges them, and none are given. */
  bridgeUrl: z.exactOptional(z.url()),
});
export type TicketAnswersSettings = z.infer<typeof ticketAnswersSettings>;

/** The environment variable `TICKET_ANSWERS`. */
export const ticketAnswersVariable = jsonText(ticketAnswersSettings);
