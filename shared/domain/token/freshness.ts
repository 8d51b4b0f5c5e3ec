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
 * From this instant on a token is refreshed ahead, in the last fifth of its lifetime: `jitter` in [0, 1) says where in
 * the first half of that fifth, so that many tokens of one moment are not all asked for in another one moment.
 */
export function dueFrom({ issuedAt, expiresAt }: Token, jitter: number): number {
  const lifetime = expiresAt - issuedAt;
  return issuedAt + lifetime * (0.8 + 0.1 * jitter);
}
