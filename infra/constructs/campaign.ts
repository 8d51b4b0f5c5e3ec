import { Duration, TimeZone } from 'aws-cdk-lib';
import { ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { ReminderMessage, ReminderPace } from '../../shared/contracts/queues/reminders.ts';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';
import { patientTries, WorkQueue } from './work-queue.ts';

/** The longest that SQS puts off a message. */
const longestDelaySeconds = 900;

interface Watched {
  readonly id: string;
  /** One of `alarmLines`. */
  readonly line: string;
  readonly metricName: string;
  /** Of the number of a weekday, in CloudWatch's words; as the schedule in infra/config.ts has it. */
  readonly isExpected: (day: string) => string;
  readonly impact: string;
  /** Heading of docs/runbook.md, as its anchor. */
  readonly runbook: string;
}

/** Reminds every customer who has not moved yet, rung by rung, and follows how far each is. */
export class Campaign extends Construct {
  readonly reminders: WorkQueue;
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { remindersPerSecond, pageSize, unansweredMax } = foundation.config.campaign;
    if (pageSize > remindersPerSecond * longestDelaySeconds) {
      throw new Error(`A page of ${pageSize} reminders lasts longer than SQS puts off a message.`);
    }
    this.reminders = this.#remind(foundation, { remindersPerSecond, pageSize, unansweredMax });
    this.queue = this.#follow(foundation);
  }

  #remind(foundation: Foundation, pace: ReminderPace): WorkQueue {
    const { config, stores } = foundation;
    const reminders = new WorkQueue(this, 'Reminders', foundation, {
      maxReceiveCount: patientTries,
      impact: 'Customers who have not moved yet were not reminded, or the product owner got no digest.',
      runbook: 'dead-letters-reminders',
    });
    const sendReminders = new ServiceFunction(this, 'SendReminders', foundation, {
      folder: 'send-reminders',
      environment: {
        TABLE_NAME: stores.table.tableName,
        REMINDERS_QUEUE_URL: reminders.queue.queueUrl,
        REMINDER_PACE: JSON.stringify(pace),
      },
      impact: 'Customers who have not moved yet are not reminded.',
      failuresTolerated: 9,
    })
      .grantTable('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem')
      .grantStateIndex();
    reminders.grantSend(sendReminders.role);
    reminders.addConsumer(sendReminders, { batchSize: 10, atOnce: 2 });
    this.#schedule('Run', reminders, config.campaign, {
      description: 'Sends the reminders that are due',
      expression: config.campaign.runSchedule,
      kind: 'run',
    });
    this.#schedule('Digest', reminders, config.campaign, {
      description: 'Has the digest of the campaign sent',
      expression: config.campaign.digestSchedule,
      kind: 'digest',
    });
    // On Saturdays and Sundays nothing is to run. Monday is 1.
    this.#watch(foundation, sendReminders, {
      id: 'RemindersStandStill',
      line: alarmLines.remindersStarted,
      metricName: 'ReminderRuns',
      isExpected: (day) => `${day} < 6`,
      impact: 'No reminders were sent on a weekday: customers are not told that their deadline comes nearer.',
      runbook: 'reminders-stand-still',
    });
    this.#watch(foundation, sendReminders, {
      id: 'DigestStandsStill',
      line: alarmLines.digestsRequested,
      metricName: 'DigestRuns',
      isExpected: (day) => `${day} == 1`,
      impact: 'No digest was asked for on a Monday: the product owner does not hear how the campaign stands.',
      runbook: 'digest-stands-still',
    });
    return reminders;
  }

  #schedule(
    id: string,
    { queue, deadLetters }: WorkQueue,
    { timeZone }: Foundation['config']['campaign'],
    when: { description: string; expression: string; kind: 'run' | 'digest' },
  ): void {
    new Schedule(this, id, {
      description: when.description,
      schedule: ScheduleExpression.expression(when.expression, TimeZone.of(timeZone)),
      target: new SqsSendMessage(queue, {
        deadLetterQueue: deadLetters,
        input: ScheduleTargetInput.fromObject({
          kind: when.kind,
          at: ContextAttribute.scheduledTime,
        } satisfies ReminderMessage),
      }),
    });
  }

  /** An alarm for a day on which a line was expected and nobody logged it. */
  #watch(foundation: Foundation, { logGroup }: ServiceFunction, watched: Watched): void {
    const { id, line, metricName, isExpected, impact, runbook } = watched;
    const runs = new MetricFilter(this, metricName, {
      logGroup,
      filterPattern: FilterPattern.literal(`"${line}"`),
      metricNamespace: `VismaOnboarding/${foundation.config.stage}`,
      metricName,
      metricValue: '1',
    }).metric({ statistic: 'Sum', period: Duration.days(1) });
    foundation.alarms.add(this, id, {
      metric: new MathExpression({
        // Without the filling, a day without a run would have no value to compare.
        expression: `IF(${isExpected('DAY(FILL(runs, 0))')}, FILL(runs, 0), 1)`,
        usingMetrics: { runs },
        period: Duration.days(1),
      }),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      missingData: TreatMissingData.BREACHING,
      impact,
      runbook,
    });
  }

  #follow(foundation: Foundation): WorkQueue {
    const { stores } = foundation;
    const queue = new WorkQueue(this, 'Campaign', foundation, {
      maxReceiveCount: patientTries,
      impact:
        'How far a customer is was not noted: counts are behind, and a message in Spend Cloud may stay.',
      runbook: 'dead-letters-campaign',
    });
    const followCampaign = new ServiceFunction(this, 'FollowCampaign', foundation, {
      folder: 'follow-campaign',
      environment: { TABLE_NAME: stores.table.tableName, CAMPAIGN_QUEUE_URL: queue.queue.queueUrl },
      impact: 'How far customers are is not noted: counts are behind, and messages in Spend Cloud stay.',
      failuresTolerated: 9,
    }).grantTable('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem');
    queue.addConsumer(followCampaign, { batchSize: 10, atOnce: 2 });
    return queue;
  }
}
