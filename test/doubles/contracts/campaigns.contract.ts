import { beforeEach, describe, expect, it } from 'vitest';
import {
  changeDeadline,
  joinCampaign,
  leaveCampaign,
  pauseCampaign,
  startCampaign,
} from '../../../shared/domain/campaign/join-campaign.ts';
import type { Membership, MembershipChange } from '../../../shared/domain/campaign/membership.ts';
import { MembershipBuilder } from '../../../shared/domain/campaign/membership-change.ts';
import { rungShards } from '../../../shared/domain/campaign/repository.ts';
import { aCampaign, aMembership } from '../../builders/campaign.ts';
import { anEnvironment, anEnvironmentChange } from '../../builders/environment.ts';
import { aCause, later } from '../../builders/history.ts';
import type { Store } from '../in-memory-store.ts';
import { refusal, settled } from './outcomes.ts';

/** What holds for every CampaignRepository. `open` answers an empty store. */
export function campaignRepositoryContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  const started = (campaignId = 'visma-net', deliveryKey?: string) => {
    const cause = aCause(deliveryKey === undefined ? {} : { deliveryKey });
    const change = startCampaign(campaignId, { deadline: '2026-05-31' }, cause);
    if (!('after' in change)) throw new Error(change.message);
    return change;
  };

  const save = async (change: MembershipChange | undefined): Promise<Membership> => {
    if (change === undefined) throw new Error('There is nothing to save.');
    await store.campaigns.saveMembership(change);
    return change.after;
  };

  const join = (environmentId: string, overrides: Partial<Membership> = {}) =>
    save({
      ...MembershipBuilder.of(aMembership({ environmentId, version: 0, ...overrides }), aCause())
        .tell('CampaignJoined')
        .build(),
      before: undefined,
    } as MembershipChange);

  /** Everybody who waits for a rung, by pages of `limit`. */
  const waiting = async (rung: number, limit = 100, campaignId = 'visma-net') => {
    const found: string[] = [];
    for (let shard = 0; shard < rungShards; shard += 1) {
      let after: string | undefined;
      do {
        const page = await store.campaigns.waitingForRung(campaignId, {
          rung,
          shard,
          limit,
          ...(after === undefined ? {} : { after }),
        });
        found.push(...page.environmentIds);
        after = page.after;
      } while (after !== undefined);
    }
    return found.toSorted();
  };

  describe('a campaign', () => {
    it('is found as it was written, alone and among all', async () => {
      expect(await store.campaigns.find('visma-net')).toBeUndefined();
      expect(await store.campaigns.all()).toEqual([]);
      const { after } = started();
      await store.campaigns.save(started());
      await store.campaigns.save(started('ander'));
      expect(await store.campaigns.find('visma-net')).toEqual(after);
      expect((await store.campaigns.all()).map(({ campaignId }) => campaignId)).toEqual([
        'ander',
        'visma-net',
      ]);
      const paused = pauseCampaign(after, aCause({ at: later(5) }));
      if (paused === undefined) throw new Error('It is not paused.');
      await store.campaigns.save(paused);
      expect(await store.campaigns.find('visma-net')).toEqual(paused.after);
    });

    it('is written by one writer of a version, by a repetition again, and for a delivery once', async () => {
      const first = started('visma-net', 'operator:1');
      await store.campaigns.save(first);
      await expect(store.campaigns.save(first)).resolves.toBeUndefined();
      const moved = (deadline: string, deliveryKey: string) => {
        const change = changeDeadline(first.after, deadline, aCause({ deliveryKey }));
        if (change === undefined || !('after' in change)) throw new Error('The deadline does not change.');
        return store.campaigns.save(change);
      };
      expect(await refusal(moved('2026-06-30', 'operator:1'))).toBe('delivery-seen');
      const outcomes = await settled([moved('2026-06-30', 'operator:2'), moved('2026-07-31', 'operator:3')]);
      expect(outcomes.toSorted()).toEqual(['concurrent-change', 'done']);
      expect((await store.campaigns.find('visma-net'))?.version).toBe(2);
    });
  });

  describe('a membership', () => {
    it('is found as it was written, with every field', async () => {
      expect(await store.campaigns.findMembership('voorbeeld')).toBeUndefined();
      const full = aMembership({
        standing: 'mapping-missing',
        nextRung: 7,
        lastReminder: { rung: 'P0D', at: later(1), clearedAt: later(2) },
        unanswered: 2,
        pausedAt: later(3),
        doneAt: later(4),
        leftAt: later(5),
      });
      const written = await join('voorbeeld', { ...full, version: 0 });
      expect(written).toMatchObject({ ...full, changedAt: expect.any(String) });
      expect(await store.campaigns.findMemberships(['ander', 'voorbeeld'])).toEqual([written]);
      expect(await store.campaigns.findMembership('voorbeeld')).toEqual(written);
    });

    it('comes with the registration or not at all', async () => {
      const environment = anEnvironment();
      const registration = anEnvironmentChange(environment);
      const joining = joinCampaign(undefined, environment, [], aCampaign(), aCause());
      if (joining === undefined) throw new Error('It does not join.');
      await store.campaigns.saveMembership(joining, registration);
      expect((await store.environments.find('voorbeeld'))?.version).toBe(1);
      expect((await store.campaigns.findMembership('voorbeeld'))?.standing).toBe('nothing-asked');
      await expect(store.campaigns.saveMembership(joining, registration)).resolves.toBeUndefined();

      const other = anEnvironment({ environmentId: 'ander' });
      const late = joinCampaign(undefined, other, [], aCampaign(), aCause());
      if (late === undefined) throw new Error('It does not join.');
      await store.environments.save(anEnvironmentChange({ ...other, name: 'Eerst' }));
      expect(await refusal(store.campaigns.saveMembership(late, anEnvironmentChange(other)))).toBe(
        'concurrent-change',
      );
      expect(await store.campaigns.findMembership('ander')).toBeUndefined();
    });

    it('is refused to the later of two writers, and where a rung would come again', async () => {
      const before = await join('voorbeeld', { nextRung: 3 });
      const next = (nextRung: number) =>
        MembershipBuilder.of(before, aCause()).set({ nextRung }).tell('ReminderPassed').build();
      expect(
        await settled([4, 5].map(async (rung) => save(next(rung)))).then((all) => all.toSorted()),
      ).toEqual(['concurrent-change', 'done']);
      await expect(save(next(2))).rejects.toThrow(/rung 2 again/);
    });
  });

  describe('places in the rungs', () => {
    it('hold everybody who waits, each once, however small the pages', async () => {
      const ids = Array.from({ length: 15 }, (_, index) => `klant-${String(index).padStart(2, '0')}`);
      for (const id of ids) await join(id, { nextRung: 4 });
      await join('ander', { nextRung: 4, campaignId: 'ander' });
      await join('later', { nextRung: 5 });
      for (const limit of [1, 3, 100]) expect(await waiting(4, limit)).toEqual(ids);
      expect(await waiting(4, 100, 'ander')).toEqual(['ander']);
      expect(await waiting(5)).toEqual(['later']);
      expect(await waiting(3)).toEqual([]);
    });

    it('move with the member and are given up by whoever is paused, is done or leaves', async () => {
      const joined = await join('voorbeeld');
      const change = (of: Membership) => MembershipBuilder.of(of, aCause());
      const moved = await save(change(joined).set({ nextRung: 2 }).tell('ReminderDue').build());
      expect([await waiting(0), await waiting(2)]).toEqual([[], ['voorbeeld']]);
      const paused = await save(
        change(moved)
          .set({ pausedAt: later(1) })
          .tell('RemindersPaused')
          .build(),
      );
      expect(await waiting(2)).toEqual([]);
      expect(await store.campaigns.pausedIn('visma-net')).toEqual(['voorbeeld']);
      expect(await store.campaigns.pausedIn('ander')).toEqual([]);
      const resumed = await save(change(paused).clear('pausedAt').tell('RemindersResumed').build());
      expect(await waiting(2)).toEqual(['voorbeeld']);
      expect(await store.campaigns.pausedIn('visma-net')).toEqual([]);
      const done = await save(change(resumed).move('done').build());
      expect(await waiting(2)).toEqual([]);
      const broken = await save(change(done).move('disconnected').build());
      expect(await waiting(2)).toEqual([]);
      const again = await save(change(broken).move('nothing-asked').build());
      expect(await waiting(2)).toEqual(['voorbeeld']);
      await save(leaveCampaign(again, aCause()));
      expect(await waiting(2)).toEqual([]);
    });
  });

  it('counts members by standing and lists those who are longest there', async () => {
    await join('b', { standing: 'code-issued', standingSince: later(2) });
    await join('a', { standing: 'code-issued', standingSince: later(3) });
    const c = await join('c', { standing: 'code-issued', standingSince: later(1) });
    await join('d', { standing: 'done' });
    await join('e', { standing: 'code-issued', campaignId: 'ander' });
    await join('f', { standing: 'code-issued', leftAt: later(9) });
    const longest = async (limit: number) =>
      (await store.campaigns.longestIn('visma-net', 'code-issued', limit)).map((one) => one.environmentId);
    expect(await longest(10)).toEqual(['c', 'b', 'a']);
    expect(await longest(2)).toEqual(['c', 'b']);
    expect(await store.campaigns.countByStanding('visma-net')).toMatchObject({
      'code-issued': 3,
      done: 1,
      'nothing-asked': 0,
    });
    await save(
      MembershipBuilder.of(c, aCause({ at: later(9) }))
        .move('test-failed')
        .build(),
    );
    expect(await longest(10)).toEqual(['b', 'a']);
    expect(await store.campaigns.countByStanding('visma-net')).toMatchObject({
      'code-issued': 2,
      'test-failed': 1,
    });
  });

  it('keeps a snapshot of an instant once, in the order of time', async () => {
    await store.campaigns.addSnapshot('visma-net', { at: later(20), left: 3, done: 1 });
    await store.campaigns.addSnapshot('visma-net', { at: later(10), left: 4, done: 0 });
    await store.campaigns.addSnapshot('visma-net', { at: later(10), left: 9, done: 9 });
    await store.campaigns.addSnapshot('ander', { at: later(10), left: 1, done: 0 });
    expect(await store.campaigns.snapshots('visma-net')).toEqual([
      { at: later(10), left: 4, done: 0 },
      { at: later(20), left: 3, done: 1 },
    ]);
  });
}
