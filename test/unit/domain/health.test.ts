import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Connection,
  type HealthFailure,
  healthFailures,
} from '../../../shared/domain/connection/connection.ts';
import { consumeNextFact, type Fact, reportFact } from '../../../shared/domain/connection/facts.ts';
import {
  type HealthyReading,
  isGivenUp,
  periodOf,
  recordFailingCheck,
  recordHealthyCheck,
  tenantsToCheck,
} from '../../../shared/domain/connection/health.ts';
import {
  activate,
  cancel,
  decide,
  failAccessTest,
  passAccessTest,
} from '../../../shared/domain/connection/onboarding.ts';
import { isLegal } from '../../../shared/domain/connection/transitions.ts';
import { identityShown } from '../../../shared/domain/tenant/identity.ts';
import {
  aDisconnectedConnection,
  aHealthPolicy,
  anOrganisation,
  aPolicy,
  aTestedConnection,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { aCause, anEntry, someTime } from '../../builders/history.ts';

const policy = aHealthPolicy();
const active = aTestedConnection({ state: 'activated' });
const today = periodOf(someTime, policy);

function failing(connection: Connection, period: number, reason: HealthFailure = 'not-integrated') {
  return recordFailingCheck(connection, reason, period, policy, aCause());
}

/** Shows its company, `reading` apart exactly as it was judged. */
function healthy(connection: Connection, reading: Partial<HealthyReading> = {}, tenantId = someTenantId) {
  return recordHealthyCheck(
    connection,
    tenantId,
    { organisations: [anOrganisation()], ...reading },
    aCause(),
  );
}

/** Fails in so many periods in a row. */
function failed(count: number): Connection {
  let connection: Connection = active;
  for (let day = 0; day < count; day += 1) connection = failing(connection, today + day)?.after ?? connection;
  return connection;
}

const typesOf = (change: { entries: readonly { type: string }[] } | undefined) =>
  change?.entries.map(({ type }) => type);

describe('a failing check', () => {
  it('is told on the first day, while the connection stays active and nobody is mailed', () => {
    const change = failing(active, today);
    expect(change?.after).toMatchObject({
      state: 'activated',
      health: { reason: 'not-integrated', since: someTime, periods: [today] },
    });
    expect(change?.entries).toMatchObject([
      {
        type: 'HealthCheckFailed',
        detail: { reason: 'not-integrated', period: today, failingPeriods: 1, state: 'activated' },
      },
    ]);
    expect(change?.effects).toEqual([]);
  });

  it('counts once in a period, and never backwards', () => {
    expect(failing(failed(1), today)).toBeUndefined();
    expect(failing(failed(2), today)).toBeUndefined();
    expect(failed(2).health).toMatchObject({ since: someTime, periods: [today, today + 1] });
  });

  it('disconnects on the third day: the tenant is free, Spend Cloud and people are told once', () => {
    const change = failing(failed(2), today + 9, 'no-licence');
    expect(change?.after).toMatchObject({
      state: 'disconnected',
      tenantId: someTenantId,
      disconnection: { reason: 'no-licence', since: someTime, tenantId: someTenantId, onboardsAnew: false },
    });
    expect(change?.after).not.toHaveProperty('health');
    expect(change?.entries).toMatchObject([
      { type: 'HealthCheckFailed', detail: { state: 'activated' } },
      { type: 'ConnectionDeactivated', detail: { reason: 'disconnected', state: 'disconnected' } },
      { type: 'ConnectionDisconnected', detail: { reason: 'no-licence' } },
    ]);
    expect(change?.effects).toEqual([{ kind: 'release-tenant', tenantId: someTenantId }]);
  });

  it('says nothing new of a connection that is not active', () => {
    expect(failing(aDisconnectedConnection(), today + 9)).toBeUndefined();
    expect(failing(aTestedConnection(), today + 9)).toBeUndefined();
  });
});

describe('a healthy check', () => {
  it('writes nothing of a healthy connection', () => {
    expect(healthy(active)).toBeUndefined();
    expect(healthy(aTestedConnection())).toBeUndefined();
  });

  it('ends a row of failures, so that the days are counted anew', () => {
    const change = healthy(failed(2));
    expect(typesOf(change)).toEqual(['HealthCheckRecovered']);
    expect(change?.after).not.toHaveProperty('health');
    const again = change && failing(change.after, today + 2);
    expect(again?.after).toMatchObject({ state: 'activated', health: { periods: [today + 2] } });
  });

  it('takes a disconnected connection to the ordinary access test in a new execution', () => {
    const change = healthy(aDisconnectedConnection());
    expect(change?.after).toMatchObject({
      state: 'tenant-id-received',
      attempt: 2,
      disconnection: { customerActed: false },
    });
    expect(typesOf(change)).toEqual(['TenantIdReported', 'TenantIdReceived', 'OnboardingStarted']);
  });
});

describe('a healthy check of what is shown differently', () => {
  const renamed = anOrganisation({ name: 'Nieuwe naam B.V.', organizationCd: '7' });
  const environment = anEnvironment({ version: 4 });
  const required = {
    kind: 'require-environment',
    environmentId: environment.environmentId,
    version: environment.version,
  };

  it('stores it while the number is the same: exports compare with what is stored', () => {
    const change = healthy(active, { organisations: [renamed] });
    expect(typesOf(change)).toEqual(['OrganisationsChanged']);
    expect(change?.after).toMatchObject({ state: 'activated', organisations: [renamed] });
    expect(change?.effects).toEqual([]);
    expect(change && healthy(change.after, { organisations: [renamed] })).toBeUndefined();
  });

  it('stores it beside the end of a row of failures', () => {
    const change = healthy(failed(1), { organisations: [renamed] });
    expect(typesOf(change)).toEqual(['HealthCheckRecovered', 'OrganisationsChanged']);
    expect(change?.after).toMatchObject({ organisations: [renamed] });
    expect(change?.after).not.toHaveProperty('health');
  });

  it('stores another organisation that was granted by its number on the conditions of an activation', () => {
    const before = { ...active, organisations: [anOrganisation({ corporateId: '99999999' })] };
    const change = healthy(before, { judgement: { environment, corporateId: '12345678' } });
    expect(typesOf(change)).toEqual(['OrganisationsChanged']);
    expect(change?.after.organisations).toEqual([anOrganisation()]);
    expect(change?.effects).toEqual([
      required,
      { kind: 'require-sole-identity', corporateId: '12345678', tenantId: someTenantId },
    ]);
  });

  it('stores what operators have approved, on the condition that the registration is the one that they saw', () => {
    const { corporateId: _none, ...bare } = anOrganisation();
    const before = {
      ...active,
      organisations: [bare],
      approvedTenantId: someTenantId,
      approvedIdentity: identityShown([bare], undefined),
    };
    const moved = { ...bare, organizationCd: '2' };
    const judgement = { environment, corporateId: undefined };
    const change = healthy(before, { organisations: [moved], judgement });
    expect(change?.after.organisations).toEqual([moved]);
    expect(change?.effects).toEqual([required]);
  });

  it('stores nothing that was not granted', () => {
    const stranger = anOrganisation({ corporateId: '99999999' });
    expect(() => healthy(active, { organisations: [stranger] })).toThrow('never granted');
    const judgement = { environment, corporateId: undefined };
    expect(() => healthy(active, { organisations: [stranger], judgement })).toThrow('neither');
    expect(() => healthy(active, { organisations: [renamed] }, otherTenantId)).toThrow('another tenant');
  });
});

describe('any order of checks', () => {
  const check = fc.record({
    finding: fc.constantFrom('healthy', 'transient', ...healthFailures),
    /** The same day again, the next, or a gap. A message may also be late, of the day before. */
    step: fc.constantFrom(-1, 0, 0, 1, 1, 1, 4),
    copies: fc.constantFrom(1, 1, 2, 3),
  });

  it('disconnects exactly after failures on three days without a success in between', () => {
    fc.assert(
      fc.property(fc.array(check, { maxLength: 40 }), (checks) => {
        let connection: Connection = active;
        let period = today;
        // The model: days that failed since the last success. A message of an earlier day counts for nothing.
        let days = new Set<number>();
        let latest = 0;
        for (const { finding, step, copies } of checks) {
          period += step;
          for (let copy = 0; copy < copies && connection.state === 'activated'; copy += 1) {
            if (finding === 'transient') continue;
            const change =
              finding === 'healthy'
                ? healthy(connection)
                : recordFailingCheck(connection, finding, period, policy, aCause());
            if (finding === 'healthy') {
              days = new Set();
              latest = 0;
            } else if (period > latest) {
              days.add(period);
              latest = period;
            }
            if (change !== undefined) {
              expect(isLegal(connection.state, change.after.state)).toBe(true);
              expect(change.after.version).toBe(connection.version + change.entries.length);
              connection = change.after;
            }
            expect(connection.state).toBe(days.size >= 3 ? 'disconnected' : 'activated');
            expect(connection.health?.periods ?? []).toEqual(days.size >= 3 ? [] : [...days]);
          }
        }
      }),
    );
  });
});

describe('a disconnected connection', () => {
  const facts: readonly (Fact & { readonly acted: boolean })[] = [
    { type: 'TenantIdReported', tenantId: someTenantId, source: 'ticket', acted: true },
    { type: 'TenantIdReported', tenantId: otherTenantId, source: 'visma', acted: true },
    { type: 'IntegrationReported', source: 'page', acted: true },
    { type: 'AccessTestRetryRequested', source: 'ticket', acted: true },
    { type: 'AccessTestRetryRequested', source: 'operator', acted: false },
    { type: 'TenantIdReported', tenantId: otherTenantId, source: 'operator', acted: false },
    { type: 'TenantIdReported', tenantId: someTenantId, source: 'health-check', acted: false },
  ];

  it.each(facts)(
    'is tested again by $type of $source, and is disconnected as before when that fails',
    (fact) => {
      const { acted, ...said } = fact;
      const tested = reportFact(aDisconnectedConnection(), said, aCause()).after;
      expect(tested).toMatchObject({ state: 'tenant-id-received', disconnection: { customerActed: acted } });
      const change = failAccessTest(tested, 'not-integrated', [], aPolicy(), aCause());
      expect(change.after).toMatchObject({ state: 'disconnected', disconnection: { customerActed: false } });
      const [told] = change.entries;
      expect(told).toMatchObject({ type: 'AccessTestFailed', detail: { reason: 'not-integrated' } });
      expect(told?.detail.quiet).toBe(acted ? undefined : true);
    },
  );

  it('owes an answer also to what the customer says while it is tested', () => {
    const tested = healthy(aDisconnectedConnection())?.after;
    const said = anEntry({
      type: 'TenantIdReported',
      sequence: 99,
      detail: { source: 'ticket' },
      tenantId: someTenantId,
    });
    const heard = tested && consumeNextFact(tested, [said], aCause())?.after;
    const change = heard && failAccessTest(heard, 'no-licence', [], aPolicy(), aCause());
    expect(change?.entries[0]?.detail).not.toHaveProperty('quiet');
  });

  it('is quiet towards the customer also when an operator is needed', () => {
    const tested = healthy(aDisconnectedConnection())?.after;
    const change = tested && failAccessTest(tested, 'identity-unclear', [], aPolicy(), aCause());
    expect(change?.after.state).toBe('needs-attention');
    expect(change?.entries[0]?.detail).toMatchObject({ quiet: true });
  });

  it('that is active again has recovered, and forgets', () => {
    const tested = healthy(aDisconnectedConnection())?.after;
    const passed = tested && passAccessTest(tested, [anOrganisation()], aCause()).after;
    const change = passed && activate(passed, '12345678', aCause());
    expect(change?.entries).toMatchObject([{ type: 'ConnectionActivated', detail: { recovered: true } }]);
    expect(change?.after).not.toHaveProperty('disconnection');
    // That Spend Cloud knew of an activation says nothing of the next one.
    const known = activate(aTestedConnection({ spendCloudInformedAt: someTime }), '12345678', aCause()).after;
    expect(known).not.toHaveProperty('spendCloudInformedAt');
    const first = activate(aTestedConnection(), '12345678', aCause());
    expect(first.entries[0]?.detail).not.toHaveProperty('recovered');
  });

  it('goes the way of every other once a new code was asked for, and has recovered all the same', () => {
    const asked = reportFact(
      aDisconnectedConnection(),
      { type: 'CodeRequested', source: 'ticket' },
      aCause(),
    ).after;
    expect(asked).toMatchObject({ state: 'code-requested', disconnection: { onboardsAnew: true } });
    const tested = { ...asked, state: 'tenant-id-received', tenantId: someTenantId } as const;
    const change = failAccessTest(tested, 'not-integrated', [], aPolicy(), aCause());
    expect(change.after.state).toBe('code-requested');
    expect(change.entries[0]?.detail).not.toHaveProperty('quiet');
    const passed = passAccessTest(tested, [anOrganisation()], aCause()).after;
    expect(activate(passed, '12345678', aCause()).entries[0]?.detail).toMatchObject({ recovered: true });
  });

  it('goes that way too when an operator rejects what its tenant shows now', () => {
    const undecided = aDisconnectedConnection({
      state: 'needs-attention',
      lastFailure: 'identity-mismatch',
      attention: { reason: 'identity-mismatch', from: 'tenant-id-received' },
    });
    const rejected = decide(undecided, 'reject', 'operator:1', '12345678', aCause())?.after;
    expect(rejected).toMatchObject({ state: 'code-requested', disconnection: { onboardsAnew: true } });
  });

  it('that is cancelled is forgotten, and was deactivated once', () => {
    const change = cancel(aDisconnectedConnection(), aCause());
    expect(typesOf(change)).toEqual(['ConnectionCancelled']);
    expect(change?.effects).toEqual([]);
    expect(change?.after).not.toHaveProperty('disconnection');
    const failingOne = cancel(failed(1), aCause());
    expect(failingOne?.after).not.toHaveProperty('health');
    expect(failingOne?.entries[0]?.detail).toMatchObject({ reason: 'cancelled' });
  });

  it('is looked after for so many days, at the tenant that it had and at the one that was named since', () => {
    const connection = aDisconnectedConnection({ tenantId: otherTenantId });
    expect(tenantsToCheck(connection)).toEqual([otherTenantId, someTenantId]);
    expect(tenantsToCheck(active)).toEqual([someTenantId]);
    expect(tenantsToCheck(aTestedConnection())).toEqual([]);
    expect(isGivenUp(connection, today + policy.disconnectedPeriodsMax, policy)).toBe(false);
    expect(isGivenUp(connection, today + policy.disconnectedPeriodsMax + 1, policy)).toBe(true);
    expect(isGivenUp(active, today + 999, policy)).toBe(false);
  });
});
