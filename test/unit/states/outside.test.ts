import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { beforeAll, describe, expect, it } from 'vitest';
import { sdkConfig } from '../cloud-services/sdk-transport.ts';
import { FUNCTION, type Json, machine, Rig, settle, waiting } from './rig.ts';

describe('the SDK’s client', () => {
  it('understands answers, dates and errors', async () => {
    const rig = new Rig();
    rig.functions.set('work', [{ calls: [] }]);
    const { ref: stateMachineArn } = rig.create(machine({ A: waiting() }));
    // biome-ignore lint/suspicious/noExplicitAny: the handler is a part of the SDK's interface.
    const client = new SFNClient(sdkConfig(rig.states) as any);
    const { executionArn, startDate } = await client.send(
      new StartExecutionCommand({ stateMachineArn, input: '{}', name: 'one' }),
    );
    expect(startDate).toEqual(new Date(rig.clock.now()));
    await settle();
    const answer = new SendTaskSuccessCommand({ taskToken: rig.invoked[0]!.payload.token, output: '1' });
    await client.send(answer);
    await expect(client.send(answer)).rejects.toThrow(TaskTimedOut);
    await settle();
    const described = await client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'SUCCEEDED', output: '1', stopDate: startDate });
    const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
    expect(events?.map(({ type }) => type)).toContain('TaskSubmitted');
  });
});

describe('a chain of the CDK', () => {
  let definition = '';

  // In a hook for its longer limit: synthesis takes seconds on a busy machine.
  beforeAll(() => {
    const stack = new Stack(new App(), 'stack');
    const lambdaFunction = LambdaFunction.fromFunctionArn(stack, 'Function', FUNCTION);
    const wait = LambdaInvoke.jsonata(stack, 'wait-for-answer', {
      lambdaFunction,
      integrationPattern: sfn.IntegrationPattern.WAIT_FOR_TASK_TOKEN,
      payload: sfn.TaskInput.fromObject({ token: '{% $states.context.Task.Token %}' }),
      taskTimeout: sfn.Timeout.jsonata('{% $seconds %}'),
      assign: { answer: '{% $states.result.answer %}' },
      retryOnServiceExceptions: false,
    });
    wait.addRetry({
      errors: ['TransientError'],
      interval: Duration.seconds(2),
      jitterStrategy: sfn.JitterType.FULL,
    });
    const pause = sfn.Wait.jsonata(stack, 'pause', { time: sfn.WaitTime.seconds('{% 5 %}') });
    wait.addCatch(pause.next(wait), { errors: ['States.Timeout'], outputs: '{% $states.input %}' });
    const choice = sfn.Choice.jsonata(stack, 'choose')
      .when(
        sfn.Condition.jsonata("{% $answer = 'yes' %}"),
        sfn.Succeed.jsonata(stack, 'agreed', { outputs: '{% $answer %}' }),
      )
      .otherwise(sfn.Fail.jsonata(stack, 'declined', { error: 'Declined' }));
    const chain = sfn.Pass.jsonata(stack, 'begin', { assign: { seconds: 10 } })
      .next(wait)
      .next(choice);
    new sfn.StateMachine(stack, 'Machine', {
      definitionBody: sfn.DefinitionBody.fromChainable(chain),
      queryLanguage: sfn.QueryLanguage.JSONATA,
      timeout: Duration.days(365),
    });
    const [found] = Object.values(
      Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine'),
    );
    const text: Json = found?.Properties.DefinitionString;
    const parts: Json[] = text['Fn::Join']?.[1] ?? [text];
    definition = parts.map((part) => (typeof part === 'string' ? part : 'aws')).join('');
  });

  it('runs as synthesised', async () => {
    const rig = new Rig();
    const yes = { after: 3, action: 'SendTaskSuccess', input: { output: '{"answer":"yes"}' } };
    rig.functions.set('work', [{ throws: 'TransientError' }, { calls: [] }, { calls: [yes] }]);
    const result = await rig.run(JSON.parse(definition));
    expect(result).toMatchObject({ status: 'SUCCEEDED', output: '"yes"' });
    expect(result.visited).toEqual([
      'begin',
      'wait-for-answer',
      'pause',
      'wait-for-answer',
      'choose',
      'agreed',
    ]);
  });
});
