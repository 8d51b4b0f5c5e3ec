import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changeDeadline,
  pauseCampaign,
  resumeCampaign,
} from '../../../shared/domain/campaign/join-campaign.ts';
import { dueRung, rungsOf } from '../../../shared/domain/campaign/ladder.ts';
import { isWaiting } from '../../../shared/domain/campaign/membership.ts';
import { pauseReminders, resumeReminders } from '../../../shared/domain/campaign/remind.ts';
import { isVendorsTurn, standingOf } from '../../../shared/domain/campaign/standing.ts';
import { connectionStates } from '../../../shared/domain/connection/connection.ts';
import { aConnection } from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { someTime } from '../../builders/history.ts';
import { ReminderRig } from './reminder-rig.ts';

const customers = ['een', 'twee', 'drie'];
const customer = fc.constantFrom(...customers);
const state = fc.constantFrom(...connectionStates);

/** What can happen, in any order and as often as it likes. */
const happening = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait'), days: fc.integer({ min: 0, max: 20 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('run') }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle') }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('process'),
      which: fc.nat(),
      killAt: fc.option(fc.integer({ min: 1, max: 14 }), { nil: undefined }),
      again: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('move'), customer, state, told: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('follow'), customer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause'), customer }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume'), customer }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('pauseAll') }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resumeAll') }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('deadline'), days: fc.integer({ min: 0, max: 90 }) }),
  },
);
type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

async function happen(rig: ReminderRig, one: Happening): Promise<void> {
  const { campaigns } = rig.store;
  const campaign = await campaigns.find('visma-net');
  if (campaign === undefined) throw new Error('There is no campaign.');
  const memberOf = async (id: string) => (await campaigns.findMembership(id))!;
  switch (one.kind) {
    case 'wait':
      rig.now += ('days' in one ? one.days : 0) * 24 * 3_600_000;
      return;
    case 'run':
      rig.fire();
      return;
    case 'settle':
      await rig.settle();
      return;
    case 'process': {
      if (!('which' in one) || rig.queue.length === 0) return;
      const queued = rig.queue[one.which % rig.queue.length]!;
      if (one.again) rig.queue.push({ ...queued });
      rig.killAt = one.killAt;
      await rig.process(queued);
      rig.killAt = undefined;
      return;
    }
    case 'move': {
      if (!('state' in one)) return;
      const { customer: environmentId, state, told } = one;
      rig.connect(
        aConnection({
          environmentId,
          companyId: aCompany({ environmentId }).companyId,
          state,
          ...(told ? { spendCloudInformedAt: someTime } : {}),
        }),
      );
      return;
    }
    case 'follow':
      if ('customer' in one) await rig.follow(one.customer);
      return;
    case 'pause':
    case 'resume': {
      if (!('customer' in one)) return;
      const decide = one.kind === 'pause' ? pauseReminders : resumeReminders;
      const change = decide(await memberOf(one.customer), rig.cause());
      if (change !== undefined) await campaigns.saveMembership(change);
      return;
    }
    case 'pauseAll':
    case 'resumeAll': {
      const decide = one.kind === 'pauseAll' ? pauseCampaign : resumeCampaign;
      const change = decide(campaign, rig.cause());
      if (change !== undefined) await campaigns.save(change);
      return;
    }
    case 'deadline': {
      const day = new Date(rig.now + ('days' in one ? one.days : 0) * 24 * 3_600_000);
      const change = changeDeadline(campaign, day.toISOString().slice(0, 10), rig.cause());
      if (change !== undefined && 'after' in change) await campaigns.save(change);
    }
  }
}

/** What must hold of every reminder at the moment at which it was written. */
async function checkNew(rig: ReminderRig, seen: number): Promise<void> {
  const campaign = await rig.store.campaigns.find('visma-net');
  for (const entry of rig.entries().slice(seen)) {
    if (entry.type !== 'ReminderDue') continue;
    const { aggregateId: environmentId, detail } = entry;
    const member = await rig.store.campaigns.findMembership(environmentId);
    const connections = await rig.store.connections.findByEnvironment(environmentId);
    const { standing } = standingOf(anEnvironment({ environmentId }), connections);
    expect(campaign?.pausedAt).toBeUndefined();
    expect(member?.pausedAt).toBeUndefined();
    expect(detail.standing).toBe(standing);
    expect(standing).not.toBe('done');
    expect(isVendorsTurn(standing)).toBe(false);
    expect(detail.rung).toBe(dueRung(rungsOf(campaign!), new Date(entry.at))?.name);
  }
}

/** What Spend Cloud shows is what its customer is to do, as far as his membership has heard. */
async function checkShown(rig: ReminderRig): Promise<void> {
  for (const id of customers) {
    const member = await rig.store.campaigns.findMembership(id);
    if (member === undefined || member.lastReminder?.clearedAt !== undefined) continue;
    const last = rig
      .entries()
      .findLast(({ aggregateId, type }) => aggregateId === id && type === 'ReminderDue');
    if (last === undefined) continue;
    expect(isWaiting(member)).toBe(true);
    expect(member.standing).toBe(last.detail.standing);
  }
}

async function play(happenings: readonly Happening[]): Promise<ReminderRig> {
  const rig = new ReminderRig('2026-03-31T09:00:00.000Z', { pageSize: 2 });
  for (const id of customers) await rig.join(id);
  for (const one of happenings) {
    const seen = rig.entries().length;
    await happen(rig, one);
    await checkNew(rig, seen);
    await checkShown(rig);
  }
  return rig;
}

describe('whatever happens, in whatever order', () => {
  it('nobody gets a rung twice, or one when it is not for him', async () => {
    let reminders = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 80 }), async (happenings) => {
        const rig = await play(happenings);
        const given = rig.reminders();
        reminders += given.length;
        expect(new Set(given).size).toBe(given.length);
        for (const id of customers) {
          const rungs = rig
            .entries()
            .filter((one) => one.aggregateId === id && one.type.startsWith('Reminder'));
          expect(rungs.map(({ sequence }) => sequence)).toEqual(
            rungs.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
          );
        }
      }),
      { numRuns: 150 },
    );
    // The happenings are such that reminders come about.
    expect(reminders).toBeGreaterThan(150);
  });

  it('whoever can be reminded in the end is, by one more undisturbed run', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 60 }), async (happenings) => {
        const rig = await play(happenings);
        const { campaigns } = rig.store;
        await happen(rig, { kind: 'resumeAll' });
        for (const id of customers) {
          await happen(rig, { kind: 'resume', customer: id });
          await rig.follow(id);
        }
        const before = await Promise.all(customers.map((id) => campaigns.findMembership(id)));
        rig.queue.splice(0);
        rig.fire();
        await rig.settle();
        const campaign = await campaigns.find('visma-net');
        const due = dueRung(rungsOf(campaign!), new Date(rig.now));
        for (const member of before) {
          const { environmentId = '', standing = 'done', nextRung = 0, doneAt } = member ?? {};
          const isSilent = standing === 'done' || (standing === 'disconnected' && doneAt !== undefined);
          const isDue = due !== undefined && nextRung <= due.index && !isSilent;
          const after = await campaigns.findMembership(environmentId);
          expect(after?.nextRung).toBe(isDue ? due.index + 1 : nextRung);
          if (!isDue || isVendorsTurn(standing)) continue;
          expect(rig.reminders()).toContain(`${environmentId} ${due.name}`);
        }
      }),
      { numRuns: 100 },
    );
  });
});
