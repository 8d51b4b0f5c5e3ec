import type { EnvironmentChange } from '../environment/environment.ts';
import type { Campaign, CampaignChange, Snapshot } from './campaign.ts';
import type { Membership, MembershipChange } from './membership.ts';
import type { Standing } from './standing.ts';

/** Campaigns and who is in them. Every read is consistent but those that say otherwise. */
export interface CampaignRepository {
  find(campaignId: string): Promise<Campaign | undefined>;
  all(): Promise<readonly Campaign[]>;
  /** Throws `Refusal` (`concurrent-change`, `delivery-seen`). */
  save(change: CampaignChange): Promise<void>;
  findMembership(environmentId: string): Promise<Membership | undefined>;
  /** Those that there are, in no order. */
  findMemberships(environmentIds: readonly string[]): Promise<readonly Membership[]>;
  /**
   * Writes the next version, its entries and its place among those who wait for a rung in one transaction; with
   * `environment`, the registration too: an import's row is in whole or not at all. Throws `Refusal`.
   */
  saveMembership(change: MembershipChange, environment?: EnvironmentChange): Promise<void>;
  /** Ids of environments that wait for this very rung, in the order of a shard; `cursor` goes on. */
  waitingForRung(
    campaignId: string,
    place: { readonly rung: number; readonly shard: number; readonly after?: string; readonly limit: number },
  ): Promise<{ readonly environmentIds: readonly string[]; readonly after?: string }>;
  /** Ids of environments that would wait for a rung if an operator had not paused them. */
  pausedIn(campaignId: string): Promise<readonly string[]>;
  /** Counts of those who have not left, by the index, which may lag by seconds; costs with the number of members. */
  countByStanding(campaignId: string): Promise<Readonly<Record<Standing, number>>>;
  /** Longest there first; by the index. */
  longestIn(campaignId: string, standing: Standing, limit: number): Promise<readonly Membership[]>;
  addSnapshot(campaignId: string, snapshot: Snapshot): Promise<void>;
  /** In the order of time. */
  snapshots(campaignId: string): Promise<readonly Snapshot[]>;
}

/** Those who wait for one rung are spread over so many partitions. */
export const rungShards = 4;
