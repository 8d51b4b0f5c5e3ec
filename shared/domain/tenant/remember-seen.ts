import type { TenantReading } from './identity.ts';
import type { TenantRepository } from './repository.ts';

/** Before a judgement, which counts the tenants that a number was seen in. */
export async function rememberSeen(
  tenants: TenantRepository,
  tenantId: string,
  reading: TenantReading,
): Promise<void> {
  if (reading.outcome !== 'read') return;
  for (const { corporateId } of reading.organisations) {
    if (corporateId !== undefined) await tenants.rememberSeen(corporateId, tenantId);
  }
}
