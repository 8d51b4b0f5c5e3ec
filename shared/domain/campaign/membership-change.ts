import { type Cause, type HistoryEntry, writeEntry } from '../history/entry.ts';
import type { EntryType } from '../history/entry-types.ts';
import type { Membership, MembershipChange } from './membership.ts';
import type { Standing } from './standing.ts';

/** Why a message inside Spend Cloud need not be shown any more. */
export type ClearedReason = 'done' | 'moved' | 'left' | 'paused';

type Draft = { -readonly [K in keyof Membership]: Membership[K] };

/** Collects what happens to a membership in one transaction: each `tell` adds an entry and raises the version by one. */
export class MembershipBuilder {
  readonly #before: Membership | undefined;
  readonly #cause: Cause;
  readonly #entries: HistoryEntry[] = [];
  #draft: Draft;

  constructor(before: Membership | undefined, start: Membership, cause: Cause) {
    this.#before = before;
    this.#cause = cause;
    this.#draft = { ...start };
  }

  static of(membership: Membership, cause: Cause): MembershipBuilder {
    return new MembershipBuilder(membership, membership, cause);
  }

  get current(): Membership {
    return this.#draft;
  }

  set(fields: Partial<Membership>): this {
    this.#draft = { ...this.#draft, ...fields };
    return this;
  }

  clear(...fields: readonly ('lastReminder' | 'pausedAt' | 'doneAt' | 'leftAt')[]): this {
    const next = { ...this.#draft };
    for (const field of fields) delete next[field];
    this.#draft = next;
    return this;
  }

  tell(type: EntryType<'membership'>, detail: HistoryEntry['detail'] = {}): this {
    const sequence = this.#draft.version + 1;
    const { environmentId, campaignId } = this.#draft;
    this.#entries.push(
      writeEntry({ aggregate: 'membership', aggregateId: environmentId, sequence }, type, this.#cause, {
        environmentId,
        campaignId,
        ...detail,
      }),
    );
    this.#draft = { ...this.#draft, version: sequence, changedAt: this.#cause.at };
    return this;
  }

  /**
   * The customer has moved: on, back, or to the end. The message inside Spend Cloud says a step that is none any more, and
   * may be followed by nothing that he could do: it is taken away, as no mail would be sent of it.
   */
  move(standing: Standing, since: string = this.#cause.at): this {
    const from = this.#draft.standing;
    if (standing === from) return this;
    const { doneAt } = this.#draft;
    this.set({ standing, standingSince: since });
    // A code that expires is nobody's answer: it was left unused.
    if (standing !== 'code-expired') this.set({ unanswered: 0 });
    if (standing === 'done') this.set({ doneAt: doneAt ?? this.#cause.at });
    this.tell('StandingChanged', { from, standing });
    return this.clearReminder(standing === 'done' ? 'done' : 'moved');
  }

  /** Only who was ever reminded has something to be taken away. */
  clearReminder(reason: ClearedReason): this {
    const { lastReminder } = this.#draft;
    if (lastReminder === undefined || lastReminder.clearedAt !== undefined) return this;
    return this.set({ lastReminder: { ...lastReminder, clearedAt: this.#cause.at } }).tell(
      'ReminderCleared',
      { reason },
    );
  }

  build(): MembershipChange | undefined {
    if (this.#entries.length === 0) return undefined;
    return { before: this.#before, after: this.#draft, entries: this.#entries };
  }
}
