import type { TicketAnswersSettings } from '../contracts/ticket-answers/settings.ts';
import type { TicketSystem } from '../domain/ticket/ticket-system.ts';
import { createSigningSecrets } from './secrets-manager/secrets.ts';
import { createTicketBridge } from './ticket-bridge/ticket-bridge.ts';
import { openZohoDesk, type ZohoDeskAccess } from './zoho-desk/open-zoho-desk.ts';
import { createZohoTickets } from './zoho-desk/zoho-tickets.ts';

/** The systems that answers can be put on, by the name that a ticket's key starts with; what is not configured is absent. */
export function openTicketSystems(options: {
  readonly ticketAnswers: TicketAnswersSettings;
  readonly bridgeSecretId: string;
  readonly zohoDesk: ZohoDeskAccess;
}): ReadonlyMap<string, TicketSystem> {
  const { ticketAnswers, bridgeSecretId, zohoDesk } = options;
  const { bridgeUrl } = ticketAnswers;
  const systems = new Map<string, TicketSystem>();
  if (bridgeUrl !== undefined) {
    const secrets = createSigningSecrets(bridgeSecretId);
    systems.set('generic', createTicketBridge({ url: bridgeUrl, secrets }));
  }
  const settings = zohoDesk.variables.ZOHO_DESK;
  if (settings.enabled) {
    systems.set('zoho-desk', createZohoTickets(openZohoDesk(zohoDesk), settings));
  }
  return systems;
}
