import { forgetClientFailure, mayAsk, rememberClientFailure } from './client-failure.ts';
import { usableUntil } from './freshness.ts';
import type { Token, TokenFailure, TokenIssuer, TokenPolicy } from './token.ts';
import type { RememberedFailure, Settlement, SharedToken, TokenKey, TokenStore } from './token-store.ts';

export interface RefreshOptions {
  readonly store: TokenStore;
  readonly issuer: TokenIssuer;
  readonly policy: TokenPolicy;
  readonly clock: () => Date;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A refresh that this process holds the lease for. */
export interface Refresh {
  readonly fence: number;
  readonly shared: SharedToken | undefined;
  /** The current secret's; a token of another one is soon due again. */
  readonly secretVersion: string;
  /** Set when the API refused the stored token. */
  readonly isRejected: boolean;
}

/**
 * Asks the identity provider while holding the lease, and writes what came of it. Whoever took over meanwhile wins: the
 * write is fenced, and then what is stored is answered.
 */
export async function refreshToken(
  options: RefreshOptions,
  key: TokenKey,
  refresh: Refresh,
): Promise<Token | TokenFailure> {
  const { store, policy, clock } = options;
  const now = () => clock().getTime();
  const settlement = await ask(options, key, refresh);
  if ('failure' in settlement) {
    const settled = await store.settle(key, refresh.fence, settlement);
    if (settled) return pauseAfter(settlement.failure, now());
    return (await stored()) ?? pauseAfter(settlement.failure, now());
  }
  const { token } = settlement;
  try {
    if (await store.settle(key, refresh.fence, settlement)) return token;
  } catch (error) {
    // The token is good whether it could be written or not; without it the callers would wait for nothing.
    if (!(error instanceof Error && error.name === 'TransientError')) throw error;
    return token;
  }
  return (await stored()) ?? token;

  async function stored(): Promise<Token | undefined> {
    const current = (await store.read(key))?.token;
    return current !== undefined && usableUntil(current, policy) > now() ? current : undefined;
  }
}

/** What a caller is told of a remembered failure: of a passing one, when to come back. */
export function pauseAfter({ value, until }: RememberedFailure, now: number): TokenFailure {
  if (value.failure !== 'temporarily-unavailable') return value;
  return { ...value, retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) };
}

/** The settlement of one request, or of none where the client is known to be refused or was told to wait. */
async function ask(
  options: RefreshOptions,
  key: TokenKey,
  { shared, secretVersion, isRejected }: Refresh,
): Promise<Settlement> {
  const { store, issuer, policy, clock, random } = options;
  const { clientKey, tenantId } = key;
  const now = () => clock().getTime();
  const asking = { store, policy, now };
  const permission = await mayAsk(asking, clientKey);
  if (!permission.may) {
    const { value, until, probing } = permission.seen;
    const count = shared?.failure?.count ?? 0;
    // It may be over in a moment.
    if (probing)
      return { failure: { value, until: now() + (0.5 + random()) * policy.firstRetrySeconds * 1000, count } };
    // Everybody who is told now would come back at the same moment.
    return { failure: { value, until: until + random() * policy.failureMemorySeconds * 500, count } };
  }

  const issuedAt = now();
  const issued = await issuer.issue(tenantId);
  switch (issued.outcome) {
    case 'issued': {
      await forgetClientFailure(asking, clientKey, permission.seen);
      const token = { ...issued.token, issuedAt, expiresAt: issuedAt + issued.expiresInSeconds * 1000 };
      if (usableUntil(token, policy) > now()) {
        // Another secret than the current one served: asking again soon would have the current one refused again.
        const isOfCurrent = token.secretVersion === secretVersion;
        const seconds = isOfCurrent ? policy.minimumRefreshSeconds : policy.failureMemorySeconds;
        return {
          token,
          refreshNotBefore: now() + seconds * 1000,
          ...(isRejected ? { rejectedAt: now() } : {}),
        };
      }
      // A provider that repeats its token may answer one that is about to expire; after that it makes another.
      const left = Math.ceil((token.expiresAt - now()) / 1000);
      return { failure: passing(Math.max(1, Math.min(policy.minimumRefreshSeconds, left))) };
    }
    case 'refused': {
      const { failure } = issued;
      const remembered = { value: failure, until: now() + policy.failureMemorySeconds * 1000, count: 0 };
      if (failure.failure === 'client-rejected') {
        await rememberClientFailure(asking, clientKey, tenantId, remembered);
      }
      return { failure: remembered };
    }
    case 'away': {
      if (issued.retryAfterSeconds === undefined) return { failure: passing(backOff()) };
      const told = passing(Math.min(issued.retryAfterSeconds, policy.longestRetryAfterSeconds));
      await rememberClientFailure(asking, clientKey, tenantId, told);
      return { failure: told };
    }
    case 'unexplained':
      return { failure: passing(policy.failureMemorySeconds) };
  }

  function passing(seconds: number): RememberedFailure {
    return {
      value: { failure: 'temporarily-unavailable', retryAfterSeconds: seconds },
      until: now() + seconds * 1000,
      count: (shared?.failure?.count ?? 0) + 1,
    };
  }

  /** Half of it is chance, so that tenants whose requests failed together do not come back together. */
  function backOff(): number {
    const doubled = policy.firstRetrySeconds * 2 ** Math.min(shared?.failure?.count ?? 0, 20);
    return Math.min(policy.failureMemorySeconds, doubled) * (0.5 + 0.5 * random());
  }
}
