import { CfnManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/** The policy to attach to whoever may act as an operator: one route, and nothing else of the API. */
export class OperatorAccess extends Construct {
  readonly policy: ManagedPolicy;

  constructor(scope: Construct, id: string, operatorRouteArn: string) {
    super(scope, id);
    this.policy = new ManagedPolicy(this, 'Policy', {
      description: 'Visma onboarding: may send operator commands',
      statements: [new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [operatorRouteArn] })],
    });
    // A name for tools: the local cloud gives its operators the policy of this logical id.
    const resource = this.policy.node.defaultChild;
    if (resource instanceof CfnManagedPolicy) resource.overrideLogicalId('OperatorPolicy');
  }
}
