import { type Cause, type HistoryEntry, writeEntry } from '../history/entry.ts';
import type { EntryType } from '../history/entry-types.ts';
import type { Connection, ConnectionChange, ConnectionState, Effect } from './connection.ts';
import { IllegalTransition, isLegal } from './transitions.ts';

/** Facts come from outside, in any order; the workflow consumes them by their number. */
export const factTypes = [
  'CodeRequested',
  'IntegrationReported',
  'TenantIdReported',
  'AccessTestRetryRequested',
] as const satisfies readonly EntryType<'connection'>[];
export type FactType = (typeof factTypes)[number];

export function isFact(entry: HistoryEntry): boolean {
  return factTypes.some((type) => type === entry.type);
}

type Draft = { -readonly [K in keyof Connection]: Connection[K] };

/**
 * Collects what happens to a connection in one transaction: each `tell` adds an entry and raises the version by one. The
 * delivery that caused it is remembered with it.
 */
export class ChangeBuilder {
  readonly #before: Connection | undefined;
  readonly #cause: Cause;
  readonly #entries: HistoryEntry[] = [];
  readonly #effects: Effect[] = [];
  #draft: Draft;

  constructor(before: Connection | undefined, start: Connection, cause: Cause) {
    this.#before = before;
    this.#cause = cause;
    this.#draft = { ...start };
  }

  static of(connection: Connection, cause: Cause): ChangeBuilder {
    return new ChangeBuilder(connection, connection, cause);
  }

  get current(): Connection {
    return this.#draft;
  }

  /** Throws `IllegalTransition` when the table does not know the step. */
  enter(state: ConnectionState): this {
    if (!isLegal(this.#draft.state, state)) throw new IllegalTransition(this.#draft.state, state);
    this.#draft = { ...this.#draft, state };
    return this;
  }

  set(fields: Partial<Connection>): this {
    this.#draft = { ...this.#draft, ...fields };
    return this;
  }

  clear(
    ...fields: readonly (
      | 'invitationCode'
      | 'integratedAt'
      | 'tenantId'
      | 'tenantIdAt'
      | 'lastFailure'
      | 'organisations'
      | 'attention'
      | 'approvedTenantId'
      | 'approvedIdentity'
      | 'health'
      | 'disconnection'
      | 'spendCloudInformedAt'
    )[]
  ): this {
    const next = { ...this.#draft };
    for (const field of fields) delete next[field];
    this.#draft = next;
    return this;
  }

  /** Drops what belongs to one try at the onboarding: its code, its tenant, and what became of them. */
  forget(): this {
    return this.clear(
      'invitationCode',
      'tenantId',
      'tenantIdAt',
      'integratedAt',
      'lastFailure',
      'organisations',
      'attention',
      'health',
    );
  }

  tell(type: EntryType<'connection'>, detail: HistoryEntry['detail'] = {}, tenantId?: string): this {
    const sequence = this.#draft.version + 1;
    const { connectionId, environmentId, companyId, state } = this.#draft;
    this.#entries.push(
      writeEntry(
        { aggregate: 'connection', aggregateId: connectionId, sequence },
        type,
        this.#cause,
        { connectionId, environmentId, companyId, state, ...detail },
        tenantId,
      ),
    );
    this.#draft = { ...this.#draft, version: sequence, changedAt: this.#cause.at };
    return this;
  }

  effect(effect: Effect): this {
    this.#effects.push(effect);
    return this;
  }

  build(): ConnectionChange {
    if (this.#entries.length === 0) throw new Error('A change without a history entry would never be told.');
    const { deliveryKey } = this.#cause;
    const effects: Effect[] =
      deliveryKey === undefined
        ? this.#effects
        : [...this.#effects, { kind: 'remember-delivery', deliveryKey }];
    return { before: this.#before, after: this.#draft, entries: this.#entries, effects };
  }
}
