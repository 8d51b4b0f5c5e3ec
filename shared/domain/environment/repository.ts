import type { HistoryEntry } from '../history/entry.ts';
import type { Environment, EnvironmentChange } from './environment.ts';

export interface EnvironmentRepository {
  find(environmentId: string): Promise<Environment | undefined>;
  /** Those that there are, in no order. */
  findMany(environmentIds: readonly string[]): Promise<readonly Environment[]>;
  /** Every environment that registered the address; several matches are for an operator to tell apart. */
  findByContact(email: string): Promise<readonly Environment[]>;
  history(environmentId: string): Promise<readonly HistoryEntry[]>;
  /**
   * Writes the new version, its entries, the contacts' and company numbers' look-up items in one transaction.
   * Throws `Refusal` (`concurrent-change`, `delivery-seen`).
   */
  save(change: EnvironmentChange): Promise<void>;
}
