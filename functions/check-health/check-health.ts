import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { HealthMessage } from '../../shared/contracts/queues/health.ts';
import type { Connection } from '../../shared/domain/connection/connection.ts';
import {
  answerHealthCheck,
  type HealthPolicy,
  type HealthSchedule,
  type HealthTally,
  isBraked,
  isGivenUp,
  periodOf,
  recordFailingCheck,
  recordHealthyCheck,
  tenantsToCheck,
} from '../../shared/domain/connection/health.ts';
import {
  type ConnectionRepository,
  onFreshState,
  Refusal,
} from '../../shared/domain/connection/repository.ts';
import { isUnchanged } from '../../shared/domain/tenant/identity.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import { TransientError } from '../../shared/platform/errors.ts';
import { type Examiner, examineTenant, type Finding } from './examine-tenant.ts';

export interface HealthChecker extends Examiner {
  readonly connections: ConnectionRepository;
  readonly healthSchedule: HealthSchedule;
  readonly healthTally: HealthTally;
  readonly policy: HealthPolicy;
  readonly clock: Clock;
}

/**
 * A failure is that of an active connection. `unknown`: Visma was unavailable throughout, which says nothing about the
 * connection. `not-checked`: nothing is to be looked at (any more). `overtaken`: while Visma was asked the connection,
 * or who else has its company's number, became another than was asked about.
 */
export type CheckOutcome =
  | Finding['outcome']
  | 'still-disconnected'
  | 'unknown'
  | 'not-checked'
  | 'overtaken';

type Check = Extract<HealthMessage, { kind: 'check' }>;

/** One health check, and the answer to the operator who asked for it. */
export async function checkHealth(
  checker: HealthChecker,
  message: Check,
  receiveCount: number,
): Promise<CheckOutcome> {
  const outcome = await check(checker, message, receiveCount);
  if (message.requested !== undefined) {
    await answerOperator(checker, message.connectionId, message.requested, outcome);
  }
  return outcome;
}

/**
 * What it finds is judged by the state that it began with and recorded on fresh state; repeated, late
 * or doubled it does no harm, since failures count once in a period and a healthy reading of a healthy connection writes
 * nothing but what has changed.
 */
async function check(checker: HealthChecker, message: Check, receiveCount: number): Promise<CheckOutcome> {
  const { connections, healthSchedule, policy, clock } = checker;
  const connection = await connections.find(message.connectionId);
  if (connection === undefined) return 'not-checked';
  const period = Math.max(message.period ?? 0, periodOf(clock().toISOString(), policy));
  const tenants = tenantsToCheck(connection);
  const isPlanned = message.requested === undefined;
  if (tenants.length === 0 || (isPlanned && isGivenUp(connection, period, policy))) {
    await healthSchedule.end(connection.connectionId, connection.version);
    return 'not-checked';
  }
  // An operator is told at once that Visma is unavailable.
  const isLastTry = !isPlanned || receiveCount >= policy.triesMax;
  for (const tenantId of tenants) {
    const finding = await examine(checker, connection, tenantId, isLastTry);
    const isLast = tenantId === tenants.at(-1);
    // While Visma is unavailable the second tenant would only take time.
    if (finding.outcome === 'healthy' || finding.outcome === 'unknown' || isLast)
      return record(checker, connection, tenantId, finding, period);
  }
  return 'not-checked';
}

interface Unknown {
  readonly outcome: 'unknown';
}

async function examine(
  checker: HealthChecker,
  connection: Connection,
  tenantId: string,
  isLastTry: boolean,
): Promise<Finding | Unknown> {
  try {
    return await examineTenant(checker, connection, tenantId);
  } catch (error) {
    if (!(error instanceof TransientError && isLastTry)) throw error;
    return { outcome: 'unknown' };
  }
}

async function record(
  checker: HealthChecker,
  examined: Connection,
  tenantId: string,
  finding: Finding | Unknown,
  period: number,
): Promise<CheckOutcome> {
  const { connections, policy, clock } = checker;
  const { outcome } = finding;
  if (outcome === 'inconclusive' || outcome === 'unknown') return outcome;
  if (outcome !== 'healthy' && examined.state === 'disconnected') return 'still-disconnected';
  const braked = await tally(checker, examined, outcome === 'healthy', period);
  try {
    return await onFreshState(async () => {
      const connection = await connections.find(examined.connectionId);
      if (connection === undefined || !isAsExamined(connection, examined)) return 'overtaken';
      const { correlationId } = connection;
      const cause = { at: clock().toISOString(), by: 'health-check', correlationId };
      const change =
        outcome === 'healthy'
          ? recordHealthyCheck(connection, tenantId, finding.reading, cause)
          : recordFailingCheck(connection, outcome, period, policy, cause, braked);
      if (change !== undefined) await connections.save(change);
      return outcome;
    });
  } catch (error) {
    // The number was registered or read elsewhere since the judgement: the next check judges by that.
    if (error instanceof Refusal && error.reason === 'identity-not-sole') return 'overtaken';
    throw error;
  }
}

/** Counts what came of an active connection's check, and answers whether so many fail that nobody is disconnected. */
async function tally(
  { healthTally, policy, clock, log }: HealthChecker,
  { state, health, connectionId }: Connection,
  isHealthy: boolean,
  period: number,
): Promise<boolean> {
  if (state !== 'activated') return false;
  if (isHealthy) {
    await healthTally.count(period, 'healthy', clock());
    return false;
  }
  const isCounted = period <= (health?.periods.at(-1) ?? -1);
  if (!isCounted) await healthTally.count(period, 'failing', clock());
  const braked = isBraked([await healthTally.read(period), await healthTally.read(period - 1)], policy);
  if (braked) log.warn(alarmLines.manyConnectionsFail, { connectionId, period });
  return braked;
}

/** After an activation, a disconnection or another check the reading may be from before whatever led to it. */
function isAsExamined(connection: Connection, examined: Connection): boolean {
  return (
    connection.state === examined.state &&
    connection.attempt === examined.attempt &&
    isUnchanged(connection.organisations ?? [], examined.organisations ?? [])
  );
}

async function answerOperator(
  { connections, clock }: HealthChecker,
  connectionId: string,
  { by, deliveryKey }: NonNullable<Check['requested']>,
  outcome: CheckOutcome,
): Promise<void> {
  try {
    await onFreshState(async () => {
      const connection = await connections.find(connectionId);
      if (connection === undefined) return;
      const { correlationId } = connection;
      const cause = { at: clock().toISOString(), by, deliveryKey, correlationId };
      await connections.save(answerHealthCheck(connection, outcome, cause));
    });
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
  }
}
