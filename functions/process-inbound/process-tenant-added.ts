import type { InboundMessage } from '../../shared/contracts/queues/inbound.ts';
import { reportTenantId } from '../../shared/domain/connection/report-tenant-id.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import type { DeliveryOutcome, DeliveryRepository } from '../../shared/domain/delivery/repository.ts';
import type { Cause } from '../../shared/domain/history/entry.ts';
import { judgeIdentity, normaliseCorporateId } from '../../shared/domain/tenant/identity.ts';
import type { TenantReader, TenantRepository } from '../../shared/domain/tenant/repository.ts';
import { parseTenantId } from '../../shared/domain/tenant/tenant-id.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { connectionIdOf } from '../../shared/platform/ids.ts';
import { readOnceConsentSpread } from './consent.ts';
import { canIntegrate } from './waiting.ts';

export interface TenantAddedDependencies {
  readonly connections: ConnectionRepository;
  readonly tenants: TenantRepository;
  readonly deliveries: DeliveryRepository;
  readonly tenantReader: TenantReader;
  readonly clock: Clock;
  /** Seconds between two readings of a tenant that has not integrated yet. */
  readonly consentRetrySeconds: readonly number[];
}

/**
 * Visma says that a tenant has added the application. Only a token and a read make it a fact: they tell the company,
 * and where its number is registered once and seen in this tenant alone, the connection that waits for it is told its
 * tenant ID. Anything else is kept, shown to operators with the connection, until the tenant ID arrives
 * another way.
 */
export async function processTenantAdded(
  dependencies: TenantAddedDependencies,
  message: Extract<InboundMessage, { kind: 'visma-tenant-added' }>,
  receiveCount: number,
): Promise<void> {
  const { connections, tenants, deliveries, tenantReader, clock, consentRetrySeconds } = dependencies;
  const { deliveryKey } = message;
  const at = clock().toISOString();
  const cause: Cause = { at, by: 'visma', deliveryKey, correlationId: deliveryKey };
  const conclude = (outcome: DeliveryOutcome) => deliveries.conclude(deliveryKey, outcome, cause);

  const tenantId = parseTenantId(message.tenantId);
  if (tenantId === undefined) return conclude({ type: 'TenantUnmatched', reason: 'not-confirmed' });
  if ((await tenants.claimedBy(tenantId)) !== undefined) {
    return conclude({ type: 'DeliveryIgnored', reason: 'already-claimed' });
  }

  const reading = await readOnceConsentSpread(tenantReader, tenantId, receiveCount, consentRetrySeconds);
  if (reading.outcome !== 'read') {
    await tenants.rememberIntegrated(tenantId, undefined, message.receivedAt);
    return conclude({ type: 'TenantUnmatched', reason: 'not-confirmed' });
  }

  const numbers = reading.organisations.map(({ corporateId }) => normaliseCorporateId(corporateId ?? ''));
  const known = [...new Set(numbers)].filter((number) => number !== '');
  const [number] = numbers;
  const sole = numbers.length === 1 && number !== undefined && number !== '' ? number : undefined;
  for (const seen of known) await tenants.rememberSeen(seen, tenantId);
  await tenants.rememberIntegrated(tenantId, sole, message.receivedAt);
  if (sole === undefined) return conclude({ type: 'TenantUnmatched', reason: 'identity-unclear' });

  const identity = await tenants.findIdentity(sole);
  const [registration] = identity?.registrations ?? [];
  if (registration === undefined) return conclude({ type: 'TenantUnmatched', reason: 'nobody-waits' });
  if (judgeIdentity(reading.organisations, tenantId, identity) !== 'granted') {
    return conclude({ type: 'TenantUnmatched', reason: 'identity-unclear' });
  }
  const connectionId = connectionIdOf(registration.environmentId, registration.companyId);
  const connection = await connections.find(connectionId);
  if (connection === undefined || !canIntegrate(connection, tenantId)) {
    return conclude({ type: 'TenantUnmatched', reason: 'nobody-waits' });
  }
  await reportTenantId(connections, connectionId, { tenantId, source: 'visma' }, cause);
}
