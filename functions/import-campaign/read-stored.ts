import type { Membership } from '../../shared/domain/campaign/membership.ts';
import type { CampaignRepository } from '../../shared/domain/campaign/repository.ts';
import type { Environment } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { TenantRepository } from '../../shared/domain/tenant/repository.ts';
import type { ReadRow } from './read-row.ts';

/** What is stored about the rows of a batch. */
export interface Stored {
  readonly environments: ReadonlyMap<string, Environment>;
  readonly memberships: ReadonlyMap<string, Membership>;
  /** Environments by company number. */
  readonly registrants: ReadonlyMap<string, readonly string[]>;
}

export interface StoredReader {
  readonly campaigns: CampaignRepository;
  readonly environments: EnvironmentRepository;
  readonly tenants: TenantRepository;
}

/**
 * Reads it in batches of 100 items: of customers who are new, as most are, this is all that is read, and each takes one
 * call to the table in place of five.
 */
export async function readStored(
  { campaigns, environments, tenants }: StoredReader,
  rows: readonly ReadRow[],
): Promise<Stored> {
  const ids = rows.flatMap(({ environmentId }) => environmentId ?? []);
  const numbers = rows.flatMap((row) =>
    'registration' in row ? row.registration.companies.map(({ corporateId }) => corporateId) : [],
  );
  const [known, members, registrants] = await Promise.all([
    environments.findMany(ids),
    campaigns.findMemberships(ids),
    tenants.registrantsOf(numbers),
  ]);
  return {
    environments: new Map(known.map((one) => [one.environmentId, one])),
    memberships: new Map(members.map((one) => [one.environmentId, one])),
    registrants,
  };
}
