import type { TicketSystem } from '../../shared/domain/ticket/ticket-system.ts';

/** The ticket systems by their names in ticket keys; `undefined` where this stage is not configured for one. */
export function openTicketSystems(
  systems: Readonly<Record<'generic' | 'zoho-desk', TicketSystem | undefined>>,
): ReadonlyMap<string, TicketSystem> {
  return new Map(
    Object.entries(systems).flatMap(([name, system]) => (system === undefined ? [] : [[name, system]])),
  );
}
