import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { FlagInput, StepAnswer, WaitInput } from '../../shared/contracts/workflow/onboarding.ts';
import type { RetryPolicy } from '../config.ts';
import { asksFor, waitSecondsOfAnswer } from './onboarding-expressions.ts';

/** Folders of the functions that the tasks call; the four waits share one. */
export const workflowFunctions = [
  'resume-onboarding',
  'issue-invitation-code',
  'wait-for-fact',
  'apply-fact',
  'test-access',
  'activate-connection',
  'expire-invitation-code',
  'flag-for-attention',
] as const;
export type WorkflowFunction = (typeof workflowFunctions)[number];

export interface OnboardingDefinitionProps {
  readonly functions: Readonly<Record<WorkflowFunction, { readonly function: IFunction }>>;
  readonly retries: { readonly task: RetryPolicy; readonly visma: RetryPolicy };
  /** Of one invocation; whatever takes longer was lost. */
  readonly taskTimeout: Duration;
}

type Step = StepAnswer['next'];

/** Ids only. The input of the execution is at hand in every state, also where a Catch leads. */
const ids = {
  connectionId: '{% $states.context.Execution.Input.connectionId %}',
  attempt: '{% $states.context.Execution.Input.attempt %}',
};

/** Failures of Lambda itself and of a run that was cut off: the tasks are repeatable. */
const cutOff = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Sandbox.Timedout',
];

/**
 * The `onboarding` state machine: one execution per connection and attempt. Each task answers what the stored state
 * asks for next, so a new execution continues where a dead one stopped.
 */
export function defineOnboarding(scope: Construct, props: OnboardingDefinitionProps): sfn.IChainable {
  const { functions, retries, taskTimeout } = props;
  const chooseNextStep = sfn.Choice.jsonata(scope, 'ChooseNextStep');

  const flagForAttention = task('FlagForAttention', 'flag-for-attention', retries.task, {
    reason: '{% $states.input.reason %}',
    error: '{% $states.input.error %}',
  });
  // No Catch: when even this fails the execution fails, and its status-change event flags the connection.
  flagForAttention.next(chooseNextStep);

  const resumeOnboarding = step('ResumeOnboarding', 'resume-onboarding');
  const issueInvitationCode = step('IssueInvitationCode', 'issue-invitation-code');
  const applyFact = step('ApplyFact', 'apply-fact');
  const activateConnection = step('ActivateConnection', 'activate-connection');
  const expireInvitationCode = step('ExpireInvitationCode', 'expire-invitation-code');

  const testAccess = task('TestAccess', 'test-access', retries.visma);
  flagOn(testAccess, ['TransientError'], 'visma-unavailable');
  flagOn(testAccess, ['States.ALL'], 'step-failed');
  testAccess.next(chooseNextStep);

  const waitForStock = wait('WaitForStock', 'wait-for-stock', issueInvitationCode);
  const waitForCustomer = wait('WaitForCustomer', 'wait-for-customer', expireInvitationCode);
  const waitForPropagation = wait('WaitForPropagation', 'wait-for-propagation', testAccess);
  const waitForMapping = wait('WaitForMapping', 'wait-for-mapping', 'mapping-overdue');

  const steps: Readonly<Record<Step, sfn.IChainable>> = {
    'issue-invitation-code': issueInvitationCode,
    'wait-for-stock': waitForStock,
    'wait-for-customer': waitForCustomer,
    'test-access': testAccess,
    'wait-for-propagation': waitForPropagation,
    'activate-connection': activateConnection,
    'wait-for-mapping': waitForMapping,
    end: sfn.Succeed.jsonata(scope, 'Ended', {
      comment: 'Onboarded, at rest with an operator or the customer, or replaced by a later attempt',
    }),
  };
  for (const [name, state] of Object.entries(steps)) {
    chooseNextStep.when(sfn.Condition.jsonata(asksFor(name)), state);
  }
  // Executions outlive deploys: a newer function may answer a step that this definition does not have yet.
  chooseNextStep.otherwise(
    sfn.Fail.jsonata(scope, 'UnknownStep', {
      error: 'UnknownStep',
      cause: 'The answer asks for a step that this definition does not have',
    }),
  );
  return sfn.Chain.start(resumeOnboarding);

  /** A task that goes on with whatever its answer asks for. */
  function step(name: string, functionName: WorkflowFunction): sfn.TaskStateBase {
    const state = task(name, functionName, retries.task);
    flagOn(state, ['States.ALL'], 'step-failed');
    state.next(chooseNextStep);
    return state;
  }

  function task(
    name: string,
    functionName: WorkflowFunction,
    retry: RetryPolicy,
    more: Readonly<Record<string, string>> = {},
  ): sfn.TaskStateBase {
    const state = LambdaInvoke.jsonata(scope, name, {
      lambdaFunction: functions[functionName].function,
      payload: sfn.TaskInput.fromObject({ ...ids, ...more }),
      outputs: '{% $states.result.Payload %}',
      assign: { waitSeconds: waitSecondsOfAnswer },
      taskTimeout: sfn.Timeout.duration(taskTimeout),
      retryOnServiceExceptions: false,
    });
    return retryOn(state, ['TransientError', ...cutOff, 'States.Timeout'], retry);
  }

  /** Parks the execution until a fact wakes it, or for as long as the last answer said. */
  function wait(
    name: string,
    kind: WaitInput['wait'],
    onTimeout: sfn.State | FlagInput['reason'],
  ): sfn.TaskStateBase {
    const state = LambdaInvoke.jsonata(scope, name, {
      lambdaFunction: functions['wait-for-fact'].function,
      integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: sfn.TaskInput.fromObject({
        ...ids,
        wait: kind,
        taskToken: '{% $states.context.Task.Token %}',
      }),
      taskTimeout: sfn.Timeout.jsonata('{% $waitSeconds %}'),
      retryOnServiceExceptions: false,
    });
    retryOn(state, ['TransientError', ...cutOff], retries.task);
    if (typeof onTimeout === 'string') flagOn(state, ['States.Timeout'], onTimeout);
    else state.addCatch(onTimeout, { errors: ['States.Timeout'] });
    flagOn(state, ['States.ALL'], 'step-failed');
    state.next(applyFact);
    return state;
  }

  function flagOn(state: sfn.TaskStateBase, errors: string[], reason: FlagInput['reason']): void {
    state.addCatch(flagForAttention, {
      errors,
      outputs: { reason, error: '{% $states.errorOutput.Error %}' },
    });
  }
}

function retryOn(state: sfn.TaskStateBase, errors: string[], retry: RetryPolicy): sfn.TaskStateBase {
  return state.addRetry({
    errors,
    interval: Duration.seconds(retry.firstSeconds),
    maxDelay: Duration.seconds(retry.longestSeconds),
    maxAttempts: retry.attempts,
    backoffRate: 2,
    // Many connections fail together when Visma does; without it they would come back together.
    jitterStrategy: sfn.JitterType.FULL,
  });
}
