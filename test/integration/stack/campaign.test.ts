import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noChaos } from '../../../infra/local/cloud/chaos.ts';
import { readAssembly } from '../../../infra/local/cloud/template.ts';
import { synthesise } from '../../../infra/local/synthesise.ts';
import { createCampaignRepository } from '../../../shared/adapters/dynamodb/campaigns.ts';
import { createConnectionRepository } from '../../../shared/adapters/dynamodb/connections.ts';
import { createEnvironmentRepository } from '../../../shared/adapters/dynamodb/environments.ts';
import { readHistory } from '../../../shared/adapters/dynamodb/history-items.ts';
import { openTable, type Table } from '../../../shared/adapters/dynamodb/table.ts';
import { joinCampaign, startCampaign } from '../../../shared/domain/campaign/join-campaign.ts';
import type { Membership } from '../../../shared/domain/campaign/membership.ts';
import { eventually } from '../cloud/poll.ts';
import type { Customer } from './deliveries.ts';
import { subjects, untilMail } from './invariants.ts';
import { operator } from './rotating.ts';
import { functionPath, isDeadLetters, pause, Stage } from './stage.ts';

const campaignId = 'visma-net';
const keys = { accessKeyId: 'AKIACAMPAIGN', secretAccessKey: randomBytes(30).toString('base64url') };
const ladder = ['PT3H', 'PT2H', 'PT1H'];
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

describe('the campaign', () => {
  let stage: Stage;
  let table: Table;
  /** Where `send-reminders` dies next: at which call, and before or after it takes effect. */
  const deaths: { readonly action: string; readonly when: 'before' | 'after' }[] = [];
  const died: string[] = [];

  beforeAll(async () => {
    const assembly = await synthesise();
    stage = await Stage.start({
      assembly,
      users: [
        {
          name: 'campaign',
          ...keys,
          policyStatements: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }],
        },
      ],
      chaos: {
        ...noChaos,
        kill: (name, _number, { action }) => {
          if (!functionPath(name).endsWith('SendReminders') || deaths[0]?.action !== action) return 'no';
          const { when } = deaths.shift()!;
          died.push(`${when} ${action}`);
          return when;
        },
      },
    });
    const { aws: endpoint, region } = stage.local.endpoints;
    table = openTable(tableName(assembly), new DynamoDBClient({ endpoint, region, credentials: keys }));
  });
  afterAll(() => stage?.stop());

  const campaigns = () => createCampaignRepository(table);

  /** What an import does with a customer who is registered. */
  async function join({ environmentId }: Customer): Promise<void> {
    const [environment, connections, campaign] = await Promise.all([
      createEnvironmentRepository(table).find(environmentId),
      createConnectionRepository(table).findByEnvironment(environmentId),
      campaigns().find(campaignId),
    ]);
    const cause = { at: new Date().toISOString(), by: 'operator:test', correlationId: 'import:test' };
    const change = joinCampaign(undefined, environment!, connections, campaign!, cause);
    // As who joined before the first rung came due.
    await campaigns().saveMembership({ ...change!, after: { ...change!.after, nextRung: 0 } });
  }

  async function joined(change: Partial<Customer> = {}): Promise<Customer> {
    const customer = stage.newCustomer(change);
    await stage.register(customer);
    await join(customer);
    return customer;
  }

  function until(
    { environmentId }: Customer,
    what: string,
    wanted: (member: Membership) => boolean,
  ): Promise<Membership> {
    return eventually(
      async () => {
        const member = await campaigns().findMembership(environmentId);
        if (member !== undefined && wanted(member)) return member;
        await pause(150);
        return undefined;
      },
      `${environmentId} ${what}`,
      30_000,
    );
  }

  const story = async ({ environmentId }: Customer) =>
    (await readHistory(table, 'membership', environmentId, 0)).map(({ type, detail }) =>
      [type, detail.rung ?? detail.reason ?? detail.standing ?? ''].join(' ').trim(),
    );
  const rungsOf = async (customer: Customer) =>
    (await story(customer)).flatMap((line) => (line.startsWith('ReminderDue ') ? [line.slice(12)] : []));

  it('reminds each customer once a rung until he is done, through kills and doubled runs', async () => {
    const started = startCampaign(
      campaignId,
      { deadline: inHours(2.5), ladder },
      { at: new Date().toISOString(), by: 'operator:test', correlationId: 'import:test' },
    );
    if (!('after' in started)) throw new Error(started.message);
    await campaigns().save(started);
    const quiet: Customer[] = [];
    for (let index = 0; index < 5; index += 1) quiet.push(await joined());
    const mover = await joined();
    const paused = await joined();
    const waiting = await joined();
    const bounced = stage.newCustomer();
    await stage.register({ ...bounced, email: `bounce+${bounced.environmentId}@klant.example` });
    await join(bounced);

    // Nobody has filled the stock: it is the vendor's turn.
    await stage.asksForCode(waiting);
    await until(waiting, 'waits for us', ({ standing }) => standing === 'code-awaited');
    await stage.command({ command: 'PauseEnvironment', environmentId: paused.environmentId });

    const preview = await operator(stage, `preview-reminders --on ${inHours(0)}`);
    expect(preview.exitCode).toBe(0);
    const line = (text: string, { environmentId }: Customer) =>
      text.split('\n').find((one) => one.startsWith(`${environmentId} `)) ?? '';
    expect(line(preview.answer, quiet[0]!)).toMatch(/nothing-asked +1 +PT3H/);
    expect(line(preview.answer, paused)).toContain('nothing: paused');
    expect(line(preview.answer, waiting)).toContain('nothing: vendors-turn');

    deaths.push(
      { action: 'sqs:SendMessage', when: 'after' },
      { action: 'sqs:SendMessage', when: 'before' },
      { action: 'dynamodb:TransactWriteItems', when: 'after' },
      { action: 'dynamodb:TransactWriteItems', when: 'before' },
    );
    const at = new Date().toISOString();
    await stage.queueReminders({ kind: 'run', at });
    await stage.queueReminders({ kind: 'run', at });
    await stage.command({ command: 'RunReminders' });
    for (const customer of [...quiet, mover, bounced, waiting]) {
      await until(customer, 'had the first rung', ({ nextRung }) => nextRung === 1);
    }
    for (const customer of [...quiet, mover, bounced]) expect(await rungsOf(customer)).toEqual(['PT3H']);
    expect(await story(waiting)).toEqual([
      'CampaignJoined nothing-asked',
      'StandingChanged code-awaited',
      'ReminderPassed PT3H',
    ]);
    expect(await story(paused)).toEqual(['CampaignJoined nothing-asked', 'RemindersPaused']);

    await stage.addCodes(3);
    stage.integrate(mover.tenantId, { told: false });
    await stage.asksForCode(mover);
    await untilMail(stage, mover.email, subjects.code);
    await stage.sendsTenantId(mover, mover.tenantId);
    await until(mover, 'is done', ({ standing }) => standing === 'done');
    // With his first step, whichever was noted first.
    const ends = (await story(mover)).filter((one) => /^ReminderCleared|done$/.test(one));
    expect(ends).toContain('StandingChanged done');
    expect(ends.filter((one) => one.startsWith('ReminderCleared'))).toHaveLength(1);
    await until(waiting, 'has his code', ({ standing }) => standing === 'code-issued');
    await stage.command({ command: 'RequestCode', environmentId: bounced.environmentId });
    await until(bounced, 'has his code', ({ standing }) => standing === 'code-issued');

    await stage.command({ command: 'ResumeEnvironment', environmentId: paused.environmentId });
    for (const [hours, nextRung] of [
      [1.5, 2],
      [0.5, 3],
    ] as const) {
      const moved = await operator(stage, `change-deadline --deadline ${inHours(hours)}`);
      expect(moved.answer).toMatch(/outcome +changed/);
      if (nextRung === 3) {
        // His address has turned out to be dead since.
        const late = await operator(stage, `preview-reminders --on ${inHours(0)}`);
        expect(line(late.answer, bounced)).toContain('no reachable contact');
        expect(line(late.answer, mover)).toBe('');
      }
      await Promise.all([operator(stage, 'run-reminders'), operator(stage, 'run-reminders')]);
      for (const customer of [...quiet, paused, waiting, bounced]) {
        await until(customer, `had rung ${nextRung}`, (member) => member.nextRung === nextRung);
      }
    }
    for (const customer of quiet) {
      expect(await story(customer)).toEqual([
        'CampaignJoined nothing-asked',
        'ReminderDue PT3H',
        'ReminderDue PT2H',
        'ReminderDue PT1H',
        'RemindersUnanswered nothing-asked',
      ]);
    }
    for (const customer of [paused, waiting]) expect(await rungsOf(customer)).toEqual(['PT2H', 'PT1H']);
    expect(await rungsOf(bounced)).toEqual(ladder);
    expect(await rungsOf(mover)).toEqual(['PT3H']);
    expect(died).toHaveLength(4);

    await stage.queueReminders({ kind: 'digest', at });
    await stage.queueReminders({ kind: 'digest', at });
    await stage.settled(1_000);
    const told = (await readHistory(table, 'campaign', campaignId, 0)).map(({ type }) => type);
    expect(told).toEqual(['CampaignStarted', 'DeadlineChanged', 'DeadlineChanged', 'CampaignDigestDue']);
    expect(await campaigns().snapshots(campaignId)).toEqual([{ at, left: 8, done: 1 }]);
    const dead = [...stage.queues()].filter(([name, count]) => isDeadLetters(name) && count > 0);
    expect(dead).toEqual([]);
    expect(stage.lines.filter((one) => one.includes('AccessDenied'))).toEqual([]);
  });
});

/** As the local cloud names it. */
function tableName(assembly: string): string {
  const [found] = readAssembly(assembly, 'local').stacks.flatMap(({ template, ...stack }) =>
    Object.entries(template.Resources)
      .filter(([id, { Type }]) => Type === 'AWS::DynamoDB::GlobalTable' && id.startsWith('Onboarding'))
      .map(([id]) => `${stack.name}-${id}`),
  );
  if (found === undefined) throw new Error('There is no table.');
  return found;
}
