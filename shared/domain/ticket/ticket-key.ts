/** Names a ticket among those of all ticket systems, e.g. `generic:1234`. */
export function ticketKeyOf(system: string, ticketId: string): string {
  return `${system}:${ticketId}`;
}

/** The parts of a key; the name of a system has no colon. */
export function splitTicketKey(ticketKey: string): { readonly system: string; readonly ticketId: string } {
  const colon = ticketKey.indexOf(':');
  return { system: ticketKey.slice(0, Math.max(colon, 0)), ticketId: ticketKey.slice(colon + 1) };
}
