import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import type { HistoryPublisher } from './history-publisher.ts';
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
    queues: Readonly<Record<'inbound' | 'workflow' | 'mail' | 'mail-outcome' | 'spend-cloud', WorkQueue>>,
    history: HistoryPublisher,
  ) {
    super(scope, id);
    const deadLetters: Record<string, string> = { history: history.deadLetters.queueArn };
    for (const [name, queue] of Object.entries(queues)) deadLetters[name] = queue.deadLetters.queueArn;
    this.runOperatorCommand = new ServiceFunction(this, 'RunOperatorCommand', foundation, {
      folder: 'run-operator-command',
      environment: {
        TABLE_NAME: foundation.stores.table.tableName,
        DEAD_LETTER_QUEUES: this.#toJson(deadLetters),
        ONBOARDING_POLICY: JSON.stringify(foundation.config.onboarding),
      },
      impact: 'Operators cannot register, decide or repair anything.',
      failuresTolerated: 0,
    }).grantTable();
    for (const queue of Object.values(queues)) queue.grantRedrive(this.runOperatorCommand.role);
  }

  #toJson(value: object): string {
    return Stack.of(this).toJsonString(value);
  }
}
