import type { TicketSystem } from '../domain/ticket/ticket-system.ts';
import { createSigningSecrets } from './secrets-manager/secrets.ts';
import { createTicketBridge } from './ticket-bridge/ticket-bridge.ts';
import { openZohoDesk, type ZohoDeskOptions } from './zoho-desk/open-zoho-desk.ts';
import { createZohoTickets } from './zoho-desk/zoho-tickets.ts';

/** The systems that answers can be put on, by the name that a ticket's key starts with; what is not configured is absent. */
export function openTicketSystems(options: {
  /** Of the tickets that come by the generic webhook. */
  readonly bridge: { readonly url: string; readonly secretId: string } | undefined;
  readonly zohoDesk: ZohoDeskOptions;
}): ReadonlyMap<string, TicketSystem> {
  const { bridge, zohoDesk } = options;
  const systems = new Map<string, TicketSystem>();
  if (bridge !== undefined) {
    const secrets = createSigningSecrets(bridge.secretId);
    systems.set('generic', createTicketBridge({ url: bridge.url, secrets }));
  }
  if (zohoDesk.settings.enabled) {
    systems.set('zoho-desk', createZohoTickets(openZohoDesk(zohoDesk), zohoDesk.settings));
  }
  return systems;
}
