import type { Connection } from '../../shared/domain/connection/connection.ts';
import { readTenantMention, type TenantMention } from '../../shared/domain/ticket/tenant-mention.ts';
import { codeIdOf } from '../../shared/platform/ids.ts';
import type { TicketCase } from './ticket-case.ts';

/**
 * The tenant ID that a message names, knowing what we wrote on the ticket, which codes its connections were given (a
 * code may look like a UUID) and which tenant IDs were reported before.
 */
export async function readMention(
  { dependencies, message, ticketKey }: TicketCase,
  connections: readonly Connection[],
  text: string,
): Promise<TenantMention> {
  const field = message.fields.tenantId;
  const plain = readTenantMention(
    { field, text },
    { isCode: () => false, isOurs: () => false, isOld: () => false },
  );
  if (plain.kind === 'none') return plain;

  const sent = (await dependencies.deliveries.findTicket(ticketKey))?.sentUuids ?? [];
  const codeIds = new Set<string>();
  const reported = new Set<string>();
  for (const { connectionId, invitationCode } of connections) {
    if (invitationCode !== undefined) codeIds.add(codeIdOf(invitationCode.code.toLowerCase()));
    for (const { detail, tenantId } of await dependencies.connections.history(connectionId, 0)) {
      if (typeof detail.codeId === 'string') codeIds.add(detail.codeId);
      if (tenantId !== undefined) reported.add(tenantId);
    }
  }
  return readTenantMention(
    { field, text },
    {
      isCode: (uuid) => [uuid, uuid.toUpperCase()].some((spelling) => codeIds.has(codeIdOf(spelling))),
      isOurs: (uuid) => sent.includes(uuid),
      isOld: (uuid) => reported.has(uuid),
    },
  );
}
