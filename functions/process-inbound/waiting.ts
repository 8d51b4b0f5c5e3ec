import type { Connection } from '../../shared/domain/connection/connection.ts';

/** Whether a tenant ID could still be this connection's: it is neither done nor given up. */
export function isWaiting(connection: Connection): boolean {
  return !['activated', 'cancelled', 'disconnected'].includes(connection.state);
}

/** Whether the connection has its tenant: activated, or tested and only its mapping is missing. */
export function hasItsTenant({ state }: Connection): boolean {
  return state === 'activated' || state === 'access-tested';
}
