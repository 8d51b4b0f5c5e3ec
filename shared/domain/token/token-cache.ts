import { dueFrom, usableUntil } from './freshness.ts';
import { pauseAfter, type RefreshOptions, refreshToken } from './refresh-token.ts';
import type { Token, TokenFailure } from './token.ts';
import type { SharedToken, TokenKey } from './token-store.ts';

export interface TokenCacheOptions extends RefreshOptions {
  /** Waits for the process that refreshes. */
  readonly pause: (milliseconds: number) => Promise<void>;
  /** A new name for each lease. */
  readonly newOwner: () => string;
}

export interface TokenCache {
  /**
   * A token that is good for some time, or why there is none. `rejectedTokenId` names a token that the API refused: it
   * is not answered again. Throws `TransientError` while the store is away and no token is at hand.
   */
  get(tenantId: string, rejectedTokenId?: string): Promise<Token | TokenFailure>;
}

interface Kept {
  readonly token: Token;
  readonly dueFrom: number;
}

/** Tenants kept in process; 1,500 customers' tokens are about 3 MB. */
const keptMaximum = 5_000;

/** Looks at a lease that somebody else holds: soon at first, since a request takes a few tenths of a second. */
const firstLookMs = 20;
const longestLookMs = 100;

/**
 * Tokens in three layers: this process, the item that all processes share, the identity provider. However many ask, one
 * process at a time asks the provider; the others wait for it, or use the token that is still good. A provider that is
 * away is noticed by nobody who has a good token.
 */
export function createTokenCache(options: TokenCacheOptions): TokenCache {
  const { store, issuer, policy, clock, random, pause, newOwner } = options;
  const kept = new Map<string, Kept>();
  const running = new Map<string, Promise<Token | TokenFailure>>();
  const now = () => clock().getTime();

  function keep(key: TokenKey, token: Token): Token {
    const name = nameOf(key);
    const before = kept.get(name);
    // The same token in a new answer counts anew: a provider may repeat it.
    if (before?.token.tokenId === token.tokenId && before.token.issuedAt === token.issuedAt) return token;
    kept.delete(name);
    kept.set(name, { token, dueFrom: dueFrom(token) });
    const oldest = kept.size > keptMaximum ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return token;
  }

  const isUsable = (token: Token | undefined, rejected: string | undefined): token is Token =>
    token !== undefined && token.tokenId !== rejected && usableUntil(token, policy) > now();

  async function obtain(
    key: TokenKey,
    seenVersion: string,
    rejected: string | undefined,
  ): Promise<Token | TokenFailure> {
    let secretVersion = seenVersion;
    const deadline = now() + policy.waitSeconds * 1000;
    // Beside the clock, which may be set back while we wait.
    let paused = 0;
    const watch = createWatch(policy.leaseSeconds * 1000, policy.clockSkewSeconds * 1000, now);
    for (let looks = 0; ; looks += 1) {
      const shared = await store.read(key);
      const stored = shared?.token;
      const good = isUsable(stored, rejected) ? keep(key, stored) : undefined;
      if (good !== undefined && !isDue(good, key, secretVersion, shared)) return good;
      if (!watch.isHeld(shared)) {
        const remembered = rememberedFailure(shared, rejected);
        if (remembered !== undefined) return good ?? remembered;
        if (good !== undefined && good.secretVersion !== secretVersion) {
          // Perhaps it is we who have not heard of the newer secret yet.
          secretVersion = (await issuer.client(true)).secretVersion;
          if (!isDue(good, key, secretVersion, shared)) return good;
        }
        const fence = await store.acquire(key, {
          owner: newOwner(),
          until: now() + policy.leaseSeconds * 1000,
          seenFence: shared?.fence ?? 0,
        });
        if (fence !== undefined) {
          const isRejected = rejected !== undefined && stored?.tokenId === rejected;
          const outcome = await refreshToken(options, key, { fence, shared, secretVersion, isRejected });
          if (!isToken(outcome)) return good ?? outcome;
          if (outcome.tokenId !== rejected) return keep(key, outcome);
          // The provider repeats itself: the refused token again would be refused again.
          return { failure: 'temporarily-unavailable', retryAfterSeconds: policy.rejectedRefreshSeconds };
        }
      }
      if (good !== undefined) return good;
      if (now() >= deadline || paused >= policy.waitSeconds * 1000) {
        return { failure: 'temporarily-unavailable', retryAfterSeconds: 1 };
      }
      const look = Math.min(longestLookMs, firstLookMs * 1.5 ** looks) * (0.75 + 0.5 * random());
      await pause(look);
      paused += look;
    }
  }

  function isDue(token: Token, key: TokenKey, secretVersion: string, shared?: SharedToken): boolean {
    if ((shared?.refreshNotBefore ?? 0) > now()) return false;
    const due = kept.get(nameOf(key))?.dueFrom ?? 0;
    return token.secretVersion !== secretVersion || now() >= due;
  }

  /** Asking again would come to the same, or too soon. */
  function rememberedFailure(
    shared: SharedToken | undefined,
    rejected: string | undefined,
  ): TokenFailure | undefined {
    const failure = shared?.failure;
    if (failure !== undefined && failure.until > now()) return pauseAfter(failure, now());
    const again = (shared?.rejectedAt ?? 0) + policy.rejectedRefreshSeconds * 1000;
    if (rejected === undefined || shared?.token?.tokenId !== rejected || again <= now()) return undefined;
    return { failure: 'temporarily-unavailable', retryAfterSeconds: secondsBetween(now(), again) };
  }

  return {
    get: async (tenantId, rejectedTokenId) => {
      const client = await issuer.client();
      const key = { tenantId, clientKey: client.clientKey };
      const atHand = kept.get(nameOf(key));
      if (
        atHand !== undefined &&
        isUsable(atHand.token, rejectedTokenId) &&
        atHand.token.secretVersion === client.secretVersion &&
        now() < atHand.dueFrom
      ) {
        return atHand.token;
      }
      const flight = `${nameOf(key)} ${rejectedTokenId ?? ''}`;
      const inFlight = running.get(flight);
      if (inFlight !== undefined) return inFlight;
      const obtained = obtain(key, client.secretVersion, rejectedTokenId)
        .catch((error: unknown) => {
          // The store is away; a token that is still good serves on.
          const last = kept.get(nameOf(key))?.token;
          if (isUsable(last, rejectedTokenId) && isTransient(error)) return last;
          throw error;
        })
        .finally(() => running.delete(flight));
      running.set(flight, obtained);
      return obtained;
    },
  };
}

/**
 * Whether somebody else's lease still holds. A lease says until when by its owner's clock, which may differ from ours:
 * it is over when it is long past, or when it has not changed for its whole duration while we looked.
 */
function createWatch(leaseMs: number, clockSkewMs: number, now: () => number) {
  let watched: { readonly fence: number; readonly since: number } | undefined;
  return {
    isHeld(shared: SharedToken | undefined): boolean {
      if (shared?.lease === undefined) return false;
      if (shared.lease.until + clockSkewMs < now()) return false;
      if (watched?.fence !== shared.fence) watched = { fence: shared.fence, since: now() };
      return now() - watched.since < leaseMs;
    },
  };
}

function nameOf({ clientKey, tenantId }: TokenKey): string {
  return `${clientKey} ${tenantId}`;
}

export function isToken(outcome: Token | TokenFailure): outcome is Token {
  return 'accessToken' in outcome;
}

function secondsBetween(from: number, to: number): number {
  return Math.max(1, Math.ceil((to - from) / 1000));
}

function isTransient(error: unknown): boolean {
  return error instanceof Error && error.name === 'TransientError';
}
