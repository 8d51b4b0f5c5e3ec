import { describe, expect, it } from 'vitest';
import {
  changeDeadline,
  pauseCampaign,
  resumeCampaign,
} from '../../../shared/domain/campaign/join-campaign.ts';
import { rungShards } from '../../../shared/domain/campaign/repository.ts';
import { aConnection, aTestedConnection } from '../../builders/connection.ts';
import { aCompany } from '../../builders/environment.ts';
import { ReminderRig } from './reminder-rig.ts';

const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `klant-${String(index).padStart(3, '0')}`);

async function rigOf(count: number, pace: Partial<ReminderRig['pace']> = {}): Promise<ReminderRig> {
  const rig = new ReminderRig('2026-03-02T09:00:00.000Z', pace);
  for (const id of ids(count)) await rig.join(id);
  return rig;
}

const doneOf = (environmentId: string) =>
  aTestedConnection({
    environmentId,
    companyId: aCompany({ environmentId }).companyId,
    state: 'activated',
  });

describe('a run', () => {
  it('reminds everybody of the rung that is due, and the next day nobody', async () => {
    const rig = await rigOf(23);
    await rig.runOn('2026-03-31');
    expect(rig.reminders()).toEqual([]);
    expect(rig.lines).toEqual([{ message: 'REMINDERS STARTED', facts: { campaigns: 0 } }]);
    await rig.runOn('2026-04-01');
    expect([...rig.reminders()].sort()).toEqual(ids(23).map((id) => `${id} P60D`));
    await rig.runOn('2026-04-02');
    expect(rig.reminders()).toHaveLength(23);
    await rig.runOn('2026-05-01');
    expect(rig.reminders()).toHaveLength(46);
  });

  it('catches up with nobody: of the rungs that were missed the latest is given', async () => {
    const rig = await rigOf(3);
    await rig.runOn('2026-06-01');
    expect([...rig.reminders()].sort()).toEqual(ids(3).map((id) => `${id} P0D`));
    await rig.runOn('2026-06-08');
    expect(rig.reminders()).toHaveLength(6);
    expect(rig.reminders().at(-1)).toContain('+P7D');
  });

  it('goes no faster than its pace, and puts nothing off for longer than SQS can', async () => {
    const rig = await rigOf(60, { remindersPerSecond: 4, pageSize: 20 });
    const start = Date.parse('2026-04-01T07:00:00.000Z');
    await rig.runOn('2026-04-01');
    const perSecond = Map.groupBy(rig.entries('ReminderDue'), ({ at }) => at);
    expect(Math.max(...[...perSecond.values()].map((all) => all.length))).toBeLessThanOrEqual(4);
    expect(rig.now - start).toBeLessThan(20_000);
    expect(Math.max(...rig.delays.map(({ seconds }) => seconds))).toBeLessThanOrEqual(20 / 4);
  });

  it('reads places only where somebody can be due', async () => {
    const rig = await rigOf(10, { pageSize: 100 });
    let reads = 0;
    const { waitingForRung } = rig.store.campaigns;
    Object.assign(rig.store.campaigns, {
      waitingForRung: (...given: Parameters<typeof waitingForRung>) => {
        reads += 1;
        return waitingForRung(...given);
      },
    });
    await rig.runOn('2026-05-01');
    expect(rig.reminders()).toHaveLength(10);
    // Two rungs until then.
    expect(reads).toBe(2 * rungShards);
  });

  it('that fires twice, and whose messages come twice, reminds once', async () => {
    const rig = await rigOf(12);
    rig.now = Date.parse('2026-04-01T07:00:00.000Z');
    rig.fire();
    rig.fire();
    for (let step = 0; rig.queue.length > 0 && step < 500; step += 1) {
      const next = rig.queue[step % rig.queue.length];
      if (next === undefined) break;
      // A copy of every fourth message.
      if (step % 4 === 0) rig.queue.push({ ...next });
      await rig.process(next);
    }
    await rig.settle();
    expect([...rig.reminders()].sort()).toEqual(ids(12).map((id) => `${id} P60D`));
  });

  it('that is killed at any of its calls reminds everybody once all the same', async () => {
    const undisturbed = await rigOf(7, { pageSize: 3 });
    await undisturbed.runOn('2026-04-01');
    let kills = 0;
    for (let at = 1; at <= 40; at += 1) {
      for (const kind of ['run', 'page', 'remind'] as const) {
        const rig = await rigOf(7, { pageSize: 3 });
        rig.now = Date.parse('2026-04-01T07:00:00.000Z');
        rig.fire();
        let isKilled = false;
        while (rig.queue.length > 0) {
          const next = rig.queue.reduce((first, one) => (one.at < first.at ? one : first));
          rig.now = Math.max(rig.now, next.at);
          if (!isKilled && next.message.kind === kind) rig.killAt = at;
          if ((await rig.process(next)) === 'killed') {
            isKilled = true;
            kills += 1;
          }
          rig.killAt = undefined;
        }
        expect([...rig.reminders()].sort(), `${kind} ${at}`).toEqual([...undisturbed.reminders()].sort());
      }
    }
    expect(kills).toBeGreaterThan(20);
  });

  it('gives nothing to who is done in between, and to whom it is not the turn', async () => {
    const rig = await rigOf(4);
    rig.now = Date.parse('2026-04-01T07:00:00.000Z');
    rig.fire();
    await rig.process(rig.queue[0]!);
    await rig.process(rig.queue[0]!);
    const [done = '', asked = ''] = ids(4);
    rig.connect(doneOf(done));
    rig.connect(
      aConnection({ environmentId: asked, companyId: aCompany({ environmentId: asked }).companyId }),
    );
    await rig.follow(done);
    await rig.follow(asked);
    await rig.settle();
    expect([...rig.reminders()].sort()).toEqual(['klant-002 P60D', 'klant-003 P60D']);
    expect(rig.entries('ReminderPassed').map(({ aggregateId }) => aggregateId)).toEqual([asked]);
    expect(rig.entries('ReminderCleared')).toEqual([]);
  });

  it('stands still while the campaign is paused, also half-way, and then gives the latest only', async () => {
    const rig = await rigOf(6, { pageSize: 2 });
    rig.now = Date.parse('2026-04-01T07:00:00.000Z');
    rig.fire();
    for (let step = 0; step < 4; step += 1) await rig.process(rig.queue[0]!);
    const before = rig.reminders().length;
    const campaign = await rig.store.campaigns.find('visma-net');
    const paused = pauseCampaign(campaign!, rig.cause());
    await rig.store.campaigns.save(paused!);
    await rig.settle();
    await rig.runOn('2026-05-01');
    expect(rig.reminders()).toHaveLength(before);
    const resumed = resumeCampaign((await rig.store.campaigns.find('visma-net'))!, rig.cause());
    await rig.store.campaigns.save(resumed!);
    await rig.runOn('2026-05-18');
    const late = rig.reminders().slice(before);
    expect([...late].sort()).toEqual(ids(6).map((id) => `${id} P14D`));
  });

  it('after the deadline moved gives no rung again, and the next ones at their new times', async () => {
    const rig = await rigOf(2);
    await rig.runOn('2026-05-01');
    const change = changeDeadline((await rig.store.campaigns.find('visma-net'))!, '2026-07-31', rig.cause());
    if (change === undefined || !('after' in change)) throw new Error('The deadline did not move.');
    await rig.store.campaigns.save(change);
    // P60D and P30D come due once more.
    await rig.runOn('2026-06-02');
    await rig.runOn('2026-07-01');
    expect(rig.reminders()).toHaveLength(2);
    await rig.runOn('2026-07-17');
    expect(
      rig
        .reminders()
        .slice(2)
        .map((line) => line.split(' ')[1]),
    ).toEqual(['P14D', 'P14D']);
  });
});

describe('a digest', () => {
  it('is asked for once for a moment, with a snapshot, and no more when everybody was done the last time', async () => {
    const rig = await rigOf(3);
    rig.connect(doneOf('klant-000'));
    await rig.follow('klant-000');
    rig.fire('digest');
    rig.fire('digest');
    await rig.settle();
    expect(rig.entries('CampaignDigestDue')).toHaveLength(1);
    expect(rig.lines.map(({ message, facts }) => [message, facts.campaigns])).toEqual([
      ['DIGESTS REQUESTED', 1],
      ['DIGESTS REQUESTED', 0],
    ]);
    expect(await rig.store.campaigns.snapshots('visma-net')).toEqual([{ at: rig.at, left: 2, done: 1 }]);
    for (const id of ids(3)) {
      rig.connect(doneOf(id));
      await rig.follow(id);
    }
    for (let week = 0; week < 3; week += 1) {
      rig.now += 7 * 24 * 3_600_000;
      rig.fire('digest');
      await rig.settle();
    }
    expect(rig.entries('CampaignDigestDue')).toHaveLength(2);
  });

  it('is asked for once when it is killed between the snapshot and the request', async () => {
    const rig = await rigOf(1);
    rig.fire('digest');
    for (let at = 1; rig.queue.length > 0; at += 1) {
      rig.killAt = at;
      const [next] = rig.queue;
      if (next === undefined) break;
      await rig.process(next);
    }
    expect(rig.entries('CampaignDigestDue')).toHaveLength(1);
    expect(await rig.store.campaigns.snapshots('visma-net')).toHaveLength(1);
  });
});
