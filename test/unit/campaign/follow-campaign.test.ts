import { describe, expect, it } from 'vitest';
import { followCampaign } from '../../../functions/follow-campaign/follow-campaign.ts';
import { toEventDetail } from '../../../shared/contracts/events/event.ts';
import { aCampaign, aMembership } from '../../builders/campaign.ts';
import { aConnectionWithCode, aTestedConnection } from '../../builders/connection.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { anEntry, someTime } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

function scene() {
  const store = createInMemoryStore();
  let asked = 0;
  // No two writers at the very same moment: equal writes are one.
  const clock = () => new Date(Date.parse(someTime) + asked++);
  const event = (detail: Readonly<Record<string, string>> = { environmentId: 'voorbeeld' }) => ({
    id: 'event-1',
    source: 'visma-onboarding' as const,
    'detail-type': 'InvitationCodeIssued',
    time: someTime,
    detail: toEventDetail(anEntry({ detail })),
  });
  const follow = (detail?: Readonly<Record<string, string>>) =>
    followCampaign(event(detail), { ...store, clock });
  return { store, follow };
}

describe('an event about an environment', () => {
  it('costs one read where it is in no campaign', async () => {
    const { store, follow } = scene();
    const reads: string[] = [];
    for (const port of [store.environments, store.connections]) {
      Object.assign(port, {
        find: () => reads.push('environment'),
        findByEnvironment: () => reads.push('all'),
      });
    }
    expect(await follow()).toBe('no-member');
    expect(reads).toEqual([]);
  });

  it('moves its membership to what is stored, once', async () => {
    const { store, follow } = scene();
    store.given({
      campaigns: [aCampaign()],
      memberships: [aMembership({ unanswered: 2 })],
      environments: [anEnvironment()],
      connections: [aConnectionWithCode()],
    });
    expect(await follow()).toBe('moved');
    expect(await follow()).toBe('unchanged');
    const member = await store.campaigns.findMembership('voorbeeld');
    expect(member).toMatchObject({ standing: 'code-issued', unanswered: 0, nextRung: 0 });
    expect(store.entries().map(({ type, correlationId }) => [type, correlationId])).toEqual([
      ['StandingChanged', 'correlation-1'],
    ]);
  });

  it('is decided again when another writer was first', async () => {
    const { store, follow } = scene();
    store.given({
      campaigns: [aCampaign()],
      memberships: [aMembership({ lastReminder: { rung: 'P60D', at: someTime } })],
      environments: [anEnvironment()],
      connections: [aTestedConnection({ state: 'activated' })],
    });
    expect((await Promise.all([follow(), follow(), follow()])).toSorted()).toEqual([
      'moved',
      'unchanged',
      'unchanged',
    ]);
    expect(store.entries().map(({ type }) => type)).toEqual(['StandingChanged', 'ReminderCleared']);
  });

  it('must name the environment', async () => {
    await expect(scene().follow({})).rejects.toThrow('names no environment');
  });
});
