import { findUuids, parseTenantId } from '../../shared/domain/tenant/tenant-id.ts';

/** What is wrong with what was pasted. */
export type PasteProblem = 'empty' | 'no-uuid' | 'incomplete' | 'several' | 'code' | 'zeros';

export type Paste = { readonly tenantId: string } | { readonly problem: PasteProblem };

/** The tenant ID in a text with whatever around it; `codes` are the environment's invitation codes, any spelling. */
export function readPaste(text: string, codes: readonly string[]): Paste {
  const pasted = text.trim();
  if (pasted === '') return { problem: 'empty' };
  const known = codes.map((code) => code.trim().toLowerCase());
  const found = findUuids(pasted);
  const others = found.filter((uuid) => !known.includes(uuid));
  const [tenantId, ...more] = others.filter((uuid) => parseTenantId(uuid) !== undefined);
  if (more.length > 0) return { problem: 'several' };
  if (tenantId !== undefined) return { tenantId };
  if (others.length > 0) return { problem: 'zeros' };
  const holdsCode = known.some((code) => code !== '' && pasted.toLowerCase().includes(code));
  if (found.length > 0 || holdsCode) return { problem: 'code' };
  // Most of a UUID: groups of hexadecimal digits with dashes, cut off or with a character too many.
  return { problem: /[0-9a-f]{4,}-[0-9a-f]{2,}/i.test(pasted) ? 'incomplete' : 'no-uuid' };
}
