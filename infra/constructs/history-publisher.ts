import { Duration, Validations } from 'aws-cdk-lib';
import { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';

/** Turns history entries of the table's stream into events on the bus: the one way to publish. */
export class HistoryPublisher extends Construct {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { bus, table, tableKey } = foundation.stores;
    // Positions in the stream of entries that could not be published; see the runbook.
    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(deadLetters).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue of an event source, which is no queue that names it.',
    });
    const publishHistory = new ServiceFunction(this, 'PublishHistory', foundation, {
      folder: 'publish-history',
      environment: { BUS_NAME: bus.eventBusName },
      impact: 'Nothing that happens has an effect: no mails, no onboarding goes on.',
      failuresTolerated: 4,
    });
    bus.grantPutEventsTo(publishHistory.role);
    tableKey.grant(publishHistory.role, 'kms:Decrypt');
    const { tableArn, tableStreamArn } = table;
    if (tableStreamArn === undefined)
      throw new Error('The table has no stream: history would not be published.');
    const source = TableV2.fromTableAttributes(this, 'Source', { tableArn, tableStreamArn });
    publishHistory.function.addEventSource(
      new DynamoEventSource(source, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [
          FilterCriteria.filter({
            eventName: FilterRule.isEqual('INSERT'),
            dynamodb: { Keys: { sk: { S: FilterRule.beginsWith('HISTORY#') } } },
          }),
        ],
        batchSize: 100,
        bisectBatchOnError: true,
        reportBatchItemFailures: true,
        // An outage of EventBridge is waited out; twelve hours leave as many to repair before the stream forgets.
        maxRecordAge: Duration.hours(12),
        retryAttempts: 1_000,
        onFailure: new SqsDlq(deadLetters),
      }),
    );
    Validations.of(publishHistory.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'dynamodb:ListStreams knows no resource.',
    });
    foundation.alarms.add(this, 'DeadLettersPresent', {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: 1,
      impact: 'Something happened that nothing followed from: a mail or a step of an onboarding is missing.',
      runbook: 'dead-letters-history',
    });
    foundation.alarms.add(this, 'HistoryIsLate', {
      metric: publishHistory.function.metric('IteratorAge', {
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: Duration.minutes(5).toMilliseconds(),
      impact: 'Mails and the steps of onboardings are late by more than five minutes.',
      runbook: 'history-is-late',
    });
  }
}
