import type { Connection } from '../../shared/domain/connection/connection.ts';

/** Whether a tenant ID could still be this connection's: it is neither done nor given up. */
export function isWaiting(connection: Connection): boolean {
  return !['activated', 'cancelled'].includes(connection.state);
}

/**
 * Whether Visma's word that a tenant has integrated may be this connection's. Nobody can integrate without a code, and
 * a tenant that is there before ours was issued, be it with another customer's code and this company's number typed in,
 * is for the customer to name or for an operator. One that was disconnected integrates again with the tenant that it had.
 */
export function canIntegrate(connection: Connection, tenantId: string): boolean {
  if (connection.invitationCode !== undefined) return isWaiting(connection);
  const { state, disconnection } = connection;
  return state === 'disconnected' && [connection.tenantId, disconnection?.tenantId].includes(tenantId);
}

/** Whether the connection has its tenant: activated, or tested and only its mapping is missing. */
export function hasItsTenant({ state }: Connection): boolean {
  return state === 'activated' || state === 'access-tested';
}
