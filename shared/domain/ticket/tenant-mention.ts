import { findUuids, parseTenantId } from '../tenant/tenant-id.ts';

/** What a message says about a tenant ID. */
export type TenantMention =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly tenantId: string; readonly where: 'field' | 'text' }
  | { readonly kind: 'several' };

/** What is known about a UUID on this ticket; given in lower case. */
export interface KnownUuids {
  /** An invitation code that looks like one. */
  isCode(uuid: string): boolean;
  /** Part of a message that we sent: the customer quotes us. */
  isOurs(uuid: string): boolean;
  /** Reported as a tenant ID before. */
  isOld(uuid: string): boolean;
}

/**
 * Reads the tenant ID of a message: from the labelled field, else from what the person wrote. Accepted only when
 * exactly one UUID remains after those that are none are taken away.
 *
 * A ticket system sends its fields with every reply, so a field whose value was taken up before does not outrank what
 * the customer writes now.
 */
export function readTenantMention(
  message: { readonly field: string | undefined; readonly text: string },
  known: KnownUuids,
): TenantMention {
  const inField = uuidsOf(message.field ?? '').filter((uuid) => !known.isCode(uuid) && !known.isOld(uuid));
  if (inField.length > 0) return mention(inField, 'field');
  const inText = uuidsOf(message.text).filter((uuid) => !known.isCode(uuid) && !known.isOurs(uuid));
  return mention(inText, 'text');
}

function uuidsOf(text: string): readonly string[] {
  return findUuids(text).filter((uuid) => parseTenantId(uuid) !== undefined);
}

function mention(uuids: readonly string[], where: 'field' | 'text'): TenantMention {
  const [first, ...others] = uuids;
  if (first === undefined) return { kind: 'none' };
  return others.length === 0 ? { kind: 'one', tenantId: first, where } : { kind: 'several' };
}
