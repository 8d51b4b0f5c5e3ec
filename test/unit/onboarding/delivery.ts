import { checkHealth } from '../../../functions/check-health/check-health.ts';
import { type DriveMessage, driveOnboarding } from '../../../functions/drive-onboarding/drive-onboarding.ts';
import type { HealthMessage } from '../../../shared/contracts/queues/health.ts';
import type { Executions } from '../../../shared/domain/connection/executions.ts';
import type { TenantReader } from '../../../shared/domain/tenant/repository.ts';
import { aHealthPolicy } from '../../builders/connection.ts';
import type { Store } from '../../doubles/in-memory-store.ts';

/** A message on its way to one of the functions behind a queue. */
export type Delivery = { readonly receiveCount: number } & (
  | { readonly to: 'drive-onboarding'; readonly message: DriveMessage }
  | { readonly to: 'check-health'; readonly message: Extract<HealthMessage, { kind: 'check' }> }
);

/**
 * Three connections are too few to brake anything. A crashed check counts again, and here, unlike in a queue, it is
 * delivered until it succeeds: chance must not count as far as the brake.
 */
export const healthPolicy = aHealthPolicy({ brake: { failing: 1_000, share: 0.1 } });

export async function deliver(
  world: Store & {
    readonly executions: Executions;
    readonly clock: () => Date;
    readonly reader: TenantReader;
  },
  delivery: Delivery,
): Promise<void> {
  if (delivery.to === 'drive-onboarding') return driveOnboarding(world, delivery.message);
  const checker = { ...world, policy: healthPolicy, log: { warn: () => undefined } };
  await checkHealth(checker, delivery.message, delivery.receiveCount);
}
