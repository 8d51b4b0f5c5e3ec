import { Duration } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import type { ServiceFunction } from './service-function.ts';

export interface WorkQueueProps {
  /** Tries before a message goes to the dead letters; the consumer spaces them. */
  readonly maxReceiveCount: number;
  /** Until a message comes back whose consumer died; the function's timeout at least. As configured unless told. */
  readonly visibilitySeconds?: number;
  /** What does not happen while messages lie among the dead letters. */
  readonly impact: string;
  /** Heading of docs/runbook.md, as its anchor. */
  readonly runbook: string;
}

/** The longest that SQS keeps a message: time for a person to come back from holiday. */
const retention = Duration.days(14);

/**
 * Tries of a consumer that waits 2^n seconds after try n, 15 minutes at most: 2 + 4 + … + 512 = 1,022 s after the first
 * nine, then 5 × 900 s: the 15th comes an hour and a half after the first. What lasts longer needs a person.
 */
export const patientTries = 15;

/** A queue with its dead letters, their alarm and its consumer. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, foundation: Foundation, props: WorkQueueProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: retention,
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: retention,
      visibilityTimeout: Duration.seconds(props.visibilitySeconds ?? foundation.config.visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount },
    });
    foundation.alarms.add(this, 'DeadLettersPresent', {
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: 1,
      impact: props.impact,
      runbook: props.runbook,
    });
  }

  /** Each message succeeds or fails for itself; `atOnce` runs of the function at most. */
  addConsumer(consumer: ServiceFunction, options: { batchSize: number; atOnce: number }): void {
    consumer.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: options.batchSize,
        maxConcurrency: options.atOnce,
        reportBatchItemFailures: true,
      }),
    );
  }

  grantSend(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['sqs:SendMessage'], resourceArns: [this.queue.queueArn] });
  }

  /** What `StartMessageMoveTask` needs on both ends: from the dead letters back to the queue. */
  grantRedrive(grantee: IGrantable): void {
    Grant.addToPrincipal({
      grantee,
      actions: [
        'sqs:StartMessageMoveTask',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
      ],
      resourceArns: [this.deadLetters.queueArn],
    });
    this.grantSend(grantee);
  }
}
