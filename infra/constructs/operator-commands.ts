import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';
import type { WorkQueue } from './work-queue.ts';

/** Carries out what operators ask for. */
export class OperatorCommands extends Construct {
  readonly runOperatorCommand: ServiceFunction;

  /** `queues` by the names that `RedriveDeadLetters` has for them. */
  constructor(
    scope: Construct,
    id: string,
    foundation: Foundation,
    queues: Readonly<
      Record<
        | 'inbound'
        | 'workflow'
        | 'mail'
        | 'mail-outcome'
        | 'spend-cloud'
        | 'health'
        | 'rotation'
        | 'reconciliation'
        | 'ticket-answers'
        | 'reminders'
        | 'campaign'
        | 'import',
        WorkQueue
      >
    >,
    rotateLinkKey: ServiceFunction,
  ) {
    super(scope, id);
    const deadLetterQueues = Object.fromEntries(
      Object.entries(queues).map(([name, { deadLetters, queue }]) => [
        name,
        { deadLetters: deadLetters.queueArn, queue: queue.queueArn },
      ]),
    );
    this.runOperatorCommand = new ServiceFunction(this, 'RunOperatorCommand', foundation, {
      folder: 'run-operator-command',
      environment: {
        TABLE_NAME: foundation.stores.table.tableName,
        DEAD_LETTER_QUEUES: Stack.of(this).toJsonString(deadLetterQueues),
        HEALTH_QUEUE_URL: queues.health.queue.queueUrl,
        IMPORT_QUEUE_URL: queues.import.queue.queueUrl,
        REMINDERS_QUEUE_URL: queues.reminders.queue.queueUrl,
        ROTATION_QUEUE_URL: queues.rotation.queue.queueUrl,
        ROTATE_LINK_KEY_FUNCTION_NAME: rotateLinkKey.function.functionName,
        ONBOARDING_POLICY: JSON.stringify(foundation.config.onboarding),
      },
      impact: 'Operators cannot register, decide or repair anything.',
      failuresTolerated: 0,
    })
      .grantTable(
        'GetItem',
        'BatchGetItem',
        'Query',
        'PutItem',
        'UpdateItem',
        'DeleteItem',
        'ConditionCheckItem',
      )
      .grantStateIndex();
    rotateLinkKey.grantInvokeTo(this.runOperatorCommand);
    for (const queue of Object.values(queues)) queue.grantRedrive(this.runOperatorCommand.role);
  }
}
