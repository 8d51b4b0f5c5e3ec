import type { Connection, HealthFailure } from '../../shared/domain/connection/connection.ts';
import type { HealthyReading } from '../../shared/domain/connection/health.ts';
import { judgeCompany } from '../../shared/domain/connection/judge-company.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import { isSameCompany, type TenantReading } from '../../shared/domain/tenant/identity.ts';
import { isNearlyUsedUp } from '../../shared/domain/tenant/rate-limit.ts';
import { rememberSeen } from '../../shared/domain/tenant/remember-seen.ts';
import type { TenantReader, TenantRepository } from '../../shared/domain/tenant/repository.ts';

export interface Examiner {
  readonly environments: EnvironmentRepository;
  readonly tenants: TenantRepository;
  readonly reader: TenantReader;
  readonly log: { warn(message: string, facts: Readonly<Record<string, unknown>>): void };
}

/** `inconclusive`: it is our own fault, or the tenant is somebody else's now. Nothing is counted. */
export type Finding =
  | { readonly outcome: 'healthy'; readonly reading: HealthyReading }
  | { readonly outcome: HealthFailure | 'inconclusive' };

/**
 * What a tenant shows of its connection's health: a token, its scopes, one read of the organisation and whose it is.
 * Throws `TransientError` while Visma is unavailable.
 */
export async function examineTenant(
  examiner: Examiner,
  connection: Connection,
  tenantId: string,
): Promise<Finding> {
  const holder = await examiner.tenants.claimedBy(tenantId);
  // The claim was released with the disconnection, and another connection proved that the tenant is its own.
  if (holder !== undefined && holder !== connection.connectionId) return { outcome: 'inconclusive' };
  const reading = await examiner.reader.read(tenantId);
  if (reading.outcome === 'client-rejected') return { outcome: 'inconclusive' };
  if (reading.outcome !== 'read') return { outcome: reading.outcome };
  const { rateLimit } = reading;
  if (rateLimit !== undefined && isNearlyUsedUp(rateLimit)) {
    examiner.log.warn('RATE LIMIT NEARLY USED UP', {
      connectionId: connection.connectionId,
      ...rateLimit,
    });
  }
  return judge(examiner, connection, tenantId, reading);
}

/** The company that was judged before, by the rule of the exports; or else it is judged anew. */
async function judge(
  examiner: Examiner,
  connection: Connection,
  tenantId: string,
  reading: Extract<TenantReading, { outcome: 'read' }>,
): Promise<Finding> {
  const { organisations } = reading;
  // A tenant that was active has one: that none is shown says nothing about whose it is.
  if (organisations.length === 0) return { outcome: 'inconclusive' };
  const judged = tenantId === connection.tenantId ? (connection.organisations ?? []) : [];
  if (isSameCompany(judged, organisations)) return { outcome: 'healthy', reading: { organisations } };
  await rememberSeen(examiner.tenants, tenantId, reading);
  const judgement = await judgeCompany(examiner, { ...connection, tenantId }, tenantId, organisations);
  return judgement.outcome === 'granted'
    ? { outcome: 'healthy', reading: { organisations, judgement } }
    : { outcome: 'identity-changed' };
}
