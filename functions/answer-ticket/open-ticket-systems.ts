import type { TicketSystem } from '../../shared/domain/ticket/ticket-system.ts';

/** The ticket systems that this stage is configured for, by their names in ticket keys. */
export function openTicketSystems(): ReadonlyMap<string, TicketSystem> {
  return new Map();
}
