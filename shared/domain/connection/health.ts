import type { Cause } from '../history/entry.ts';
import { isSameCompany, isUnchanged } from '../tenant/identity.ts';
import { ChangeBuilder } from './change.ts';
import type { Stretch } from './check-times.ts';
import type { Connection, ConnectionChange, HealthFailure, Organisation } from './connection.ts';
import { reportFact } from './facts.ts';
import type { CompanyJudgement } from './judge-company.ts';
import { requireIdentity } from './onboarding.ts';

/** How often active connections are checked, and what follows; a stage's configuration fills it in. */
export interface HealthPolicy {
  /** Each connection is checked once in a period. Failures count once in a period, however often they are seen. */
  readonly periodSeconds: number;
  /** How far ahead checks are planned at a time. */
  readonly planEverySeconds: number;
  /** In so many periods must checks have failed, and none succeeded meanwhile, before a connection is disconnected. */
  readonly failingPeriodsMax: number;
  /** For so many periods after that it is still looked whether a connection works again. */
  readonly disconnectedPeriodsMax: number;
  /** Receipts of a check before it is given up because Visma is unavailable. */
  readonly triesMax: number;
  /** While so many of a period's checks fail, and at least this part of them, nobody is disconnected. */
  readonly brake: { readonly failing: number; readonly share: number };
}

/** A disconnected connection is checked too, since its customer may mend it without a word. */
export function isChecked({ state }: Connection): boolean {
  return state === 'activated' || state === 'disconnected';
}

/** Which connections are to be checked when: kept with them, derived from their state. */
export interface HealthSchedule {
  /** Connections whose place lies in the stretch, and where. Some may have ceased to be checked. */
  due(stretch: Pick<Stretch, 'from' | 'to'>): Promise<readonly DueCheck[]>;
  /** Ends the checks of a connection, unless they began again after the version in which they were needless. */
  end(connectionId: string, version: number): Promise<void>;
}

/** What came of a period's checks of active connections, counted. A check that is repeated may count twice. */
export interface HealthTally {
  count(period: number, outcome: keyof Tally, at: Date): Promise<void>;
  read(period: number): Promise<Tally>;
}

export interface Tally {
  readonly healthy: number;
  readonly failing: number;
}

/**
 * Whether so many connections fail together that it is hardly their customers: Visma refuses everybody in words that look
 * like each customer's, or we ask for something that nobody has granted. The day before counts too: early in a day few were
 * checked yet.
 */
export function isBraked(tallies: readonly Tally[], { brake }: HealthPolicy): boolean {
  return tallies.some(
    ({ healthy, failing }) => failing >= brake.failing && failing >= brake.share * (healthy + failing),
  );
}

interface DueCheck {
  readonly connectionId: string;
  readonly place: number;
}

/** Number of the period that an instant belongs to. */
export function periodOf(at: string, { periodSeconds }: HealthPolicy): number {
  return Math.floor(Date.parse(at) / 1000 / periodSeconds);
}

/** Whether nobody looks after a disconnected connection any more: his next word is the customer's. */
export function isGivenUp(connection: Connection, period: number, policy: HealthPolicy): boolean {
  const { state, disconnection } = connection;
  if (state !== 'disconnected' || disconnection === undefined) return false;
  return period - periodOf(disconnection.since, policy) > policy.disconnectedPeriodsMax;
}

/**
 * A check found what no waiting mends. `undefined` when that is known: in this period, or of a disconnected connection.
 * Periods only ever advance, so that two clocks around midnight cannot make two days of one. `braked`: see `isBraked`.
 */
export function recordFailingCheck(
  connection: Connection,
  reason: HealthFailure,
  period: number,
  policy: HealthPolicy,
  cause: Cause,
  braked = false,
): ConnectionChange | undefined {
  const { state, health } = connection;
  const last = health?.periods.at(-1);
  if (state !== 'activated' || (last !== undefined && period <= last)) return undefined;
  const periods = [...(health?.periods ?? []), period].slice(-policy.failingPeriodsMax);
  const change = ChangeBuilder.of(connection, cause)
    .set({ health: { reason, since: health?.since ?? cause.at, periods } })
    .tell('HealthCheckFailed', { reason, period, failingPeriods: periods.length });
  if (periods.length >= policy.failingPeriodsMax && !braked) disconnect(change, reason, cause);
  return change.build();
}

/** Exports through it end, and its tenant is free for whoever proves that it is his. */
function disconnect(change: ChangeBuilder, reason: HealthFailure, cause: Cause): void {
  const { tenantId, connectionId } = change.current;
  if (tenantId === undefined) throw new Error(`${connectionId} is active without a tenant.`);
  change
    .clear('health', 'spendCloudInformedAt')
    .set({ disconnection: { reason, since: cause.at, tenantId, onboardsAnew: false, customerActed: false } })
    .enter('disconnected')
    .tell('ConnectionDeactivated', { reason: 'disconnected' })
    .tell('ConnectionDisconnected', { reason })
    .effect({ kind: 'release-tenant', tenantId });
}

/**
 * The tenants to check: of a disconnected connection also the one that it was active with. What the customer named after
 * that may be wrong, and then he mends the old one.
 */
export function tenantsToCheck(connection: Connection): readonly string[] {
  if (!isChecked(connection)) return [];
  const { tenantId, disconnection } = connection;
  const tenants = [tenantId, disconnection?.tenantId].filter((tenant) => tenant !== undefined);
  return [...new Set(tenants)];
}

/** What a tenant shows that is as it should be. */
export interface HealthyReading {
  readonly organisations: readonly Organisation[];
  /** The judgement that granted them. Absent: they are the same company's as those that were granted before. */
  readonly judgement?: Pick<CompanyJudgement, 'environment' | 'corporateId'>;
}

/**
 * A check found a tenant as it should be. An active connection's failures are forgotten: nobody was told of them. What
 * it shows differently now is stored, since exports compare with what is stored. A disconnected one goes through the
 * ordinary access test, as if somebody had named the tenant. `undefined`: nothing new.
 */
export function recordHealthyCheck(
  connection: Connection,
  tenantId: string,
  reading: HealthyReading,
  cause: Cause,
): ConnectionChange | undefined {
  const { state, health, organisations = [] } = connection;
  if (state === 'disconnected') {
    return reportFact(connection, { type: 'TenantIdReported', tenantId, source: 'health-check' }, cause);
  }
  const unchanged = isUnchanged(organisations, reading.organisations);
  if (state !== 'activated' || (health === undefined && unchanged)) return undefined;
  const change = ChangeBuilder.of(connection, cause);
  if (health !== undefined) {
    change.clear('health').tell('HealthCheckRecovered', { failingPeriods: health.periods.length });
  }
  if (!unchanged) takeOver(change, tenantId, reading);
  return change.build();
}

/** Exports write into whatever is stored here: only the same company, or what was granted, on the same conditions. */
function takeOver(
  change: ChangeBuilder,
  tenantId: string,
  { organisations, judgement }: HealthyReading,
): void {
  const { connectionId, organisations: before = [] } = change.current;
  if (tenantId !== change.current.tenantId) throw new Error(`${connectionId} is active with another tenant.`);
  if (judgement === undefined && !isSameCompany(before, organisations)) {
    throw new Error(`What the tenant of ${connectionId} shows was never granted.`);
  }
  change.set({ organisations }).tell('OrganisationsChanged');
  if (judgement === undefined) return;
  const { environmentId, version } = judgement.environment;
  change.effect({ kind: 'require-environment', environmentId, version });
  requireIdentity(change, tenantId, judgement.corporateId);
}

/** What came of a check that an operator asked for; he reads it in the history. */
export function answerHealthCheck(connection: Connection, outcome: string, cause: Cause): ConnectionChange {
  return ChangeBuilder.of(connection, cause).tell('HealthChecked', { outcome }).build();
}
