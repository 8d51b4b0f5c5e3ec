import type { Foundation } from './foundation.ts';
import type { ServiceFunction } from './service-function.ts';
import { letAskZoho } from './zoho-desk.ts';

/** What putting answers on tickets takes: Zoho Desk, and the bridge's address and secret on a stage that has one. */
export function letAnswerTickets(caller: ServiceFunction, foundation: Foundation): void {
  const { config, stores } = foundation;
  letAskZoho(caller, foundation);
  const { bridgeUrl } = config.ticketAnswers;
  if (bridgeUrl === undefined) return;
  caller.function.addEnvironment('TICKET_BRIDGE_URL', bridgeUrl);
  caller.grantSecret('TICKET_BRIDGE_SECRET_ID', stores.secrets.ticketBridge);
}
