import type { IssueOutcome, Token, TokenFailure, TokenPolicy } from '../../../shared/domain/token/token.ts';
import { createTokenCache, isToken, type TokenCache } from '../../../shared/domain/token/token-cache.ts';
import type { TokenStore } from '../../../shared/domain/token/token-store.ts';
import { TransientError } from '../../../shared/platform/errors.ts';
import { someTenantId } from '../../builders/connection.ts';
import { inMemoryTokens } from '../../doubles/in-memory/tokens.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';

export const policy: TokenPolicy = {
  leaseSeconds: 12,
  waitSeconds: 15,
  clockSkewSeconds: 120,
  failureMemorySeconds: 60,
  firstRetrySeconds: 5,
  longestRetryAfterSeconds: 900,
  rejectedRefreshSeconds: 60,
  minimumRefreshSeconds: 5,
  lookUpSeconds: 10,
};

export const start = Date.parse('2026-03-02T09:00:00Z');

/** The identity provider: what it does from now on, and what it was asked. */
interface Provider {
  latencyMs: number;
  lifetimeSeconds: number;
  /** Answers instead of a token. */
  answer: ((tenantId: string) => IssueOutcome | undefined) | undefined;
  /** The same token again while it lives. */
  repeats: boolean;
  /** Of the current secret. */
  secretVersion: string;
  /** Of the one that is accepted in its place. */
  acceptedVersion: string | undefined;
  readonly requests: { readonly at: number; readonly tenantId: string }[];
  /** True expiry by token. */
  readonly expiry: ReadonlyMap<string, number>;
  /** Whole lifetime by token, in seconds. */
  readonly lifetime: ReadonlyMap<string, number>;
}

export interface Process {
  readonly cache: TokenCache;
  get(options?: { tenantId?: string; rejected?: string }): Promise<Token | TokenFailure>;
  /** From now on nothing that it does takes effect, and nothing comes back to it. */
  kill(): void;
  /** Its calls to the store take this much longer, as of a process that is paused. */
  delayMs: number;
  /** The store does not answer it. */
  cutOff: boolean;
}

export interface Rig {
  readonly time: VirtualTime;
  readonly provider: Provider;
  readonly store: TokenStore;
  process(options?: { skewMs?: number; knownVersion?: string }): Process;
}

/** Processes over one store and one provider, in virtual time. `random` in [0, 1) decides latencies and jitter. */
export function tokenRig(random: () => number = () => 0.5): Rig {
  const time = virtualTime(start);
  const store = inMemoryTokens();
  const expiry = new Map<string, number>();
  const lifetime = new Map<string, number>();
  const last = new Map<string, { accessToken: string; expiresAt: number }>();
  const requests: { at: number; tenantId: string }[] = [];
  let leases = 0;
  const provider: Provider = {
    latencyMs: 300,
    lifetimeSeconds: 3_600,
    answer: undefined,
    repeats: false,
    secretVersion: 'v1',
    acceptedVersion: undefined,
    requests,
    expiry,
    lifetime,
  };

  async function issue(tenantId: string): Promise<IssueOutcome> {
    requests.push({ at: time.now(), tenantId });
    // The token is made when the request arrives; a slow answer leaves less of it.
    const number = requests.length;
    await time.sleep(provider.latencyMs);
    const failure = provider.answer?.(tenantId);
    if (failure !== undefined) return failure;
    const known = last.get(tenantId);
    const repeated = provider.repeats && known !== undefined && known.expiresAt > time.now();
    const { accessToken, expiresAt } = repeated
      ? known
      : { accessToken: `token-${number}`, expiresAt: time.now() + provider.lifetimeSeconds * 1000 };
    last.set(tenantId, { accessToken, expiresAt });
    expiry.set(accessToken, expiresAt);
    if (!repeated) lifetime.set(accessToken, provider.lifetimeSeconds);
    return {
      outcome: 'issued',
      token: {
        accessToken,
        tokenId: `id of ${accessToken}`,
        secretVersion: provider.acceptedVersion ?? provider.secretVersion,
      },
      expiresInSeconds: Math.floor((expiresAt - time.now()) / 1000),
    };
  }

  return {
    time,
    provider,
    store,
    process({ skewMs = 0, knownVersion } = {}) {
      let alive = true;
      // What the process has in memory, until it looks again.
      let known = knownVersion;
      const never = new Promise<never>(() => undefined);
      const through = async <T>(run: () => Promise<T>): Promise<T> => {
        await time.sleep(2 + 6 * random() + self.delayMs);
        if (!alive) return never;
        if (self.cutOff) throw new TransientError('The table did not answer.');
        const answer = await run();
        await time.sleep(1 + 3 * random());
        return alive ? answer : never;
      };
      const cache = createTokenCache({
        store: {
          read: (key) => through(() => store.read(key)),
          acquire: (key, lease) => through(() => store.acquire(key, lease)),
          settle: (key, fence, outcome) => through(() => store.settle(key, fence, outcome)),
          readClientFailure: (clientKey) => through(() => store.readClientFailure(clientKey)),
          replaceClientFailure: (clientKey, seen, next) =>
            through(() => store.replaceClientFailure(clientKey, seen, next)),
        },
        issuer: {
          client: async (again = false) => {
            if (again) known = undefined;
            return { clientKey: 'client-a', secretVersion: known ?? provider.secretVersion };
          },
          issue: async (tenantId) => {
            const outcome = await issue(tenantId);
            return alive ? outcome : never;
          },
        },
        policy,
        clock: () => new Date(time.now() + skewMs),
        random,
        pause: async (milliseconds) => {
          await time.sleep(milliseconds);
          if (!alive) await never;
        },
        newOwner: () => {
          leases += 1;
          return `lease ${leases}`;
        },
      });
      const self: Process = {
        cache,
        get: ({ tenantId = someTenantId, rejected } = {}) => cache.get(tenantId, rejected),
        kill: () => {
          alive = false;
        },
        delayMs: 0,
        cutOff: false,
      };
      return self;
    },
  };
}

/** The token, or fails with what was answered instead. */
export function tokenIn(outcome: Token | TokenFailure): Token {
  if (isToken(outcome)) return outcome;
  throw new Error(`No token but ${JSON.stringify(outcome)}`);
}
