import type { VismaToken } from '../contracts/tokens/token-broker.ts';

/** Whom a token is for: an administration of an environment, or a connection that is known by its id. */
export type TokenFor =
  | { readonly environmentId: string; readonly administrationId: string }
  | { readonly connectionId: string };

export type VismaTokenErrorCode =
  | 'administration-not-mapped'
  | 'connection-not-active'
  | 'tenant-disconnected'
  | 'client-rejected'
  | 'temporarily-unavailable'
  | 'token-refused'
  | 'wrong-organisation'
  | 'fault';

/**
 * Why there is nothing to export with. `code` tells them apart in code, `name` in a state machine's `Retry` and `Catch`:
 * only `VismaTemporarilyUnavailable` is worth repeating. Messages hold ids and words, never a token or a company's name.
 */
export abstract class VismaTokenError extends Error {
  // Minifiers rename classes, so each name is set.
  abstract override readonly name: string;
  abstract readonly code: VismaTokenErrorCode;
}

/** The administration is unknown, not mapped to a connection yet, or marked as not exported to Visma.net. */
export class VismaAdministrationNotMapped extends VismaTokenError {
  override readonly name = 'VismaAdministrationNotMapped';
  override readonly code = 'administration-not-mapped';
  constructor(of: TokenFor) {
    super(`${named(of)} is not mapped to a Visma.net company: an operator maps it, or it is not exported.`);
  }
}

/** The connection is not activated (yet, or any more). */
export class VismaConnectionNotActive extends VismaTokenError {
  override readonly name = 'VismaConnectionNotActive';
  override readonly code = 'connection-not-active';
  /** A state of the onboarding, perhaps one that is newer than this client; `unknown`: there is no such connection. */
  readonly state: string;
  constructor(of: TokenFor, state: string) {
    super(
      `${named(of)} has no active connection (${state}): export when Spend Cloud is told that it is active.`,
    );
    this.state = state;
  }
}

const remedies = {
  'not-integrated': 'the customer integrates the app again in the Visma App Store',
  disconnected: 'the customer integrates the app again in the Visma App Store',
  'missing-scopes': 'the customer grants all permissions of the app in the Visma App Store',
  // Of a newer broker.
  unknown: 'its health check says what the customer has to do',
} as const;

/** The customer has to do something in the Visma App Store; retrying does not help. */
export class VismaTenantDisconnected extends VismaTokenError {
  override readonly name = 'VismaTenantDisconnected';
  override readonly code = 'tenant-disconnected';
  readonly reason: keyof typeof remedies;
  constructor(of: TokenFor, reason: keyof typeof remedies) {
    super(`${named(of)} is cut off from Visma (${reason}): ${remedies[reason]}.`);
    this.reason = reason;
  }
}

/** Visma refuses the platform's client id or secret; its engineers are alarmed. No customer can mend it. */
export class VismaClientRejected extends VismaTokenError {
  override readonly name = 'VismaClientRejected';
  override readonly code = 'client-rejected';
  constructor() {
    super("Visma refuses the platform's client: its engineers are alarmed. Export again when they are done.");
  }
}

/** No token now, but probably later: the one error that is worth repeating. */
export class VismaTemporarilyUnavailable extends VismaTokenError {
  override readonly name = 'VismaTemporarilyUnavailable';
  override readonly code = 'temporarily-unavailable';
  readonly retryAfterSeconds: number;
  constructor(of: TokenFor, retryAfterSeconds: number, options?: ErrorOptions) {
    super(`There is no token for ${named(of)} now: try again in ${retryAfterSeconds} seconds.`, options);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Visma's API answered 401 to a token, and to a new one as well. */
export class VismaTokenRefused extends VismaTokenError {
  override readonly name = 'VismaTokenRefused';
  override readonly code = 'token-refused';
  // Without the refused call's error as its cause: HTTP clients put the request's headers into theirs.
  constructor(of: TokenFor) {
    super(`Visma's API refuses a new token for ${named(of)} too (401): an operator checks its health.`);
  }
}

/** The organisation behind the token is not the one that was judged to be the customer's: nothing may be written to it. */
export class VismaWrongOrganisation extends VismaTokenError {
  override readonly name = 'VismaWrongOrganisation';
  override readonly code = 'wrong-organisation';
  constructor({ connectionId }: Pick<VismaToken, 'connectionId'>) {
    super(
      `What connection ${connectionId} reads is not the organisation that it was activated for: write nothing, an operator checks its health.`,
    );
  }
}

/** Set-up or code is wrong: no repetition mends it. The message says what. */
export class VismaTokenFault extends VismaTokenError {
  override readonly name = 'VismaTokenFault';
  override readonly code = 'fault';
}

function named(of: TokenFor): string {
  return 'connectionId' in of
    ? `Connection ${of.connectionId}`
    : `Administration ${of.administrationId} of environment ${of.environmentId}`;
}
