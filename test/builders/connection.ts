import type { Connection, IssuedCode, Organisation } from '../../shared/domain/connection/connection.ts';
import type { HealthPolicy } from '../../shared/domain/connection/health.ts';
import type { OnboardingPolicy } from '../../shared/domain/connection/policy.ts';
import { codeIdOf, connectionIdOf } from '../../shared/platform/ids.ts';
import { aCompany, environmentIdByDefault } from './environment.ts';
import { someTime } from './history.ts';

/** A version 1 UUID, as Visma's own samples are. */
export const someTenantId = '8bdf18fd-21cc-11e9-b307-0aa512338dd6';
export const otherTenantId = '1c0e7f52-3b44-11ee-9a5e-0242ac120002';

/** Just requested, as `requestConnection` leaves it; override the state and what belongs to it. */
export function aConnection(overrides: Partial<Connection> = {}): Connection {
  const environmentId = overrides.environmentId ?? environmentIdByDefault;
  const companyId = overrides.companyId ?? aCompany().companyId;
  return {
    connectionId: connectionIdOf(environmentId, companyId),
    environmentId,
    companyId,
    state: 'code-requested',
    version: 2,
    consumedFact: 0,
    attempt: 1,
    codesIssued: 0,
    accessTestFailures: 0,
    approvals: [],
    correlationId: 'correlation-1',
    createdAt: someTime,
    changedAt: someTime,
    ...overrides,
  };
}

export function aCode(overrides: Partial<IssuedCode> = {}): IssuedCode {
  const code = overrides.code ?? 'INVITE-0001';
  return { code, codeId: codeIdOf(code), expiresAt: '2026-03-07T09:00:00.000Z', ...overrides };
}

/** Holds a code and waits for the customer. */
export function aConnectionWithCode(overrides: Partial<Connection> = {}): Connection {
  return aConnection({
    state: 'code-issued',
    version: 3,
    codesIssued: 1,
    invitationCode: aCode(),
    ...overrides,
  });
}

/** Is about to be tested. */
export function aConnectionWithTenant(overrides: Partial<Connection> = {}): Connection {
  return aConnectionWithCode({
    state: 'tenant-id-received',
    version: 5,
    consumedFact: 4,
    tenantId: someTenantId,
    tenantIdAt: someTime,
    integratedAt: someTime,
    ...overrides,
  });
}

/** Passed the access test as the company of `aCompany`; as `activated`, Spend Cloud knows of it. */
export function aTestedConnection(overrides: Partial<Connection> = {}): Connection {
  return aConnectionWithTenant({
    state: 'access-tested',
    version: 6,
    organisations: [anOrganisation()],
    ...(overrides.state === 'activated' ? { spendCloudInformedAt: someTime } : {}),
    ...overrides,
  });
}

/** Was active with the tenant of `aTestedConnection` until its checks failed. */
export function aDisconnectedConnection(overrides: Partial<Connection> = {}): Connection {
  const { invitationCode: _used, ...connection } = aTestedConnection(overrides);
  return {
    ...connection,
    state: 'disconnected',
    version: 12,
    consumedFact: 12,
    codesIssued: 0,
    disconnection: {
      reason: 'not-integrated',
      since: someTime,
      tenantId: someTenantId,
      onboardsAnew: false,
      customerActed: false,
    },
    ...overrides,
  };
}

/** What Visma answers for the company of `aCompany`, its number spelt as Visma may spell it. */
export function anOrganisation(overrides: Partial<Organisation> = {}): Organisation {
  return { organizationCd: '1', name: 'Voorbeeld Holding B.V.', corporateId: '1234 5678', ...overrides };
}

export function aPolicy(overrides: Partial<OnboardingPolicy> = {}): OnboardingPolicy {
  return {
    minimumCodeLifetimeSeconds: 24 * 3600,
    expiryNoticeSeconds: 25 * 3600,
    propagationSeconds: 15 * 60,
    propagationFirstWaitSeconds: 15,
    stockWaitSeconds: 4 * 3600,
    stockPatienceSeconds: 2 * 24 * 3600,
    mappingWaitSeconds: 3 * 24 * 3600,
    accessTestFailuresMax: 5,
    codesIssuedMax: 5,
    ...overrides,
  };
}

/** A day, three failing ones; override what the test is about. */
export function aHealthPolicy(overrides: Partial<HealthPolicy> = {}): HealthPolicy {
  return {
    periodSeconds: 24 * 3600,
    planEverySeconds: 15 * 60,
    failingPeriodsMax: 3,
    disconnectedPeriodsMax: 60,
    triesMax: 4,
    brake: { failing: 5, share: 0.1 },
    ...overrides,
  };
}
