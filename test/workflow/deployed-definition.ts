import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { configOf } from '../../infra/config.ts';
import { resolve } from '../../infra/local/cloud/intrinsics.ts';
import { featureFlags } from '../../infra/stacks/onboarding-app.ts';
import { defineOnboarding, workflowFunctions } from '../../infra/workflows/onboarding-definition.ts';

// biome-ignore lint/suspicious/noExplicitAny: JSON that the tests take apart.
type Json = any;

const unexpected = (): never => {
  throw new Error('the definition refers to more than the partition');
};
const nothing = { getAtt: unexpected, importValue: unexpected, condition: unexpected };

/** The state machine as a template has it; each function's ARN ends in its folder. */
export function deployedDefinition(): string {
  const { retries } = configOf('prod', {});
  const stack = new Stack(new App({ postCliContext: featureFlags }), 'Definition', {
    env: { region: 'eu-west-1', account: '000000000000' },
  });
  const functions = Object.fromEntries(
    workflowFunctions.map((name) => [
      name,
      {
        function: LambdaFunction.fromFunctionArn(
          stack,
          name,
          `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
        ),
      },
    ]),
  ) as unknown as Parameters<typeof defineOnboarding>[1]['functions'];
  new sfn.StateMachine(stack, 'Machine', {
    queryLanguage: sfn.QueryLanguage.JSONATA,
    definitionBody: sfn.DefinitionBody.fromChainable(
      defineOnboarding(stack, { functions, retries, taskTimeout: Duration.seconds(60) }),
    ),
  });
  const machines = Template.fromStack(stack).findResources('AWS::StepFunctions::StateMachine');
  const [machine] = Object.values(machines) as Json[];
  return String(resolve(machine.Properties.DefinitionString, { ...nothing, ref: () => 'aws' }, 'definition'));
}

export function deployedStates(): Record<string, Json> {
  return JSON.parse(deployedDefinition()).States;
}
