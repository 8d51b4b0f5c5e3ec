import { beforeEach, expect, it } from 'vitest';
import { ChangeBuilder } from '../../../shared/domain/connection/change.ts';
import { places } from '../../../shared/domain/connection/check-times.ts';
import type { Connection, ConnectionChange } from '../../../shared/domain/connection/connection.ts';
import { recordFailingCheck, recordHealthyCheck } from '../../../shared/domain/connection/health.ts';
import { cancel, confirmSpendCloudInformed } from '../../../shared/domain/connection/onboarding.ts';
import {
  aConnectionWithTenant,
  aHealthPolicy,
  aTestedConnection,
  someTenantId,
} from '../../builders/connection.ts';
import { aCause } from '../../builders/history.ts';
import type { Store } from '../in-memory-store.ts';

/** What holds for every HealthSchedule and the repository that fills it. `open` answers an empty store. */
export function healthScheduleContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  const save = async (change: ConnectionChange | undefined): Promise<Connection> => {
    if (change === undefined) throw new Error('There is nothing to save.');
    await store.connections.save(change);
    return change.after;
  };

  /** A connection that comes into being in a state. */
  const begin = async (of: Connection, state: Connection['state'] = 'activated'): Promise<Connection> => {
    const change = ChangeBuilder.of({ ...of, state, version: 0 }, aCause()).tell('ConnectionRequested');
    return save({ ...change.build(), before: undefined });
  };

  const all = async () => {
    const due = await store.healthSchedule.due({ from: 0, to: places });
    return due.map(({ connectionId }) => connectionId);
  };

  it('counts what came of checks, period by period', async () => {
    const at = new Date('2026-03-02T09:00:00Z');
    expect(await store.healthTally.read(7)).toEqual({ healthy: 0, failing: 0 });
    await Promise.all(
      (['healthy', 'failing', 'healthy'] as const).map((outcome) => store.healthTally.count(7, outcome, at)),
    );
    await store.healthTally.count(8, 'failing', at);
    expect(await store.healthTally.read(7)).toEqual({ healthy: 2, failing: 1 });
    expect(await store.healthTally.read(8)).toEqual({ healthy: 0, failing: 1 });
  });

  const once = aHealthPolicy({ failingPeriodsMax: 1 });
  const disconnected = async () =>
    save(recordFailingCheck(await begin(aTestedConnection()), 'not-integrated', 20_000, once, aCause()));

  it('knows nobody at first', async () => {
    await begin(aConnectionWithTenant(), 'tenant-id-received');
    expect(await all()).toEqual([]);
  });

  it('answers each active connection at its place, which never changes', async () => {
    const connections = await Promise.all(
      Array.from({ length: 12 }, (_, index) => begin(aTestedConnection({ companyId: `cmp_${index}` }))),
    );
    const due = await store.healthSchedule.due({ from: 0, to: places });
    expect(due.map(({ connectionId }) => connectionId).sort()).toEqual(
      connections.map(({ connectionId }) => connectionId).sort(),
    );
    expect(due.map(({ place }) => place)).toEqual(due.map(({ place }) => place).toSorted((a, b) => a - b));
    for (const { connectionId, place } of due) {
      expect(await store.healthSchedule.due({ from: place, to: place + 1 })).toContainEqual({
        connectionId,
        place,
      });
      const others = [
        ...(await store.healthSchedule.due({ from: 0, to: place })),
        ...(await store.healthSchedule.due({ from: place + 1, to: places })),
      ];
      expect(others.map((other) => other.connectionId)).not.toContain(connectionId);
    }
  });

  it('goes on with a disconnected connection, and begins again with one that was tested in between', async () => {
    const connection = await disconnected();
    expect(await all()).toEqual([connection.connectionId]);
    const tested = await save(recordHealthyCheck(connection, someTenantId, { organisations: [] }, aCause()));
    await store.healthSchedule.end(connection.connectionId, tested.version);
    expect(await all()).toEqual([]);
    await save(ChangeBuilder.of(tested, aCause()).enter('disconnected').tell('AccessTestFailed').build());
    expect(await all()).toEqual([connection.connectionId]);
  });

  it('ends for whoever has seen the latest begin, and for nobody who is late', async () => {
    const activated = await begin(aTestedConnection());
    const cancelled = await save(cancel(activated, aCause()));
    expect(await all()).toEqual([activated.connectionId]);
    await store.healthSchedule.end(activated.connectionId, activated.version - 1);
    expect(await all()).toEqual([activated.connectionId]);
    await store.healthSchedule.end(activated.connectionId, cancelled.version);
    await store.healthSchedule.end(activated.connectionId, cancelled.version);
    expect(await all()).toEqual([]);
  });

  it('is not written again while a connection stays active', async () => {
    const activated = await begin(aTestedConnection());
    await store.healthSchedule.end(activated.connectionId, activated.version);
    await save(confirmSpendCloudInformed(activated, false, aCause()));
    expect(await all()).toEqual([]);
  });
}
