import { Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Secrets } from './foundation.ts';
import type { ImportBucket } from './import-bucket.ts';

export interface OperatorAccessProps {
  readonly operatorRouteArn: string;
  readonly secrets: Secrets;
  readonly importBucket: ImportBucket;
}

/** The policies to attach to people. */
export class OperatorAccess extends Construct {
  /** For whoever may act as an operator: one route and the files of imports, nothing else. */
  readonly policy: ManagedPolicy;
  /** For whoever may rotate secrets too. Nobody reads the client secret, not even who puts it. */
  readonly secretsPolicy: ManagedPolicy;

  constructor(scope: Construct, id: string, props: OperatorAccessProps) {
    super(scope, id);
    const { operatorRouteArn, secrets, importBucket } = props;
    this.policy = this.#policy('Policy', 'OperatorPolicy', 'may send operator commands', [
      new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [operatorRouteArn] }),
      ...importBucket.operatorStatements(),
    ]);
    importBucket.acknowledgeOperators(this.policy);
    // Who has the key of links opens every customer's page: nobody reads it but who signs and verifies.
    const { vismaClient, zohoDesk, connectLinkKey: _, ...signing } = secrets;
    const signingArns = Object.values(signing).map(({ secret }) => secret.secretArn);
    this.secretsPolicy = this.#policy('SecretsPolicy', 'SecretsOperatorPolicy', 'may rotate secrets', [
      new PolicyStatement({
        actions: ['secretsmanager:PutSecretValue', 'secretsmanager:DescribeSecret'],
        resources: [vismaClient.secret.secretArn, zohoDesk.secret.secretArn, ...signingArns],
      }),
      // Only its dates and labels: GetSecretValue is not among them.
      new PolicyStatement({
        actions: ['secretsmanager:ListSecretVersionIds'],
        resources: [vismaClient.secret.secretArn],
      }),
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: signingArns }),
      // What Secrets Manager needs of the caller to keep a new value, and to answer one.
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [vismaClient.key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
        },
      }),
    ]);
  }

  /** With a name for tools: the local cloud gives its operators the policies of these logical ids. */
  #policy(id: string, logicalId: string, may: string, statements: PolicyStatement[]): ManagedPolicy {
    const policy = new ManagedPolicy(this, id, { description: `Visma onboarding: ${may}`, statements });
    const resource = policy.node.defaultChild;
    if (resource instanceof CfnManagedPolicy) resource.overrideLogicalId(logicalId);
    return policy;
  }
}
