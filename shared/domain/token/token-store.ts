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
  /** When a token that the API had refused was last replaced. */
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

/** `count`: how many tenants were told so; a refusal that a single one met may be that tenant's own. */
export type ClientFailure = RememberedFailure & {
  readonly tenantId: string;
  /** Somebody is finding out whether it is over. */
  readonly probing?: true;
};

/** What a refresh came to. */
export type Settlement =
  | { readonly token: Token; readonly refreshNotBefore: number; readonly rejectedAt?: number }
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
    lease: { readonly owner: string; readonly until: number; readonly seenFence: number },
  ): Promise<number | undefined>;
  /** Writes the outcome and ends the lease; `false` when another has taken over meanwhile. */
  settle(key: TokenKey, fence: number, outcome: Settlement): Promise<boolean>;
  /** A failure of the client as a whole, which no tenant's request would escape. */
  readClientFailure(clientKey: string): Promise<ClientFailure | undefined>;
  /** Replaces what was read (`undefined`: nothing). `false` when another was faster. */
  replaceClientFailure(
    clientKey: string,
    seen: ClientFailure | undefined,
    next: ClientFailure,
  ): Promise<boolean>;
}
