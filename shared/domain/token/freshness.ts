import type { Token, TokenPolicy } from './token.ts';

/**
 * A token is handed out until this instant. The margin covers clocks that differ and the caller's own request; of a
 * short lifetime it takes a tenth, or nothing would be left.
 */
export function usableUntil({ issuedAt, expiresAt }: Token, policy: TokenPolicy): number {
  const lifetime = expiresAt - issuedAt;
  return expiresAt - Math.min(policy.clockSkewSeconds * 1000, lifetime / 10);
}

/**
 * From this instant on a token is refreshed ahead, in the last fifth of its lifetime; where in the first half of that fifth
 * follows from the token, so that many tokens of one moment are not all asked for in another one moment. Drawn by each
 * process it would be the earliest draw that counts, and many processes would undo the spreading.
 */
export function dueFrom({ issuedAt, expiresAt, tokenId }: Token): number {
  const lifetime = expiresAt - issuedAt;
  return issuedAt + lifetime * (0.8 + 0.1 * fractionOf(tokenId));
}

/** In [0, 1), evenly for different texts: FNV-1a, whose low bits alone are not even. */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32;
}
