import type { Campaign, Snapshot } from '../../../shared/domain/campaign/campaign.ts';
import type { Membership } from '../../../shared/domain/campaign/membership.ts';
import type { Connection, IssuedCode } from '../../../shared/domain/connection/connection.ts';
import type { Waiting } from '../../../shared/domain/connection/repository.ts';
import { Refusal, type RefusalReason, refusalReasons } from '../../../shared/domain/connection/repository.ts';
import type { Environment } from '../../../shared/domain/environment/environment.ts';
import type { HistoryEntry } from '../../../shared/domain/history/entry.ts';

export interface IdentityRecord {
  /** `<environmentId>/<companyId>` */
  readonly registrations: Set<string>;
  readonly tenants: Set<string>;
  readonly integrated: Set<string>;
}

export type SendingRecords = Map<
  string,
  { status: 'reserved' | 'sent'; at: string; messageId?: string | undefined }
>;

/**
 * What the table holds, as maps. A method of a double reads and writes it without awaiting in between, which makes it
 * the transaction that the table's is.
 */
export class World {
  readonly connections = new Map<string, Connection>();
  readonly environments = new Map<string, Environment>();
  readonly identities = new Map<string, IdentityRecord>();
  readonly claims = new Map<string, string>();
  readonly integrated = new Map<string, { at: string; corporateId: string | undefined }>();
  readonly stock = new Map<string, IssuedCode>();
  /** Every code that was ever added, with the delivery that added it. */
  readonly knownCodes = new Map<string, string | undefined>();
  readonly deliveries = new Set<string>();
  readonly sentUuids = new Map<string, Set<string>>();
  readonly answersOfTickets = new Map<
    string,
    { answerIds: Set<string>; sentTextDigests: Set<string>; sentMessageIds: Set<string> }
  >();
  readonly ticketConnections = new Map<string, Set<string>>();
  readonly waiting = new Map<string, Waiting>();
  /** Connections that are checked, each with the version in which that began. */
  readonly healthChecks = new Map<string, number>();
  readonly mails: SendingRecords = new Map();
  readonly answers: SendingRecords = new Map();
  readonly campaigns = new Map<string, Campaign>();
  readonly memberships = new Map<string, Membership>();
  readonly snapshots = new Map<string, Snapshot[]>();
  readonly entries: HistoryEntry[] = [];
  /** Digest of the write by the id of its first entry. */
  readonly writes = new Map<string, string>();

  identity(number: string): IdentityRecord {
    const known = this.identities.get(number);
    if (known !== undefined) return known;
    const record = {
      registrations: new Set<string>(),
      tenants: new Set<string>(),
      integrated: new Set<string>(),
    };
    this.identities.set(number, record);
    return record;
  }

  answersOf(ticketKey: string) {
    const known = this.answersOfTickets.get(ticketKey);
    if (known !== undefined) return known;
    const record = {
      answerIds: new Set<string>(),
      sentTextDigests: new Set<string>(),
      sentMessageIds: new Set<string>(),
    };
    this.answersOfTickets.set(ticketKey, record);
    return record;
  }

  append(entries: readonly HistoryEntry[], write: string): void {
    const [first] = entries;
    if (first !== undefined) this.writes.set(first.id, write);
    this.entries.push(...structuredClone(entries));
  }

  historyOf(aggregate: HistoryEntry['aggregate'], aggregateId: string, after: number): HistoryEntry[] {
    return structuredClone(
      this.entries.filter(
        (entry) =>
          entry.aggregate === aggregate && entry.aggregateId === aggregateId && entry.sequence > after,
      ),
    );
  }
}

/** Throws for the reason that decides: a seen delivery is done, a concurrent change wants a fresh decision. */
export function refuse(reasons: readonly (RefusalReason | false)[]): void {
  const order: readonly RefusalReason[] = ['delivery-seen', 'concurrent-change', ...refusalReasons];
  const decisive = order.find((reason) => reasons.includes(reason));
  if (decisive !== undefined) throw new Refusal(decisive);
}
