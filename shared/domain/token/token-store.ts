import type { Token, TokenClient, TokenFailure } from './token.ts';

/** One tenant's tokens for one client and its scopes. */
export type TokenKey = Pick<TokenClient, 'clientKey'> & { readonly tenantId: string };

/** What all processes share about a key. Instants are milliseconds since the epoch. */
export interface SharedToken {
  /** Raised by every write, so that a writer who looked at an older state is refused. */
  readonly fence: number;
  readonly token?: Token;
  /** No refresh before this instant, except of a token that the API refused. */
  readonly refreshNotBefore?: number;
  /** When a refused token was last replaced. */
  readonly rejectedAt?: number;
  readonly failure?: RememberedFailure;
  /** Who refreshes; dead when its time is over. */
  readonly lease?: { readonly owner: string; readonly until: number };
}

export interface RememberedFailure {
  readonly value: TokenFailure;
  readonly until: number;
  /** Passing failures in a row: each pause is longer than the one before. */
  readonly count: number;
}

/** What a refresh came to. */
export type Settlement =
  | { readonly token: Token; readonly refreshNotBefore: number }
  | { readonly failure: RememberedFailure };

/** Shared tokens with a lease. Every read is consistent, every write conditional. Throws `TransientError`. */
export interface TokenStore {
  read(key: TokenKey): Promise<SharedToken | undefined>;
  /**
   * Takes the lease if nothing was written since `seenFence` (0 for what does not exist). Answers the fence that settles
   * it, `undefined` when somebody was faster.
   */
  acquire(
    key: TokenKey,
    lease: {
      readonly owner: string;
      readonly until: number;
      readonly seenFence: number;
      /** Set when a refused token is to be replaced. */
      readonly rejectedAt?: number;
    },
  ): Promise<number | undefined>;
  /** Writes the outcome and ends the lease; `false` when another has taken over meanwhile. */
  settle(key: TokenKey, fence: number, outcome: Settlement): Promise<boolean>;
  /** A failure of the client as a whole, which no tenant's request would escape. */
  readClientFailure(clientKey: string): Promise<RememberedFailure | undefined>;
  rememberClientFailure(clientKey: string, failure: RememberedFailure): Promise<void>;
}
