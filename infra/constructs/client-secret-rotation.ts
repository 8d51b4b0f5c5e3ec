import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { SqsSendMessage } from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import type { RotationMessage } from '../../shared/contracts/queues/rotation.ts';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';
import { vismaConnectEnvironment } from './visma-environment.ts';
import { WorkQueue } from './work-queue.ts';

/** Every message asks for the same: what five tries did not do, the next one of the schedule does. */
const tries = 5;

/** Tests, promotes and takes back the secrets of the Visma client that operators stage (docs/adr/0009). */
export class ClientSecretRotation extends Construct {
  readonly queue: WorkQueue;
  readonly rotateClientSecret: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { config, stores } = foundation;
    const { everyMinutes, ...policy } = config.rotation;
    this.queue = new WorkQueue(this, 'Rotation', foundation, {
      maxReceiveCount: tries,
      impact: 'A staged client secret is not taken up, and a refused one is not taken back.',
      runbook: 'dead-letters-rotation',
    });
    this.rotateClientSecret = new ServiceFunction(this, 'RotateClientSecret', foundation, {
      folder: 'rotate-client-secret',
      environment: {
        TABLE_NAME: stores.table.tableName,
        ROTATION_QUEUE_URL: this.queue.queue.queueUrl,
        ROTATION_POLICY: JSON.stringify(policy),
        ...vismaConnectEnvironment(config),
      },
      impact: 'A staged client secret is not taken up, and a refused one is not taken back.',
      failuresTolerated: 2,
    })
      .grantTable('BatchGetItem')
      .grantStateIndex()
      .grantSecret('VISMA_CLIENT_SECRET_ID', stores.secrets.vismaClient);
    Grant.addToPrincipal({
      grantee: this.rotateClientSecret.role,
      actions: ['secretsmanager:UpdateSecretVersionStage'],
      resourceArns: [stores.secrets.vismaClient.secret.secretArn],
    });
    this.queue.addConsumer(this.rotateClientSecret, { batchSize: 1, atOnce: 2 });
    const message: RotationMessage = { reason: 'schedule' };
    new Schedule(this, 'Schedule', {
      description: 'Looks after the client secret',
      schedule: ScheduleExpression.rate(Duration.minutes(everyMinutes)),
      target: new SqsSendMessage(this.queue.queue, {
        deadLetterQueue: this.queue.deadLetters,
        input: ScheduleTargetInput.fromObject(message),
        // The next one does the same.
        retryAttempts: 3,
        maxEventAge: Duration.minutes(5),
      }),
    });
    foundation.alarms.add(this, 'RotationStandsStill', {
      metric: this.rotateClientSecret.function.metricInvocations({
        period: Duration.hours(1),
        statistic: 'Sum',
      }),
      threshold: 1,
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      // Two in a row: one may be cut short by a deploy.
      periods: 2,
      missingData: TreatMissingData.BREACHING,
      impact:
        'Nobody looks after the client secret: a staged one is not taken up, a refused one not taken back.',
      runbook: 'rotation-stands-still',
    });
  }
}
