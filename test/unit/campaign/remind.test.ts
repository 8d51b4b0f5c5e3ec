import { describe, expect, it } from 'vitest';
import {
  changeDeadline,
  joinCampaign,
  leaveCampaign,
  startCampaign,
} from '../../../shared/domain/campaign/join-campaign.ts';
import type { Membership } from '../../../shared/domain/campaign/membership.ts';
import {
  follow,
  pauseReminders,
  type Reminded,
  remind,
  resumeReminders,
} from '../../../shared/domain/campaign/remind.ts';
import { aCampaign, aMembership } from '../../builders/campaign.ts';
import {
  aConnection,
  aConnectionWithCode,
  aDisconnectedConnection,
  aTestedConnection,
} from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { aCause, later } from '../../builders/history.ts';

/** From P30D on, before P14D. */
const now = '2026-05-04T07:00:00.000Z';
const cause = aCause({ at: now, by: 'campaign' });
const pace = { unansweredMax: 3 };
const due = 1;
const done = aTestedConnection({ state: 'activated' });

/** An environment that waits for `P30D`, which is due. */
function scene(change: Partial<Reminded> & { member?: Partial<Membership> } = {}): Reminded {
  const { member, ...rest } = change;
  return {
    membership: aMembership({ nextRung: 1, ...member }),
    campaign: aCampaign(),
    environment: anEnvironment(),
    connections: [],
    ...rest,
  };
}

const run = (change?: Parameters<typeof scene>[0], rung = due) => remind(scene(change), rung, pace, cause);
const told = (result: { change: { entries: readonly { type: string }[] } | undefined }) =>
  (result.change?.entries ?? []).map(({ type }) => type);

describe('a reminder', () => {
  it('is given with the rung, the step and the days left, and the next rung is waited for', () => {
    const result = run();
    expect(result).toMatchObject({ outcome: 'reminded', standing: 'nothing-asked' });
    expect(result.change?.after).toMatchObject({
      nextRung: 2,
      lastReminder: { rung: 'P30D', at: now },
      unanswered: 1,
      version: 2,
    });
    expect(result.change?.entries).toMatchObject([
      {
        id: 'membership_voorbeeld-000002',
        type: 'ReminderDue',
        detail: {
          environmentId: 'voorbeeld',
          campaignId: 'visma-net',
          rung: 'P30D',
          standing: 'nothing-asked',
          daysLeft: 27,
          deadline: '2026-05-31',
        },
      },
    ]);
  });

  it('is the latest that is due only, whichever was missed before', () => {
    expect(run({ member: { nextRung: 0 } })).toMatchObject({
      outcome: 'reminded',
      change: { after: { nextRung: 2 } },
    });
    expect(run({ member: { nextRung: 0 } }, 0)).toEqual({
      outcome: 'silent',
      reason: 'not-due',
      change: undefined,
    });
  });

  it.each([
    ['had-it', { member: { nextRung: 2 } }],
    ['paused', { member: { pausedAt: now } }],
    ['gone', { member: { leftAt: now } }],
    ['gone', { member: { campaignId: 'ander' } }],
    ['gone', { environment: undefined }],
    ['gone', { environment: anEnvironment({ exportFormats: ['UBL'] }) }],
    ['gone', { membership: undefined }],
    ['gone', { campaign: undefined }],
    ['campaign-paused', { campaign: aCampaign({ pausedAt: now }) }],
    ['not-due', { campaign: aCampaign({ deadline: '2027-05-31' }) }],
    ['not-due', { campaign: aCampaign({ deadline: '2026-05-10' }) }],
    ['done', { member: { standing: 'done', doneAt: now }, connections: [done] }],
    ['done', { member: { standing: 'disconnected', doneAt: now }, connections: [aDisconnectedConnection()] }],
  ] as const)('is not given, and nothing changes: %s', (reason, change) => {
    expect(run(change)).toEqual({ outcome: 'silent', reason, change: undefined });
  });

  it('is not given while it is our turn: the rung passes', () => {
    const result = run({ member: { standing: 'code-awaited' }, connections: [aConnection()] });
    expect(result).toMatchObject({ outcome: 'silent', reason: 'vendors-turn' });
    expect(told(result)).toEqual(['ReminderPassed']);
    expect(result.change?.after).toMatchObject({ nextRung: 2, unanswered: 0 });
    expect(result.change?.after.lastReminder).toBeUndefined();
  });

  it('is not given to who has moved since, of which mails of their own tell: the rung passes', () => {
    const result = run({ member: { unanswered: 2 }, connections: [aConnectionWithCode()] });
    expect(result).toMatchObject({ outcome: 'silent', reason: 'moved-on' });
    expect(told(result)).toEqual(['StandingChanged', 'ReminderPassed']);
    expect(result.change?.after).toMatchObject({ standing: 'code-issued', nextRung: 2, unanswered: 0 });
  });

  it('is not given to who is done since, and what Spend Cloud shows is cleared', () => {
    const lastReminder = { rung: 'P60D', at: later(0) };
    const result = run({ member: { lastReminder }, connections: [done] });
    expect(result).toMatchObject({ outcome: 'silent', reason: 'done' });
    expect(told(result)).toEqual(['StandingChanged', 'ReminderCleared']);
    expect(result.change?.after).toMatchObject({
      standing: 'done',
      doneAt: now,
      nextRung: 1,
      lastReminder: { ...lastReminder, clearedAt: now },
    });
    expect(told(run({ connections: [done] }))).toEqual(['StandingChanged']);
  });

  it('that is the third without an answer is told to the contact person, once', () => {
    expect(told(run({ member: { unanswered: 1 } }))).toEqual(['ReminderDue']);
    const third = run({ member: { unanswered: 2 } });
    expect(told(third)).toEqual(['ReminderDue', 'RemindersUnanswered']);
    expect(third.change?.entries[1]?.detail).toMatchObject({ unanswered: 3, standing: 'nothing-asked' });
    expect(told(run({ member: { unanswered: 3 } }))).toEqual(['ReminderDue']);
  });

  it('is answered by a step for any company, though the one furthest behind stays where it was', () => {
    const lastReminder = { rung: 'P60D', at: later(0) };
    const companies = [aCompany(), aCompany({ corporateId: '87654321' })];
    const given = (connection: Parameters<typeof aConnection>[0]) =>
      run({
        member: { unanswered: 2, lastReminder },
        environment: anEnvironment({ companies }),
        connections: [aTestedConnection({ state: 'activated', ...connection })],
      });
    const before = { createdAt: later(-9), integratedAt: later(-6), tenantIdAt: later(-6) };
    const unanswered = given({ ...before, spendCloudInformedAt: later(-5) });
    expect(told(unanswered)).toEqual(['ReminderDue', 'RemindersUnanswered']);
    for (const step of ['createdAt', 'integratedAt', 'tenantIdAt', 'spendCloudInformedAt']) {
      const answered = given({ ...before, spendCloudInformedAt: later(-5), [step]: later(5) });
      expect(told(answered)).toEqual(['ReminderDue']);
      expect(answered.change?.after.unanswered).toBe(1);
    }
  });

  it('is given to who was disconnected before he was ever done', () => {
    const result = run({ member: { standing: 'disconnected' }, connections: [aDisconnectedConnection()] });
    expect(result).toMatchObject({ outcome: 'reminded', standing: 'disconnected' });
  });
});

describe('following', () => {
  it('changes nothing where nothing moved', () => {
    expect(follow(scene(), cause)).toBeUndefined();
    expect(follow(scene({ membership: undefined }), cause)).toBeUndefined();
    expect(follow(scene({ member: { leftAt: now }, connections: [done] }), cause)).toBeUndefined();
  });

  it('takes up a step with the time that it was taken, and forgets unanswered reminders', () => {
    const connections = [aConnectionWithCode({ changedAt: later(77) })];
    expect(follow(scene({ member: { unanswered: 2 }, connections }), cause)?.after).toMatchObject({
      standing: 'code-issued',
      standingSince: later(77),
      unanswered: 0,
      nextRung: 1,
    });
  });

  it('takes away what Spend Cloud shows as soon as that step is none any more, once', () => {
    const member = { lastReminder: { rung: 'P60D', at: later(0) } };
    const asked = follow(scene({ member, connections: [aConnection()] }), cause);
    expect(asked?.entries.map(({ type, detail }) => [type, detail.reason])).toEqual([
      ['StandingChanged', undefined],
      ['ReminderCleared', 'moved'],
    ]);
    const issued = scene({ membership: asked?.after, connections: [aConnectionWithCode()] });
    expect(told({ change: follow(issued, cause) })).toEqual(['StandingChanged']);
    const again = remind({ ...issued, membership: follow(issued, cause)?.after }, due, pace, cause);
    expect(again.change?.after.lastReminder).toEqual({ rung: 'P30D', at: now });
  });

  it('takes no code that expired for an answer', () => {
    const member = { standing: 'code-issued', unanswered: 2 } as const;
    const connections = [aConnection({ state: 'expired' })];
    expect(follow(scene({ member, connections }), cause)?.after).toMatchObject({
      standing: 'code-expired',
      unanswered: 2,
    });
  });

  it('ends with done, stays silent through a disconnection, and begins again with a company that is new', () => {
    const lastReminder = { rung: 'P60D', at: later(0) };
    const ended = follow(scene({ member: { lastReminder }, connections: [done] }), cause)?.after;
    expect(ended).toMatchObject({ standing: 'done', lastReminder: { clearedAt: now } });
    const broken = follow(scene({ membership: ended, connections: [aDisconnectedConnection()] }), cause);
    expect(broken?.after).toMatchObject({ standing: 'disconnected', doneAt: now });
    expect(broken?.entries.map(({ type }) => type)).toEqual(['StandingChanged']);
    const companies = [aCompany(), aCompany({ corporateId: '87654321' })];
    const more = scene({ membership: ended, environment: anEnvironment({ companies }), connections: [done] });
    expect(follow(more, cause)?.after.standing).toBe('nothing-asked');
    expect(remind({ ...more, membership: follow(more, cause)?.after }, due, pace, cause)).toMatchObject({
      outcome: 'reminded',
    });
  });

  it('leaves with an environment that does not export to Visma.net any more', () => {
    const environment = anEnvironment({ exportFormats: ['Exact'] });
    const left = follow(
      scene({ member: { lastReminder: { rung: 'P60D', at: later(0) } }, environment }),
      cause,
    );
    expect(left?.entries.map(({ type, detail }) => [type, detail.reason])).toEqual([
      ['CampaignLeft', undefined],
      ['ReminderCleared', 'left'],
    ]);
  });
});

describe('joining', () => {
  const join = (before: Membership | undefined, at = now, connections = scene().connections) =>
    joinCampaign(before, anEnvironment(), connections, aCampaign(), aCause({ at }));

  it('waits for the first rung to come, however late it is', () => {
    expect(join(undefined)?.after).toMatchObject({ nextRung: 2, standing: 'nothing-asked', version: 1 });
    expect(join(undefined, '2026-01-01T00:00:00.000Z')?.after.nextRung).toBe(0);
    expect(join(undefined, '2026-06-01T07:00:00.000Z')?.after.nextRung).toBe(7);
    expect(join(undefined, '2030-01-01T00:00:00.000Z')?.after.nextRung).toBe(33);
    expect(join(undefined, now, [done])?.after).toMatchObject({ standing: 'done' });
  });

  it('again changes nothing, or brings the standing up to date', () => {
    const member = join(undefined)?.after;
    expect(join(member)).toBeUndefined();
    expect(join(member, now, [aConnectionWithCode()])?.after.standing).toBe('code-issued');
  });

  it('after leaving goes on where it was, and never back', () => {
    const member = aMembership({ nextRung: 4, lastReminder: { rung: 'P7D', at: now }, unanswered: 2 });
    const left = leaveCampaign(member, cause);
    expect(leaveCampaign(left?.after ?? member, cause)).toBeUndefined();
    const back = join(left?.after);
    expect(back?.after).toMatchObject({ nextRung: 4, unanswered: 0 });
    expect(back?.after.leftAt).toBeUndefined();
    expect(back?.entries.map(({ type }) => type)).toEqual(['CampaignJoined']);
  });

  it('another campaign leaves the first, with the rungs of the second', () => {
    const member = aMembership({
      campaignId: 'ander',
      nextRung: 9,
      lastReminder: { rung: 'P7D', at: now },
      pausedAt: now,
    });
    const moved = join(member);
    expect(moved?.entries.map(({ type, detail }) => [type, detail.campaignId])).toEqual([
      ['CampaignLeft', 'ander'],
      ['ReminderCleared', 'ander'],
      ['CampaignJoined', 'visma-net'],
    ]);
    expect(moved?.after).toMatchObject({ campaignId: 'visma-net', nextRung: 2 });
    expect(moved?.after).not.toHaveProperty('lastReminder');
    expect(moved?.after).not.toHaveProperty('pausedAt');
  });
});

describe('pausing', () => {
  it('and resuming happen once, and a message that is shown is cleared', () => {
    const member = aMembership({ nextRung: 1, lastReminder: { rung: 'P60D', at: later(0) } });
    const by = { ...cause, deliveryKey: 'operator:1' };
    const paused = pauseReminders(member, by);
    expect(paused).toMatchObject({ deliveryKey: 'operator:1', after: { pausedAt: now } });
    expect(paused?.entries.map(({ type }) => type)).toEqual(['RemindersPaused', 'ReminderCleared']);
    expect(pauseReminders(paused?.after ?? member, by)).toBeUndefined();
    expect(pauseReminders(aMembership({ leftAt: now }), by)).toBeUndefined();
    const resumed = resumeReminders(paused?.after ?? member, by);
    expect(resumed?.after).not.toHaveProperty('pausedAt');
    expect(resumeReminders(member, by)).toBeUndefined();
    expect(run({ membership: resumed?.after })).toMatchObject({ outcome: 'reminded' });
  });
});

describe('a campaign', () => {
  const start = (deadline: string, ladder?: readonly string[]) =>
    startCampaign('visma-net', { deadline, ...(ladder === undefined ? {} : { ladder }) }, cause);

  it('begins with its deadline and ladder', () => {
    expect(start('2026-05-31')).toMatchObject({
      before: undefined,
      after: { deadline: '2026-05-31', ladder: aCampaign().ladder, version: 1 },
      entries: [{ id: 'campaign_visma-net-000001', type: 'CampaignStarted' }],
    });
    expect(start('2026-05-04T08:00:00.000Z', ['PT30S', 'PT0S'])).toHaveProperty('after');
  });

  it.each([
    ['deadline', '2026-05-03', undefined],
    ['deadline', '2026-05-04T06:59:59.000Z', ['PT1S']],
    ['deadline', '2026-02-30x', undefined],
    ['deadline', '2026-05-31', ['PT30S']],
    ['ladder', '2026-05-31', []],
    ['ladder', '2026-05-31', ['P3D', 'P7D']],
    ['ladder', '2026-05-31', ['P3D', 'P3D']],
    ['ladder', '2026-05-31', ['P3D', 'PT30S']],
    ['ladder', '2026-05-31', ['three days']],
    ['ladder', '2026-05-31', Array.from({ length: 51 }, (_, index) => `P${99 - index}D`)],
  ] as const)('says what is wrong with its %s: %s %j', (path, deadline, ladder) => {
    expect(start(deadline, ladder)).toEqual({ path, message: expect.any(String) });
  });

  it('moves its deadline to what is not over', () => {
    expect(changeDeadline(aCampaign(), '2026-05-31', cause)).toBeUndefined();
    expect(changeDeadline(aCampaign(), '2026-05-03', cause)).toMatchObject({ path: 'deadline' });
    expect(changeDeadline(aCampaign(), '2026-06-30', cause)).toMatchObject({
      after: { deadline: '2026-06-30', version: 2 },
      entries: [{ type: 'DeadlineChanged', detail: { from: '2026-05-31', deadline: '2026-06-30' } }],
    });
  });
});
