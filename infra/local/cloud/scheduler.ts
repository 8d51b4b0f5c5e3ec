import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type Clock, systemClock } from './clock.ts';
import { isFinal } from './event-bridge-target.ts';
import { readProperties } from './properties.ts';
import { readScheduleExpression } from './scheduler-expression.ts';
import { Ticker } from './scheduler-ticker.ts';
import {
  AwsError,
  type Cloud,
  type CloudService,
  type Identity,
  type Resource,
  UnsupportedTemplate,
} from './service.ts';

const name = z.string().regex(/^[0-9a-zA-Z._-]{1,64}$/);
const moment = z.iso.datetime({ offset: true });
const scheduleProperties = z.strictObject({
  Name: name.optional(),
  GroupName: name.default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF', 'only OFF is supported by the local cloud') }),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  StartDate: moment.optional(),
  EndDate: moment.optional(),
  KmsKeyArn: z.string().optional(),
  Target: z.strictObject({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string().optional(),
    /** CDK writes it empty; a message group is for FIFO queues. */
    SqsParameters: z.strictObject({}).optional(),
    DeadLetterConfig: z.strictObject({ Arn: z.string().optional() }).optional(),
    RetryPolicy: z
      .strictObject({
        MaximumEventAgeInSeconds: z.int().min(60).max(86_400).default(86_400),
        MaximumRetryAttempts: z.int().min(0).max(185).default(185),
      })
      .optional(),
  }),
});
const groupProperties = z.strictObject({ Name: name.optional(), Tags: z.unknown().optional() });
type Schedule = z.output<typeof scheduleProperties>;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** Amazon EventBridge Scheduler: schedules of the template with a queue as target. */
export function createScheduler(cloud: Cloud, clock: Clock = systemClock): CloudService {
  const arn = (kind: string, id: string) =>
    `arn:aws:scheduler:${cloud.region}:${cloud.accountId}:${kind}/${id}`;
  const ticker = new Ticker(clock);
  const starts: (() => void)[] = [];
  let stopped = false;

  function create(resource: Resource): Identity {
    const generated = resource.path.replace(/[^0-9a-zA-Z._-]/g, '-').slice(-64);
    if (resource.type === 'AWS::Scheduler::ScheduleGroup') {
      const group = readProperties(resource, groupProperties).Name ?? generated;
      return { ref: group, attributes: { Arn: arn('schedule-group', group), State: 'ACTIVE' } };
    }
    const schedule = readProperties(resource, scheduleProperties);
    const path = `${resource.path}.Properties`;
    if (schedule.Target.Arn.split(':')[2] !== 'sqs') {
      throw new UnsupportedTemplate(`${path}.Target.Arn`, `${schedule.Target.Arn}: only queues`);
    }
    const scheduleName = schedule.Name ?? generated;
    const scheduleArn = arn('schedule', `${schedule.GroupName}/${scheduleName}`);
    const begin = schedule.StartDate === undefined ? clock.now() : Date.parse(schedule.StartDate);
    const end = schedule.EndDate === undefined ? Number.POSITIVE_INFINITY : Date.parse(schedule.EndDate);
    const { ScheduleExpression: expression, ScheduleExpressionTimezone: timezone } = schedule;
    const timetable = readScheduleExpression(expression, begin, `${path}.ScheduleExpression`, timezone);
    const due = (at: number) => void deliver(schedule, scheduleArn, at, randomUUID(), 1);
    const next = (after: number) => {
      const at = timetable.next(after);
      return at !== undefined && at < end ? at : undefined;
    };
    if (schedule.State === 'ENABLED') {
      starts.push(() => {
        const now = clock.now();
        // A rate begins with a first run at its start; a cron or at(…) has its own moments.
        const first = schedule.StartDate === undefined ? now : begin;
        if (expression.startsWith('rate(') && first >= now && first < end)
          ticker.once(first, () => due(first));
        ticker.run({ next }, due, Math.max(begin, now));
      });
    }
    return { ref: scheduleName, attributes: { Arn: scheduleArn } };
  }

  async function deliver(
    schedule: Schedule,
    scheduleArn: string,
    at: number,
    id: string,
    attempt: number,
  ): Promise<void> {
    const { Target: target } = schedule;
    const input = inputOf(target.Input, scheduleArn, at, id, attempt);
    try {
      await cloud.sendMessage(target.Arn, input, roleOf(schedule));
    } catch (error) {
      if (stopped) return;
      const { MaximumRetryAttempts: retries = 185, MaximumEventAgeInSeconds: age = 86_400 } =
        target.RetryPolicy ?? {};
      if (isFinal(error) || attempt > retries || clock.now() - at >= age * 1000) {
        await giveUp(schedule, scheduleArn, input, error);
        return;
      }
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      ticker.once(clock.now() + pause, () => void deliver(schedule, scheduleArn, at, id, attempt + 1));
    }
  }

  /** Scheduler User Guide, "Confused deputy prevention": the source is the schedule's group. */
  function roleOf({ Target, GroupName }: Schedule) {
    return cloud.assume(Target.RoleArn, 'scheduler.amazonaws.com', arn('schedule-group', GroupName));
  }

  async function giveUp(
    schedule: Schedule,
    scheduleArn: string,
    input: string,
    error: unknown,
  ): Promise<void> {
    const { Target: target } = schedule;
    const story = `not delivered to ${target.Arn}: ${error instanceof AwsError ? `${error.code}: ${error.message}` : String(error)}`;
    const deadLetterArn = target.DeadLetterConfig?.Arn;
    if (deadLetterArn === undefined) {
      cloud.log(scheduleArn, `${story}; dropped, the target has no dead-letter queue`);
      return;
    }
    try {
      await cloud.sendMessage(deadLetterArn, input, roleOf(schedule));
      cloud.log(scheduleArn, `${story}; sent to ${deadLetterArn}`);
    } catch (lost) {
      cloud.log(scheduleArn, `${story}; dropped, its dead-letter queue refused it: ${String(lost)}`);
    }
  }

  /** Scheduler User Guide, "Adding context attributes"; without input it sends a notification in an event's form. */
  function inputOf(
    template: string | undefined,
    scheduleArn: string,
    at: number,
    id: string,
    attempt: number,
  ): string {
    const time = `${new Date(at).toISOString().slice(0, 19)}Z`;
    if (template === undefined) {
      const { region, accountId: account } = cloud;
      const detail = { 'detail-type': 'Scheduled Event', source: 'aws.scheduler', account, time, region };
      return JSON.stringify({ version: '0', id, ...detail, resources: [scheduleArn], detail: '{}' });
    }
    return template
      .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
      .replaceAll('<aws.scheduler.scheduled-time>', time)
      .replaceAll('<aws.scheduler.execution-id>', id)
      .replaceAll('<aws.scheduler.attempt-number>', `${attempt}`);
  }

  return {
    name: 'scheduler',
    types: ['AWS::Scheduler::Schedule', 'AWS::Scheduler::ScheduleGroup'],
    create,
    permissions: (call) => [{ action: `scheduler:${call.action}`, resource: '*' }],
    call: async (call) => {
      throw new AwsError(
        'UnknownOperationException',
        `The local cloud does not offer scheduler:${call.action}.`,
      );
    },
    async start() {
      for (const start of starts) start();
    },
    async stop() {
      stopped = true;
      ticker.stop();
    },
  };
}
