import { judgeCompany } from '../../shared/domain/connection/judge-company.ts';
import { propagationWait, type Step } from '../../shared/domain/connection/next-step.ts';
import { failAccessTest, passAccessTest } from '../../shared/domain/connection/onboarding.ts';
import type { OnboardingPolicy } from '../../shared/domain/connection/policy.ts';
import {
  type Execution,
  saveStep,
  type TaskWorld,
  takeStep,
} from '../../shared/domain/connection/take-step.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { TenantReading } from '../../shared/domain/tenant/identity.ts';
import { rememberSeen } from '../../shared/domain/tenant/remember-seen.ts';
import type { TenantReader, TenantRepository } from '../../shared/domain/tenant/repository.ts';

export interface AccessTester extends TaskWorld {
  readonly environments: EnvironmentRepository;
  readonly tenants: TenantRepository;
  readonly reader: TenantReader;
  readonly policy: OnboardingPolicy;
}

/**
 * Reads the tenant and judges whether it is the connection's company. What costs nothing is looked at first; then Visma
 * is asked, which takes time, so the judgement is made on fresh state and only of the tenant that was read.
 */
export async function testAccess(tester: AccessTester, execution: Execution): Promise<Step> {
  const cheap = await takeStep(tester, execution, 'test-access', async (connection, cause) => {
    const tenantId = requireTenantId(connection);
    const holder = await tester.tenants.claimedBy(tenantId);
    if (holder === undefined || holder === connection.connectionId) return { tenantId };
    return saveStep(
      tester.connections,
      failAccessTest(connection, 'tenant-claimed', [], tester.policy, cause),
    );
  });
  if ('next' in cheap) return cheap;
  const reading = await tester.reader.read(cheap.tenantId);
  await rememberSeen(tester.tenants, cheap.tenantId, reading);
  return record(tester, execution, cheap.tenantId, reading);
}

function record(
  tester: AccessTester,
  execution: Execution,
  tenantId: string,
  reading: TenantReading,
): Promise<Step> {
  return takeStep(tester, execution, 'test-access', async (connection, cause): Promise<Step> => {
    const { connections, policy } = tester;
    // Another tenant ID arrived while this one was read: that one is to be tested.
    if (connection.tenantId !== tenantId) return { next: 'test-access' };
    if (reading.outcome === 'not-integrated') {
      const waitSeconds = propagationWait(connection, policy, cause.at);
      if (waitSeconds !== undefined) return { next: 'wait-for-propagation', waitSeconds };
    }
    if (reading.outcome !== 'read') {
      return saveStep(connections, failAccessTest(connection, reading.outcome, [], policy, cause));
    }
    const { organisations } = reading;
    const { outcome } = await judgeCompany(tester, connection, tenantId, organisations);
    return saveStep(
      connections,
      outcome === 'granted'
        ? passAccessTest(connection, organisations, cause)
        : failAccessTest(connection, outcome, organisations, policy, cause),
    );
  });
}

function requireTenantId({ connectionId, tenantId }: { connectionId: string; tenantId?: string }): string {
  if (tenantId === undefined) throw new Error(`${connectionId} has no tenant ID to test.`);
  return tenantId;
}
