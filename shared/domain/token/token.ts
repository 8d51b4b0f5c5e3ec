/** A token of one tenant. Instants are milliseconds since the epoch on the clock of whoever asked for it. */
export interface Token {
  readonly accessToken: string;
  /** Digest of the token: names it without telling it. */
  readonly tokenId: string;
  /** When it was asked for: its lifetime is counted from there, so that it never seems longer than it is. */
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Of the client secret that it was asked for with. */
  readonly secretVersion: string;
}

/** Why there is no token. Every one but the last needs somebody to do something. */
export type TokenFailure =
  | {
      readonly failure: 'tenant-disconnected';
      readonly reason: 'not-integrated' | 'missing-scopes';
    }
  /** Visma does not accept our client: nothing that a customer could mend. */
  | { readonly failure: 'client-rejected' }
  | { readonly failure: 'temporarily-unavailable'; readonly retryAfterSeconds: number };

/** Which client asks and for what: tokens are kept for each combination. */
export interface TokenClient {
  /** Digest of client id and scopes. */
  readonly clientKey: string;
  readonly secretVersion: string;
}

/** What the identity provider answered to one request for a token. */
export type IssueOutcome =
  | {
      readonly outcome: 'issued';
      readonly token: Pick<Token, 'accessToken' | 'tokenId' | 'secretVersion'>;
      readonly expiresInSeconds: number;
    }
  | { readonly outcome: 'refused'; readonly failure: Exclude<TokenFailure, { retryAfterSeconds: number }> }
  /** It did not answer, or asked to be asked later. */
  | { readonly outcome: 'away'; readonly retryAfterSeconds?: number }
  /** Nothing that its documents know; a person has been told. */
  | { readonly outcome: 'unexplained' };

/** Asks the identity provider. */
export interface TokenIssuer {
  /** `again`: not from memory, since a token of another secret version was seen. */
  client(again?: boolean): Promise<TokenClient>;
  /** One request, or more where a secret is refused and another may serve. */
  issue(tenantId: string): Promise<IssueOutcome>;
}

/** Durations of the token cache; a stage's configuration fills them in. */
export interface TokenPolicy {
  /** How long one caller may take to refresh before another takes over; longer than an answer of the provider may take. */
  readonly leaseSeconds: number;
  /** How long a caller waits for the one who refreshes; longer than the lease. */
  readonly waitSeconds: number;
  /** How far the clocks of two processes may differ. */
  readonly clockSkewSeconds: number;
  /** How long a permanent failure is answered without asking again, and the longest pause after passing ones. */
  readonly failureMemorySeconds: number;
  /** First pause after a passing failure; it doubles with each further one. */
  readonly firstRetrySeconds: number;
  /** Nobody is obeyed for longer when a `Retry-After` asks for it. */
  readonly longestRetryAfterSeconds: number;
  /** Between two refreshes that callers asked for because the API refused the token. */
  readonly rejectedRefreshSeconds: number;
  /** Between two refreshes of a token that is still good; a provider may answer with the same token again. */
  readonly minimumRefreshSeconds: number;
  /** How long the way from an administration to its connection is remembered: a new mapping counts this much later. */
  readonly lookUpSeconds: number;
}
