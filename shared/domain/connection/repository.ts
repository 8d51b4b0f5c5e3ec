import type { EnvironmentChange } from '../environment/environment.ts';
import type { HistoryEntry } from '../history/entry.ts';
import type { Connection, ConnectionChange, ConnectionState } from './connection.ts';

/** Connections and their history. Every read is consistent but `listByState`, which may lag by seconds. */
export interface ConnectionRepository {
  find(connectionId: string): Promise<Connection | undefined>;
  findByEnvironment(environmentId: string): Promise<readonly Connection[]>;
  findByTicket(ticketKey: string): Promise<readonly Connection[]>;
  /** Keys of the tickets that the connection is linked to, in the order of their text. */
  ticketsOf(connectionId: string): Promise<readonly string[]>;
  /** Latest change first; `cursor` continues a listing. */
  listByState(
    state: ConnectionState,
    options: { limit: number; cursor?: string },
  ): Promise<{ connections: readonly Connection[]; cursor?: string }>;
  /** The history with a sequence above `after`, in order; the whole of it with 0. */
  history(connectionId: string, after: number): Promise<readonly HistoryEntry[]>;
  /**
   * Writes the new version, its entries and its effects in one transaction, conditional on the version and on a legal
   * prior state. `environment` joins it when administrations are mapped with the activation.
   * Throws `Refusal`.
   */
  save(change: ConnectionChange, environment?: EnvironmentChange): Promise<void>;
}

/** Why a transaction was not written. */
export const refusalReasons = [
  /** Another writer was first: read again and decide again. */
  'concurrent-change',
  /** The delivery has been taken into account already. */
  'delivery-seen',
  'tenant-claimed',
  'code-gone',
  /** The company number is registered more than once, or was seen in another tenant too. */
  'identity-not-sole',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: RefusalReason;
  constructor(reason: RefusalReason, options?: ErrorOptions) {
    super(`The change was refused: ${reason}.`, options);
    this.reason = reason;
  }
}

/** Where an execution that waits leaves its task token. One per connection: an execution waits in one place. */
export interface WaitingRoom {
  /** A token of an older attempt never replaces a newer one's. */
  enter(connectionId: string, waiting: Waiting): Promise<void>;
  find(connectionId: string): Promise<Waiting | undefined>;
  /** Removes this token only. */
  leave(connectionId: string, taskToken: string): Promise<void>;
  /** Connections that wait for a code, oldest first. */
  waitingForStock(): Promise<readonly string[]>;
}

export interface Waiting {
  readonly taskToken: string;
  readonly wait: 'wait-for-stock' | 'wait-for-customer' | 'wait-for-propagation' | 'wait-for-mapping';
  readonly attempt: number;
  readonly since: string;
}

/** Others were always first. A matter of waiting, so the name is that of the retry policy (shared/platform/errors.ts). */
class TooManyWriters extends Error {
  override readonly name = 'TransientError';
}

/**
 * Repeats a decision on fresh state while another writer is first. `attempts` bounds it; after the last, a
 * `TransientError` has the caller's caller (queue, workflow) try again later.
 */
export async function onFreshState<T>(decide: () => Promise<T>, attempts = 5): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decide();
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === 'concurrent-change')) throw error;
      if (attempt >= attempts) {
        throw new TooManyWriters(`Another writer was first ${attempts} times.`, { cause: error });
      }
    }
  }
}
