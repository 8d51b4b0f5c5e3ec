import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { defineOnboarding, type WorkflowFunction } from '../workflows/onboarding-definition.ts';
import { everyFiveMinutes } from './alarms.ts';
import type { Foundation } from './foundation.ts';
import { ServiceFunction, type TableCall } from './service-function.ts';
import { vismaConnectEnvironment } from './visma-environment.ts';

/** What each task does to the table; `process-inbound` and others say it where they are built. */
const tableCalls: Readonly<Record<WorkflowFunction, readonly TableCall[]>> = {
  'resume-onboarding': ['GetItem'],
  'issue-invitation-code': ['GetItem', 'Query', 'PutItem', 'DeleteItem'],
  'wait-for-fact': ['GetItem', 'Query', 'PutItem', 'DeleteItem'],
  'apply-fact': ['GetItem', 'Query', 'PutItem'],
  'test-access': ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem'],
  'activate-connection': ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'ConditionCheckItem'],
  'expire-invitation-code': ['GetItem', 'Query', 'PutItem'],
  'flag-for-attention': ['GetItem', 'Query', 'PutItem'],
};

/** The `onboarding` state machine and the functions of its tasks. */
export class OnboardingWorkflow extends Construct {
  readonly stateMachine: sfn.StateMachine;
  /** Also invoked by whoever needs a tenant read and may not read the client secret. */
  readonly testAccess: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { config } = foundation;
    const policy = { ONBOARDING_POLICY: JSON.stringify(config.onboarding) };
    const task = (name: string, folder: WorkflowFunction, impact: string, more = {}) =>
      new ServiceFunction(this, name, foundation, {
        folder,
        environment: { TABLE_NAME: foundation.stores.table.tableName, ...more },
        impact,
        // Executions retry; what they give up on has its own alarm.
        failuresTolerated: 9,
      }).grantTable(...tableCalls[folder]);

    this.testAccess = task('TestAccess', 'test-access', 'Access tests fail; no connection becomes active.', {
      ...policy,
      ...vismaConnectEnvironment(config),
      VISMA_API_URL: config.visma.apiUrl,
    }).grantSecret('VISMA_CLIENT_SECRET_ID', foundation.stores.secrets.vismaClient);

    const functions = {
      'resume-onboarding': task('ResumeOnboarding', 'resume-onboarding', 'No onboarding starts or resumes.'),
      'issue-invitation-code': task(
        'IssueInvitationCode',
        'issue-invitation-code',
        'Customers who asked for an invitation code get none.',
        policy,
      ),
      'wait-for-fact': task(
        'WaitForFact',
        'wait-for-fact',
        'Onboardings do not wait for the customer but end with an operator.',
        policy,
      ),
      'apply-fact': task('ApplyFact', 'apply-fact', 'What customers send is kept but not acted upon.'),
      'test-access': this.testAccess,
      'activate-connection': task(
        'ActivateConnection',
        'activate-connection',
        'Tested connections do not become active; exports of these customers stay off.',
        policy,
      ),
      'expire-invitation-code': task(
        'ExpireInvitationCode',
        'expire-invitation-code',
        'Customers are not told that their code has expired.',
      ),
      'flag-for-attention': task(
        'FlagForAttention',
        'flag-for-attention',
        'Connections that need a person do not reach one.',
      ),
    };
    this.stateMachine = this.#createStateMachine(foundation, functions);
    for (const used of Object.values(functions)) used.acknowledgeVersions(this.stateMachine.role);
    this.#allowWaking(functions['wait-for-fact']);

    foundation.alarms.add(this, 'ExecutionsDied', {
      metric: this.#diedMetric(),
      threshold: 1,
      impact: 'A connection has lost its execution; it waits for an operator if it could be flagged.',
      runbook: 'executions-died',
    });
  }

  #createStateMachine(
    foundation: Foundation,
    functions: Readonly<Record<WorkflowFunction, ServiceFunction>>,
  ): sfn.StateMachine {
    const logGroup = new LogGroup(this, 'Logs', {
      retention: foundation.config.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'onboarding',
      stateMachineType: sfn.StateMachineType.STANDARD,
      queryLanguage: sfn.QueryLanguage.JSONATA,
      definitionBody: sfn.DefinitionBody.fromChainable(
        defineOnboarding(new Construct(this, 'Definition'), {
          functions,
          retries: foundation.config.retries,
          taskTimeout: Duration.seconds(2 * foundation.config.functionTimeoutSeconds),
        }),
      ),
      logs: { destination: logGroup, level: sfn.LogLevel.ERROR, includeExecutionData: false },
      tracingEnabled: true,
    });
    Validations.of(stateMachine).acknowledge(
      {
        id: 'AwsSolutions-SF1',
        reason:
          'Errors are logged; the history of the connection and of the execution tell of every step, and execution data stays out of logs.',
      },
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'Delivery of logs and traces knows no resource (logs:CreateLogDelivery, xray:PutTraceSegments).',
      },
    );
    return stateMachine;
  }

  /** In a policy of its own: the state machine needs the function, so the function must not wait for the state machine. */
  #allowWaking(waitForFact: ServiceFunction): void {
    new Policy(this, 'WakeItself', {
      roles: [waitForFact.role],
      statements: [
        new PolicyStatement({
          actions: ['states:SendTaskSuccess'],
          resources: [this.stateMachine.stateMachineArn],
        }),
      ],
    });
  }

  #diedMetric() {
    return new MathExpression({
      label: 'failed, timed out or aborted',
      expression: 'failed + timedOut + aborted',
      period: everyFiveMinutes.period,
      usingMetrics: {
        failed: this.stateMachine.metricFailed(everyFiveMinutes),
        timedOut: this.stateMachine.metricTimedOut(everyFiveMinutes),
        aborted: this.stateMachine.metricAborted(everyFiveMinutes),
      },
    });
  }
}
