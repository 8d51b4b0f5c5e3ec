/** Names a ticket among those of all ticket systems, e.g. `generic:1234`. */
export function ticketKeyOf(system: string, ticketId: string): string {
  return `${system}:${ticketId}`;
}
