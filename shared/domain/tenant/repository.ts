import type { Identity, TenantReading } from './identity.ts';

export interface TenantRepository {
  /** The connection that holds the claim on a tenant. */
  claimedBy(tenantId: string): Promise<string | undefined>;
  findIdentity(corporateId: string): Promise<Identity | undefined>;
  /** Environments by the company number that they registered, as `normaliseCorporateId` has it. */
  registrantsOf(corporateIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Remembers that a company number was read in a tenant; set semantics, so repeating it changes nothing. */
  rememberSeen(corporateId: string, tenantId: string): Promise<void>;
  /** Keeps a tenant that Visma reported as integrated until a connection takes it up. */
  rememberIntegrated(tenantId: string, corporateId: string | undefined, at: string): Promise<void>;
  /** When Visma reported the tenant as integrated. */
  integratedAt(tenantId: string): Promise<string | undefined>;
}

/** Asks the access test for a reading: only that function can read the client secret. */
export interface TenantReader {
  /** Throws `TransientError` while Visma is unreachable or throttles. */
  read(tenantId: string): Promise<TenantReading>;
}
