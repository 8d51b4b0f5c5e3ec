import type { Foundation } from './foundation.ts';
import type { ServiceFunction } from './service-function.ts';
import { letAskZoho } from './zoho-desk.ts';

/** What putting answers on tickets takes: Zoho Desk, and the bridge of the generic webhook with its secret. */
export function letAnswerTickets(caller: ServiceFunction, foundation: Foundation): void {
  const { config, stores } = foundation;
  letAskZoho(caller, foundation);
  caller.function.addEnvironment('TICKET_ANSWERS', JSON.stringify(config.ticketAnswers));
  caller.grantSecret('TICKET_BRIDGE_SECRET_ID', stores.secrets.ticketBridge);
}
