import { describe, expect, it } from 'vitest';
import { createScheduler } from '../../../infra/local/cloud/scheduler.ts';
import { readScheduleExpression } from '../../../infra/local/cloud/scheduler-expression.ts';
import { AwsError, UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';
import { FakeCloud, resource } from './fake-cloud.ts';
import { ManualClock } from './manual-clock.ts';

const from = Date.parse('2026-03-02T09:00:00Z');

describe('schedule expressions', () => {
  it.each([
    ['rate(1 minute)', ['2026-03-02T09:01:00Z', '2026-03-02T09:02:00Z']],
    ['rate(5 hours)', ['2026-03-02T14:00:00Z', '2026-03-02T19:00:00Z']],
    ['rate(2 days)', ['2026-03-04T09:00:00Z', '2026-03-06T09:00:00Z']],
    ['cron(0 10 * * ? *)', ['2026-03-02T10:00:00Z', '2026-03-03T10:00:00Z']],
    ['cron(15 12 * * ? *)', ['2026-03-02T12:15:00Z', '2026-03-03T12:15:00Z']],
    ['cron(0 18 ? * MON-FRI *)', ['2026-03-02T18:00:00Z', '2026-03-03T18:00:00Z']],
    ['cron(0 8 1 * ? *)', ['2026-04-01T08:00:00Z', '2026-05-01T08:00:00Z']],
    ['cron(0/15 * * * ? *)', ['2026-03-02T09:15:00Z', '2026-03-02T09:30:00Z']],
    [
      'cron(5/20 9 * * ? *)',
      ['2026-03-02T09:05:00Z', '2026-03-02T09:25:00Z', '2026-03-02T09:45:00Z', '2026-03-03T09:05:00Z'],
    ],
    ['cron(0/5 8-17 ? * MON-FRI *)', ['2026-03-02T09:05:00Z', '2026-03-02T09:10:00Z']],
    ['cron(0 9 ? * 2#1 *)', ['2026-04-06T09:00:00Z', '2026-05-04T09:00:00Z']],
    ['cron(0 9 L * ? *)', ['2026-03-31T09:00:00Z', '2026-04-30T09:00:00Z']],
    ['cron(0 0 ? * 1 *)', ['2026-03-08T00:00:00Z', '2026-03-15T00:00:00Z']],
    ['cron(0 9 1 1 ? 2027)', ['2027-01-01T09:00:00Z', undefined]],
    ['at(2026-03-02T10:00:00)', ['2026-03-02T10:00:00Z', undefined]],
  ])('%s', (expression, expected) => {
    const timetable = readScheduleExpression(expression, from, 'rule');
    const moments: (number | undefined)[] = [];
    for (let index = 0; index < expected.length; index += 1) {
      moments.push(timetable.next(moments.at(-1) ?? from));
    }
    expect(moments.map((at) => at && `${new Date(at).toISOString().slice(0, 19)}Z`)).toEqual(expected);
  });

  it('counts in the time zone of the schedule, through the change of the clock', () => {
    const timetable = readScheduleExpression('cron(0 9 * * ? *)', from, 'rule', 'Europe/Amsterdam');
    expect(timetable.next(Date.parse('2026-03-28T00:00:00Z'))).toBe(Date.parse('2026-03-28T08:00:00Z'));
    expect(timetable.next(Date.parse('2026-03-29T00:00:00Z'))).toBe(Date.parse('2026-03-29T07:00:00Z'));
  });

  it.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'cron(0 10 * * *)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(99 10 * * ? *)',
    'at(tomorrow)',
    '5 minutes',
  ])('refuses %s', (expression) => {
    expect(() => readScheduleExpression(expression, from, 'rule')).toThrow(UnsupportedTemplate);
  });
});

describe('schedules', () => {
  const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:work';
  const scheduleArn = 'arn:aws:scheduler:eu-west-1:000000000000:schedule/default/reminders';

  function start(properties: Record<string, unknown> = {}, target: Record<string, unknown> = {}) {
    const clock = new ManualClock();
    const cloud = new FakeCloud();
    const scheduler = createScheduler(cloud, clock);
    const identity = scheduler.create(
      resource('AWS::Scheduler::Schedule', {
        Name: 'reminders',
        ScheduleExpression: 'rate(5 minutes)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: queueArn, RoleArn: 'arn:aws:iam::000000000000:role/schedule', ...target },
        ...properties,
      }),
    );
    return { clock, cloud, scheduler, identity };
  }

  it('starts a rate at once and repeats it, as its role', async () => {
    const Input = '{"at":"<aws.scheduler.scheduled-time>","try":<aws.scheduler.attempt-number>}';
    const { clock, cloud, scheduler, identity } = start({}, { Input });
    await scheduler.start?.();
    await clock.advance(5 * 60_000);
    expect(identity).toEqual({ ref: 'reminders', attributes: { Arn: scheduleArn } });
    expect(cloud.sent.map((message) => JSON.parse(message.body))).toEqual([
      { at: '2026-03-02T09:00:00Z', try: 1 },
      { at: '2026-03-02T09:05:00Z', try: 1 },
    ]);
    expect(cloud.sent[0]?.by.kind).toBe('role');
    // What a trust policy against confused deputies names: the group.
    expect(cloud.assumed[0]).toMatchObject({
      sourceArn: 'arn:aws:scheduler:eu-west-1:000000000000:schedule-group/default',
    });
    await scheduler.stop();
    expect(clock.pending).toBe(0);
  });

  it('sends a notification when it has no input', async () => {
    const { clock, cloud, scheduler } = start({ ScheduleExpression: 'at(2026-03-02T10:00:00)' });
    await scheduler.start?.();
    await clock.advance(24 * 3_600_000);
    expect(cloud.sent.map((message) => JSON.parse(message.body))).toEqual([
      expect.objectContaining({
        source: 'aws.scheduler',
        resources: [scheduleArn],
        time: '2026-03-02T10:00:00Z',
        detail: '{}',
      }),
    ]);
  });

  it('retries, then gives up to the dead-letter queue', async () => {
    const deadArn = 'arn:aws:sqs:eu-west-1:000000000000:dead';
    const { clock, cloud, scheduler } = start(
      { ScheduleExpression: 'at(2026-03-02T10:00:00)' },
      { Input: '{}', DeadLetterConfig: { Arn: deadArn }, RetryPolicy: { MaximumRetryAttempts: 1 } },
    );
    cloud.sendErrors.push(
      new AwsError('ServiceUnavailable', 'down', 503),
      new AwsError('ServiceUnavailable', 'down', 503),
    );
    await scheduler.start?.();
    await clock.advance(2 * 3_600_000);
    expect(cloud.sent.map((message) => message.queueArn)).toEqual([deadArn]);
  });

  it('does not run when it is disabled or over', async () => {
    for (const properties of [{ State: 'DISABLED' }, { EndDate: '2026-03-02T08:00:00Z' }]) {
      const { clock, cloud, scheduler } = start(properties);
      await scheduler.start?.();
      await clock.advance(3_600_000);
      expect(cloud.sent).toEqual([]);
    }
  });

  it.each([
    [{ FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 } }, {}, /FlexibleTimeWindow/],
    [{}, { Arn: 'arn:aws:states:eu-west-1:0:stateMachine:x' }, /only queues/],
    [{}, { SqsParameters: { MessageGroupId: 'x' } }, /SqsParameters/],
  ])('refuses %j with target %j', (properties, target, reason) => {
    expect(() => start(properties, target)).toThrow(reason);
  });
});
