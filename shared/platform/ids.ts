import { createHash } from 'node:crypto';

/**
 * Ids are derived from what they name, so that a repeated request names the same thing instead of making another.
 */
export function connectionIdOf(environmentId: string, companyId: string): string {
  return `con_${digest(environmentId, companyId).slice(0, 20)}`;
}

/** Of a company within its environment; `key` is its normalised number, or its name while it has none. */
export function companyIdOf(environmentId: string, key: string): string {
  return `cmp_${digest(environmentId, key.trim().toLowerCase()).slice(0, 12)}`;
}

/** Names an invitation code without telling it. */
export function codeIdOf(code: string): string {
  return `code_${digest('invitation-code', code).slice(0, 20)}`;
}

/** Names what a message says, however its lines are broken. */
export function textDigestOf(text: string): string {
  return digest('message-text', text.replace(/\s+/g, ' ').trim());
}

/** A short stable name for a long key, e.g. a delivery's. */
export function digest(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Names an access token without telling it: what a caller reports whose token the API refused. */
export function tokenIdOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('hex');
}
