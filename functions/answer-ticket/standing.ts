import { type Connection, isWorking } from '../../shared/domain/connection/connection.ts';
import type { TicketStanding } from '../../shared/domain/ticket/ticket-system.ts';

/**
 * Where a ticket stands, by the present states of its connections alone: the same in whichever order events come. Active
 * is what Spend Cloud knows to be: before that exports do not work, and no ticket is closed.
 *
 * A cancelled company is none of the ticket's any more: the others can still be finished. A ticket without any company, be
 * it that nobody was matched or that all are cancelled, is the vendor's: only a person can tell whether it is done.
 */
export function standingOf(connections: readonly Connection[]): TicketStanding {
  const counted = connections.filter(({ state }) => state !== 'cancelled');
  const active = counted.filter(isWorking);
  const open = counted.filter((connection) => !isWorking(connection));
  return {
    turn: turnOf(counted.length, open),
    activeCompanies: active.length,
    companies: counted.length,
  };
}

function turnOf(companies: number, open: readonly Connection[]): TicketStanding['turn'] {
  if (companies === 0) return 'vendor';
  if (open.length === 0) return 'nobody';
  return open.some(mustCustomerAct) ? 'customer' : 'vendor';
}

function mustCustomerAct({ state, tenantId, lastFailure }: Connection): boolean {
  switch (state) {
    case 'code-issued':
    // What is tested waits for nothing but its mapping, and for that a moment or days.
    case 'access-tested':
    // A new code comes when the customer asks for it, and never by itself.
    case 'expired':
    case 'disconnected':
      return true;
    case 'app-integrated':
      return tenantId === undefined || lastFailure !== undefined;
    default:
      return false;
  }
}
