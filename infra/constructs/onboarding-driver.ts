import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import type { OnboardingWorkflow } from './onboarding-workflow.ts';
import { ServiceFunction } from './service-function.ts';
import { patientTries, WorkQueue } from './work-queue.ts';

/** Starts executions, wakes those that wait and flags connections whose execution died. */
export class OnboardingDriver extends Construct {
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, foundation: Foundation, workflow: OnboardingWorkflow) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'Workflow', foundation, {
      maxReceiveCount: patientTries,
      impact: 'Onboardings were not started or woken; their customers wait without anyone being told.',
      runbook: 'dead-letters-workflow',
    });
    const driveOnboarding = new ServiceFunction(this, 'DriveOnboarding', foundation, {
      folder: 'drive-onboarding',
      environment: {
        TABLE_NAME: foundation.stores.table.tableName,
        STATE_MACHINE_ARN: workflow.stateMachine.stateMachineArn,
        WORKFLOW_QUEUE_URL: this.queue.queue.queueUrl,
      },
      impact: 'Onboardings do not start and do not notice what customers send.',
      failuresTolerated: 9,
    }).grantTable('GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem');
    workflow.stateMachine.grantStartExecution(driveOnboarding.role);
    workflow.stateMachine.grant(driveOnboarding.role, 'states:SendTaskSuccess');
    this.queue.addConsumer(driveOnboarding, { batchSize: 10, atOnce: 5 });
  }
}
