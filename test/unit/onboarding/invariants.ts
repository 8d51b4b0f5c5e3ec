import { isFact } from '../../../shared/domain/connection/change.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import { restingStates } from '../../../shared/domain/connection/transitions.ts';
import type { HistoryEntry } from '../../../shared/domain/history/entry.ts';
import { later } from '../../builders/history.ts';
import { healthPolicy } from './delivery.ts';
import { type Member, members, registeredNumberOf, type Town, tenants } from './town.ts';

/**
 * What must hold at any moment, whoever crashes. Written from the design, not from the code: it knows what is truly
 * behind each tenant. Throws with the first thing that does not hold.
 */
export async function checkAlways(town: Town): Promise<void> {
  const entries = town.store.entries();
  for (const type of ['InvitationCodeIssued', 'InvitationCodeExpiring']) {
    const codes = entries.filter((entry) => entry.type === type).map((entry) => entry.detail.codeId);
    hold(new Set(codes).size === codes.length, `${type} was told twice of a code`);
  }
  const holders = new Map<string, string>();
  for (const who of members) {
    const connection = await town.connection(who);
    const history = entries.filter((entry) => entry.aggregateId === connection.connectionId);
    checkHistory(connection, history);
    checkFacts(connection, history);
    checkHealthHistory(history);
    if (connection.state !== 'activated') continue;
    checkIdentity(who, connection, history);
    const tenantId = connection.tenantId ?? '';
    hold(!holders.has(tenantId), `${who} and ${holders.get(tenantId)} have the same tenant`);
    holders.set(tenantId, who);
    const claimedBy = await town.store.tenants.claimedBy(tenantId);
    hold(claimedBy === connection.connectionId, `${who} is activated without the claim on its tenant`);
  }
  for (const { id } of Object.values(tenants)) {
    const claimed = (await town.store.tenants.claimedBy(id)) !== undefined;
    hold(claimed === holders.has(id), `the claim on ${id} belongs to nobody who is activated`);
  }
  for (const key of town.delivered) {
    const stored = entries.filter((entry) => entry.deliveryKey === key && isFact(entry)).length;
    hold(stored === 1, `the fact of ${key} is in the history ${stored} times`);
  }
}

function checkHistory(connection: Connection, history: readonly HistoryEntry[]): void {
  const gapless = history.every((entry, index) => entry.sequence === index + 1);
  hold(gapless && history.length === connection.version, 'the history has a gap or a double');
  history.forEach((entry, index) => {
    const before = history[index - 1]?.detail.state;
    const left = before === 'activated' && entry.detail.state !== 'activated';
    hold(
      !left || entry.type === 'ConnectionDeactivated',
      `an activated connection was left by ${entry.type}`,
    );
  });
}

/**
 * An active connection ends by failures of different periods only, with no success in between; each disconnection is told
 * once, and the activation after it, unless operators ended it all, is told as a recovery.
 */
function checkHealthHistory(history: readonly HistoryEntry[]): void {
  let periods: number[] = [];
  let isBroken = false;
  for (const { type, detail } of history) {
    if (type === 'HealthCheckFailed') periods.push(Number(detail.period));
    if (type === 'HealthCheckRecovered' || type === 'ConnectionCancelled') periods = [];
    if (type === 'ConnectionDisconnected') {
      const distinct = new Set(periods).size === periods.length;
      hold(distinct && periods.length === healthPolicy.failingPeriodsMax, `disconnected after ${periods}`);
      hold(!isBroken, 'a disconnection was told twice');
      isBroken = true;
    }
    if (type === 'ConnectionActivated') {
      hold((detail.recovered === true) === isBroken, `an activation after ${isBroken ? 'a' : 'no'} break`);
      periods = [];
    }
    if (type === 'ConnectionActivated' || type === 'ConnectionCancelled') isBroken = false;
  }
}

function checkFacts(connection: Connection, history: readonly HistoryEntry[]): void {
  const last = history.findLast(isFact)?.sequence ?? 0;
  hold(connection.consumedFact <= connection.version, 'a fact was consumed that does not exist');
  const pending = last > connection.consumedFact;
  hold(!(pending && restingStates.includes(connection.state)), `a fact was lost in ${connection.state}`);
  const ignored = history.flatMap((entry) =>
    entry.type === 'FactIgnored' ? [Number(entry.detail.fact)] : [],
  );
  const ascending = ignored.every((fact, index) => index === 0 || fact > (ignored[index - 1] ?? 0));
  hold(ascending, 'facts were consumed twice or not in their order');
}

function checkIdentity(who: Member, connection: Connection, history: readonly HistoryEntry[]): void {
  const truth = Object.values(tenants).find(({ id }) => id === connection.tenantId)?.numbers ?? [];
  const matches =
    truth.length === 1 && truth.every((number) => number.replace(/\s/g, '') === registeredNumberOf(who));
  if (matches) return;
  hold(connection.approvedTenantId === connection.tenantId, `${who} was activated with a foreign tenant`);
  const approvers = new Set(
    connection.approvals.filter(({ tenantId }) => tenantId === connection.tenantId).map(({ by }) => by),
  );
  const mismatched = !truth.some((number) => number === '' || number === registeredNumberOf(who));
  hold(approvers.size >= (mismatched ? 2 : 1), `${who} was approved by ${approvers.size} only`);
  hold(
    history.some((entry) => entry.type === 'ConnectionApproved'),
    `${who} was never approved`,
  );
}

/**
 * What must hold whenever everything stands still: every fact is taken into account, and who is not at rest waits for
 * something that is not there, can be woken, and wakes by itself in the end.
 */
export async function checkQuiet(town: Town): Promise<void> {
  await checkAlways(town);
  const parked = town.simulation.parked();
  const entries = town.store.entries();
  for (const who of members) {
    const connection = await town.connection(who);
    const { connectionId, attempt, consumedFact, state } = connection;
    const last = entries.findLast((entry) => entry.aggregateId === connectionId && isFact(entry));
    hold((last?.sequence ?? 0) <= consumedFact, `nobody takes up a fact of ${who} in ${state}`);
    if (restingStates.includes(state)) continue;
    const own = parked.filter((wait) => wait.connectionId === connectionId && wait.attempt === attempt);
    hold(own.length === 1, `${who} is stuck in ${state}: ${own.length} executions wait`);
    const waiting = await town.store.waitingRoom.find(connectionId);
    hold(waiting?.taskToken === own[0]?.token, `${who} in ${state} cannot be woken`);
    hold(Number.isFinite(own[0]?.until), `${who} in ${state} waits for ever`);
    if (own[0]?.wait === 'wait-for-stock') {
      const { now, policy } = town.simulation;
      const codes = await town.store.stock.available(later(policy.minimumCodeLifetimeSeconds, now), 1);
      hold(codes.length === 0, `${who} waits for a code and there is one`);
    }
    if (own[0]?.wait === 'wait-for-mapping') {
      const environment = await town.store.environments.find(connection.environmentId);
      const unmapped = environment?.administrations.some(({ connectionId: to }) => to === undefined);
      hold(unmapped === true, `${who} waits for a mapping that is complete`);
    }
  }
}

function hold(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(`Broken: ${otherwise}.`);
}
