import { describe, expect, it } from 'vitest';
import { tellOfReminder } from '../../../functions/tell-spend-cloud/tell-of-reminder.ts';
import { type SpendCloudWebhook, spendCloudWebhook } from '../../../shared/contracts/webhooks/spend-cloud.ts';
import type { Campaign } from '../../../shared/domain/campaign/campaign.ts';
import type { Membership } from '../../../shared/domain/campaign/membership.ts';
import { aCampaign, aMembership } from '../../builders/campaign.ts';
import { environmentIdByDefault as environmentId } from '../../builders/environment.ts';
import { later, someTime } from '../../builders/history.ts';
import { aBusEvent } from '../../builders/mail.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const detail = {
  aggregate: 'membership',
  environmentId,
  campaignId: 'visma-net',
  rung: 'P30D',
  standing: 'nothing-asked',
  daysLeft: 30,
  deadline: '2026-05-31',
} as const;

/** Spend Cloud beside an environment that has just been reminded. */
function scene(membership: Partial<Membership> = {}, campaign: Partial<Campaign> = {}) {
  const store = createInMemoryStore();
  store.given({
    campaigns: [aCampaign(campaign)],
    memberships: [
      aMembership({
        nextRung: 2,
        unanswered: 1,
        lastReminder: { rung: 'P30D', at: someTime },
        ...membership,
      }),
    ],
  });
  const posts: { id: string; body: SpendCloudWebhook }[] = [];
  const tell = (type: string, more: object = {}) =>
    tellOfReminder(aBusEvent(type, { ...detail, ...more }), {
      campaigns: store.campaigns,
      spendCloud: { post: async (id, body) => void posts.push({ id, body }) },
      connectUrl: 'https://connect.vendor.example',
    });
  return { posts, tell };
}

describe('telling Spend Cloud of a reminder', () => {
  it('says the step, the time left and where a link can be asked for, which opens nothing by itself', async () => {
    const { posts, tell } = scene();
    expect(await tell('ReminderDue')).toBe('told');
    const [{ id, body } = { id: '', body: undefined }] = posts;
    expect(id).toBe(aBusEvent('ReminderDue').detail.eventId);
    expect(spendCloudWebhook.parse(body)).toEqual({
      type: 'reminder.due',
      timestamp: someTime,
      data: {
        environmentId,
        campaignId: 'visma-net',
        rung: 'P30D',
        step: 'nothing-asked',
        daysLeft: 90,
        deadline: '2026-05-31',
        link: 'https://connect.vendor.example/connect',
      },
    });
  });

  it.each<[string, Partial<Membership>]>([
    ['is done', { standing: 'done' }],
    ['has moved on', { standing: 'code-issued' }],
    ['is paused', { pausedAt: someTime }],
    ['has left', { leftAt: someTime }],
    ['has had a later one', { lastReminder: { rung: 'P14D', at: later(60) } }],
  ])('tells nothing of who %s', async (_what, membership) => {
    const { posts, tell } = scene(membership);
    expect(await tell('ReminderDue')).toBe('no-longer-due');
    expect(posts).toEqual([]);
  });

  it('says the deadline as it is by now', async () => {
    const { posts, tell } = scene({}, { deadline: '2026-06-30' });
    await tell('ReminderDue');
    expect(posts[0]?.body.data).toMatchObject({ deadline: '2026-06-30', daysLeft: 120 });
  });

  it('tells nothing while the campaign is paused', async () => {
    const { posts, tell } = scene({}, { pausedAt: someTime });
    expect(await tell('ReminderDue')).toBe('no-longer-due');
    expect(posts).toEqual([]);
  });

  it('takes it away', async () => {
    const { posts, tell } = scene({ standing: 'done' });
    expect(await tell('ReminderCleared', { reason: 'done' })).toBe('told');
    expect(spendCloudWebhook.parse(posts[0]?.body)).toEqual({
      type: 'reminder.cleared',
      timestamp: someTime,
      data: { environmentId, campaignId: 'visma-net' },
    });
  });

  it('gives up on an event that names no standing', async () => {
    await expect(scene().tell('ReminderDue', { standing: 'lost' })).rejects.toMatchObject({
      name: 'PermanentError',
    });
  });
});
