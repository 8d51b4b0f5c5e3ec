import { type Connection, isWorking } from './connection.ts';

/** What an event about a connection said when it happened. */
interface Told {
  readonly at: string;
  readonly reason?: string | undefined;
  readonly codeId?: unknown;
}

/** The connection has gone on since: what a mail or an answer would say of the event is no longer so. */
export function isOutdated(type: string, told: Told, connection: Connection | undefined, now: Date): boolean {
  const stillTrue: Readonly<Record<string, (current: Connection) => boolean>> = {
    InvitationCodeIssued: (current) => holdsCode(current, told.codeId, now),
    InvitationCodeResent: (current) => holdsCode(current, told.codeId, now),
    InvitationCodeExpiring: (current) =>
      holdsCode(current, told.codeId, now) &&
      (current.state === 'code-issued' || current.state === 'app-integrated'),
    InvitationCodeExpired: (current) => current.state === 'expired',
    InvitationCodeStockEmpty: (current) => current.state === 'code-requested',
    // With a tenant ID in hand there is nothing left for the customer to do.
    AppIntegrated: (current) => current.state === 'app-integrated' && current.tenantId === undefined,
    AccessTestFailed: (current) => current.lastFailure === told.reason,
    AttentionNeeded: (current) => current.state === 'needs-attention',
    // Another tenant ID has come since, or was never missed.
    ConnectionRejected: (current) => current.tenantId === undefined && current.state !== 'cancelled',
    MappingMissing: (current) => current.state === 'access-tested',
    SpendCloudInformed: isWorking,
    // Also while it is tested again: the customer is to know why he hears of it.
    ConnectionDisconnected: (current) => current.disconnection?.since === told.at,
    ConnectionCancelled: (current) => current.state === 'cancelled',
  };
  const check = stillTrue[type];
  return check !== undefined && (connection === undefined || !check(connection));
}

function holdsCode(connection: Connection, codeId: unknown, now: Date): boolean {
  const code = connection.invitationCode;
  return code !== undefined && code.codeId === codeId && code.expiresAt > now.toISOString();
}
