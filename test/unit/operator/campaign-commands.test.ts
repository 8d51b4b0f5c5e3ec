import { beforeEach, describe, expect, it } from 'vitest';
import { render } from '../../../infra/operator/render.ts';
import { aCampaign, aMembership } from '../../builders/campaign.ts';
import { aConnection, aTestedConnection } from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { someTime } from '../../builders/history.ts';
import { alice, createOperatorRig, type OperatorRig } from './operator-rig.ts';

let rig: OperatorRig;
beforeEach(() => {
  rig = createOperatorRig();
});

const campaign = () => rig.store.campaigns.find('visma-net');
const member = () => rig.store.campaigns.findMembership('voorbeeld');
const commandId = '0b5e2f1c-5ad0-4c3e-9a3e-3a8f4a2c6d10';

function given(...memberships: Parameters<typeof aMembership>[0][]): void {
  const all = memberships.map((one) => aMembership(one));
  rig.store.given({
    campaigns: [aCampaign()],
    memberships: all,
    environments: all.map(({ environmentId }) => anEnvironment({ environmentId })),
  });
}

describe('ChangeDeadline', () => {
  it('moves the deadline once, and says what comes next', async () => {
    given();
    const command = { command: 'ChangeDeadline', deadline: '2026-04-20', commandId };
    expect(await rig.send(command)).toEqual({
      status: 200,
      body: {
        campaignId: 'visma-net',
        outcome: 'changed',
        deadline: '2026-04-20',
        nextRung: 'P30D',
        nextRungAt: '2026-03-20T08:00:00.000Z',
      },
    });
    expect(await rig.send(command)).toMatchObject({ body: { outcome: 'unchanged' } });
    expect(await rig.send({ ...command, deadline: '2026-04-21' })).toMatchObject({
      body: { outcome: 'repeated', deadline: '2026-04-20' },
    });
    expect(rig.told()).toEqual(['DeadlineChanged']);
  });

  it('takes an instant in any zone, and stores one spelling', async () => {
    given();
    await rig.send({ command: 'ChangeDeadline', deadline: '2026-04-20T12:00:00+02:00' });
    expect((await campaign())?.deadline).toBe('2026-04-20T10:00:00.000Z');
  });

  it('refuses what is over, what is no date, and a campaign that nobody began', async () => {
    given();
    expect(await rig.send({ command: 'ChangeDeadline', deadline: '2026-03-01' })).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'deadline', message: '2026-03-01 is in the past' }] },
    });
    for (const deadline of ['2026-02-30', 'soon', '31-05-2026', '']) {
      expect(await rig.send({ command: 'ChangeDeadline', deadline })).toMatchObject({
        status: 400,
        body: { issues: [{ path: 'deadline', message: expect.stringContaining('must be a day') }] },
      });
    }
    const other = { command: 'ChangeDeadline', campaignId: 'ander', deadline: '2026-04-20' };
    expect(await rig.send(other)).toMatchObject({ status: 404 });
    expect(rig.told()).toEqual([]);
  });
});

describe('pausing', () => {
  it('stops a campaign and lets it go on, each once', async () => {
    given();
    expect(await rig.send({ command: 'PauseCampaign' })).toMatchObject({
      body: { outcome: 'changed', pausedAt: someTime },
    });
    expect(await rig.send({ command: 'PauseCampaign' })).toMatchObject({ body: { outcome: 'unchanged' } });
    const resumed = await rig.send({ command: 'ResumeCampaign' });
    expect(resumed).toMatchObject({ body: { outcome: 'changed' } });
    expect(resumed.body).not.toHaveProperty('pausedAt');
    expect(rig.told()).toEqual(['CampaignPaused', 'CampaignResumed']);
  });

  it('stops an environment and lets it go on; a repetition that comes late does not stop it again', async () => {
    given({});
    const pause = { command: 'PauseEnvironment', environmentId: 'voorbeeld', commandId };
    expect(await rig.send(pause)).toMatchObject({
      body: { outcome: 'changed', standing: 'nothing-asked', pausedAt: someTime },
    });
    const resume = { command: 'ResumeEnvironment', environmentId: 'voorbeeld' };
    expect(await rig.send(resume)).toMatchObject({ body: { outcome: 'changed' } });
    expect(await rig.send(pause)).toMatchObject({ body: { outcome: 'repeated' } });
    expect(await member()).not.toHaveProperty('pausedAt');
    expect(await rig.send(resume)).toMatchObject({ body: { outcome: 'unchanged' } });
  });

  it('knows nobody who is in no campaign, or has left it', async () => {
    given({ environmentId: 'weg', leftAt: someTime });
    for (const environmentId of ['weg', 'onbekend']) {
      for (const command of ['PauseEnvironment', 'ResumeEnvironment']) {
        expect(await rig.send({ command, environmentId })).toMatchObject({ status: 404 });
      }
    }
  });
});

describe('PreviewReminders', () => {
  const preview = (more: object = {}) => rig.send({ command: 'PreviewReminders', on: '2026-05-01', ...more });
  const rows = async (more: object = {}) =>
    ((await preview(more)).body as { reminders: Record<string, unknown>[] }).reminders;

  it('says who would get what, and why somebody who is due gets nothing', async () => {
    const names = ['gewoon', 'klaar', 'wacht', 'gepauzeerd', 'onbereikbaar', 'gehad', 'weg'];
    given(
      ...names.map((environmentId) => ({
        environmentId,
        nextRung: environmentId === 'gehad' ? 2 : 0,
        ...(environmentId === 'gepauzeerd' ? { pausedAt: someTime } : {}),
        ...(environmentId === 'weg' ? { leftAt: someTime } : {}),
        ...(environmentId === 'wacht' ? { standing: 'code-awaited' as const } : {}),
      })),
    );
    const of = (environmentId: string) => ({
      environmentId,
      companyId: aCompany({ environmentId }).companyId,
    });
    rig.store.given({
      connections: [aTestedConnection({ ...of('klaar'), state: 'activated' }), aConnection(of('wacht'))],
      environments: [
        anEnvironment({
          environmentId: 'onbereikbaar',
          contacts: [
            { email: 'dood@klant.example', name: '', undeliverable: { reason: 'bounce', at: someTime } },
          ],
        }),
      ],
    });
    const answer = await preview();
    expect(answer.body).toMatchObject({
      rung: 'P30D',
      at: '2026-05-01T07:00:00.000Z',
      deadline: '2026-05-31',
    });
    const told = Object.fromEntries((await rows()).map(({ environmentId, gets }) => [environmentId, gets]));
    expect(told).toEqual({
      gewoon: 'P30D',
      klaar: 'nothing: done',
      wacht: 'nothing: vendors-turn',
      gepauzeerd: 'nothing: paused',
      onbereikbaar: 'P30D in Spend Cloud only: no reachable contact',
    });
    const text = render(answer.body);
    expect(text).toMatch(/^gewoon +Voorbeeld Groep +nothing-asked +1 +P30D +0$/m);
    // Looking changes nothing.
    expect(rig.store.entries()).toEqual([]);
    expect((await rig.store.campaigns.findMembership('wacht'))?.nextRung).toBe(0);
  });

  it('is of tomorrow at nine unless told, and of nobody before the first rung', async () => {
    given({});
    expect((await rig.send({ command: 'PreviewReminders' })).body).toEqual({
      campaignId: 'visma-net',
      at: '2026-03-03T08:00:00.000Z',
      deadline: '2026-05-31',
      rung: 'none',
      firstRungAt: '2026-04-01T07:00:00.000Z',
      reminders: [],
    });
  });

  it('is of Monday on a Friday, and of two rungs of a weekend shows only the later', async () => {
    given({});
    const thursday = { clock: () => new Date('2026-05-28T12:00:00.000Z') };
    expect((await rig.send({ command: 'PreviewReminders' }, alice, thursday)).body).toMatchObject({
      at: '2026-05-29T07:00:00.000Z',
      rung: 'P0D',
      reminders: [{ gets: 'P0D' }],
    });
    const friday = { clock: () => new Date('2026-05-29T12:00:00.000Z') };
    expect((await rig.send({ command: 'PreviewReminders' }, alice, friday)).body).toMatchObject({
      at: '2026-06-01T07:00:00.000Z',
    });
  });

  it('shows what a paused campaign holds back', async () => {
    given({});
    await rig.send({ command: 'PauseCampaign' });
    const answer = await preview();
    expect(answer.body).toMatchObject({ campaignPausedAt: someTime, reminders: [{ gets: 'P30D' }] });
  });

  it('goes on page by page, through everybody once, and refuses a cursor that is none', async () => {
    const ids = Array.from({ length: 17 }, (_, index) => `klant-${String(index).padStart(2, '0')}`);
    given(...ids.map((environmentId, index) => ({ environmentId, nextRung: index % 2 })));
    const found: unknown[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const { body } = await preview({ limit: 4, ...(cursor === undefined ? {} : { cursor }) });
      const page = body as { reminders: { environmentId: string }[]; cursor?: string };
      expect(page.reminders.length).toBeLessThanOrEqual(4);
      found.push(...page.reminders.map(({ environmentId }) => environmentId));
      cursor = page.cursor;
      pages += 1;
    } while (cursor !== undefined);
    expect(found.toSorted()).toEqual(ids);
    expect(pages).toBeGreaterThan(3);
    expect(await preview({ cursor: 'x' })).toMatchObject({ status: 400 });
    expect(await preview({ campaignId: 'ander' })).toMatchObject({ status: 404 });
  });
});

it('RunReminders and SendDigest have the queue begin', async () => {
  expect(await rig.send({ command: 'RunReminders' })).toMatchObject({ body: { outcome: 'started' } });
  expect(await rig.send({ command: 'SendDigest' })).toMatchObject({ body: { outcome: 'started' } });
  expect(rig.reminders).toEqual([
    { kind: 'run', at: someTime },
    { kind: 'digest', at: someTime },
  ]);
});

describe('ShowCampaign', () => {
  it('counts who is where, names who is stuck longest, and draws the counts so far', async () => {
    given(
      { lastReminder: { rung: 'P60D', at: someTime } },
      { environmentId: 'eerder', standingSince: '2026-02-01T09:00:00.000Z', pausedAt: someTime },
      { environmentId: 'klaar', standing: 'done' },
      { environmentId: 'weg', leftAt: someTime },
    );
    await rig.store.campaigns.addSnapshot('visma-net', {
      at: '2026-02-02T09:00:00.000Z',
      left: 3,
      done: 0,
    });
    const { status, body } = await rig.send({ command: 'ShowCampaign' });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      deadline: '2026-05-31',
      daysLeft: 90,
      environments: 3,
      left: 2,
      done: 1,
      standings: expect.arrayContaining([
        { standing: 'nothing-asked', environments: 2 },
        { standing: 'done', environments: 1 },
      ]),
      longest: [
        {
          environmentId: 'eerder',
          since: '2026-02-01T09:00:00.000Z',
          contactsReachable: 1,
          lastReminder: 'none',
          pausedAt: someTime,
        },
        { environmentId: 'voorbeeld', lastReminder: `P60D at ${someTime}` },
      ],
      snapshots: [{ left: 3, done: 0 }],
      picture: expect.stringContaining('2 of 3 environments are still to move'),
    });
    expect(await rig.send({ command: 'ShowCampaign', limit: 1 })).toMatchObject({
      body: { longest: [{ environmentId: 'eerder' }] },
    });
  });

  it('knows no campaign that nobody began', async () => {
    expect((await rig.send({ command: 'ShowCampaign' })).status).toBe(404);
  });
});
