import type { Cause } from '../history/entry.ts';
import type { ConnectionChange } from './connection.ts';
import { type Fact, reportFact } from './facts.ts';
import { type ConnectionRepository, onFreshState, Refusal } from './repository.ts';

export type ReportOutcome = 'reported' | 'repeated' | 'unknown-connection';

/**
 * Stores a fact about one connection, remembers the delivery that told it and links its ticket, in one transaction.
 * `repeated`: the delivery was taken into account before. The cause's correlation id is replaced by the connection's:
 * it travels from the first request to the last e-mail.
 */
export async function storeFact(
  connections: ConnectionRepository,
  connectionId: string,
  fact: Fact,
  cause: Cause,
  ticketKey?: string,
): Promise<ReportOutcome> {
  try {
    return await onFreshState(async () => {
      const connection = await connections.find(connectionId);
      if (connection === undefined) return 'unknown-connection';
      const change = reportFact(connection, fact, { ...cause, correlationId: connection.correlationId });
      await connections.save(ticketKey === undefined ? change : linked(change, ticketKey));
      return 'reported';
    });
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'delivery-seen') return 'repeated';
    throw error;
  }
}

/** Stores that someone outside named a connection's tenant. */
export function reportTenantId(
  connections: ConnectionRepository,
  connectionId: string,
  report: Pick<Extract<Fact, { type: 'TenantIdReported' }>, 'tenantId' | 'source'>,
  cause: Cause,
  ticketKey?: string,
): Promise<ReportOutcome> {
  return storeFact(connections, connectionId, { type: 'TenantIdReported', ...report }, cause, ticketKey);
}

export function linked(change: ConnectionChange, ticketKey: string): ConnectionChange {
  return { ...change, effects: [...change.effects, { kind: 'link-ticket', ticketKey }] };
}
