import type { Connection } from '../../shared/domain/connection/connection.ts';

/** Whether a tenant ID could still be this connection's: it is neither done nor given up. */
export function isWaiting(connection: Connection): boolean {
  return !['activated', 'cancelled', 'disconnected'].includes(connection.state);
}
