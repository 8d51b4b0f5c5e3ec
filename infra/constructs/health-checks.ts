import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  ContextAttribute,
  Schedule,
  ScheduleExpression,
  ScheduleTargetInput,
} from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { HealthMessage } from '../../shared/contracts/queues/health.ts';
import type { Foundation } from './foundation.ts';
import { LineAlarm } from './line-alarm.ts';
import { ServiceFunction } from './service-function.ts';
import { patientTries, WorkQueue } from './work-queue.ts';

/** Once a day for each active connection: does it still give access to the company that it was activated for? */
export class HealthChecks extends Construct {
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, foundation: Foundation, testAccess: ServiceFunction) {
    super(scope, id);
    const { config, stores } = foundation;
    this.queue = new WorkQueue(this, 'Health', foundation, {
      maxReceiveCount: patientTries,
      impact: 'Active connections were not checked: a broken one may be noticed by an export only.',
      runbook: 'dead-letters-health',
    });
    const checkHealth = new ServiceFunction(this, 'CheckHealth', foundation, {
      folder: 'check-health',
      environment: {
        TABLE_NAME: stores.table.tableName,
        HEALTH_QUEUE_URL: this.queue.queue.queueUrl,
        HEALTH_POLICY: JSON.stringify(config.health),
        TEST_ACCESS_FUNCTION_NAME: testAccess.function.functionName,
      },
      impact: 'Active connections are not checked: a broken one is noticed by an export only.',
      failuresTolerated: 9,
    }).grantTable(
      'GetItem',
      'BatchGetItem',
      'Query',
      'PutItem',
      'UpdateItem',
      'DeleteItem',
      'ConditionCheckItem',
    );
    testAccess.grantInvokeTo(checkHealth);
    this.queue.grantSend(checkHealth.role);
    // As gently as the intake: exports use the same limit of Visma's.
    this.queue.addConsumer(checkHealth, { batchSize: 5, atOnce: 2 });

    new Schedule(this, 'Plan', {
      description: 'Plans the health checks that are due next',
      schedule: ScheduleExpression.rate(Duration.seconds(config.health.planEverySeconds)),
      target: new SqsSendMessage(this.queue.queue, {
        deadLetterQueue: this.queue.deadLetters,
        input: ScheduleTargetInput.fromObject({
          kind: 'plan',
          at: ContextAttribute.scheduledTime,
        } satisfies HealthMessage),
      }),
    });

    new LineAlarm(this, 'HealthCheckFailed', foundation, {
      line: alarmLines.healthCheckFailed,
      loggedBy: [checkHealth],
      impact:
        'An active connection gives no access: the exports through it fail until its customer mends it.',
      runbook: 'active-connections-fail-their-health-check',
    });
    new LineAlarm(this, 'ManyConnectionsFail', foundation, {
      line: alarmLines.manyConnectionsFail,
      loggedBy: [checkHealth],
      impact:
        'So many active connections fail at once that it is Visma or we: exports fail, and nobody is disconnected for it.',
      runbook: 'many-connections-fail',
    });
    new LineAlarm(this, 'HealthUnknown', foundation, {
      line: alarmLines.healthUnknown,
      loggedBy: [checkHealth],
      timesADay: 10,
      impact: 'Ten connections could not be checked today: Visma is unavailable, or it throttles us.',
      runbook: 'health-unknown',
    });
    foundation.alarms.add(this, 'ChecksStandStill', {
      metric: checkHealth.function.metricInvocations({ period: Duration.hours(1), statistic: 'Sum' }),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      // Two in a row: one may be cut short by a deploy.
      periods: 2,
      missingData: TreatMissingData.BREACHING,
      impact: 'No health check is planned any more: broken connections are noticed by exports only.',
      runbook: 'health-checks-stand-still',
    });
  }
}
