import { Grant, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { keyUse, ServiceFunction } from './service-function.ts';
import { vismaConnectEnvironment } from './visma-environment.ts';

/** Vends tokens to export functions: the only reader of Visma's tokens in their table. */
export class TokenBroker extends Construct {
  readonly broker: ServiceFunction;
  /** To attach to the role of an export function. */
  readonly consumerPolicy: ManagedPolicy;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { config, stores } = foundation;
    this.broker = new ServiceFunction(this, 'TokenBroker', foundation, {
      folder: 'token-broker',
      environment: {
        TABLE_NAME: stores.table.tableName,
        TOKEN_TABLE_NAME: stores.tokenTable.tableName,
        TOKEN_POLICY: JSON.stringify(config.tokens),
        ...vismaConnectEnvironment(config),
      },
      impact: 'Exports get no tokens: bookings do not reach Visma.net.',
      // A caller's mistake in the request fails too.
      failuresTolerated: 4,
    })
      .grantTable('GetItem')
      .grantSecret('VISMA_CLIENT_SECRET_ID', stores.secrets.vismaClient);
    Grant.addToPrincipal({
      grantee: this.broker.role,
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      resourceArns: [stores.tokenTable.tableArn],
    });
    stores.tokenTableKey.grant(this.broker.role, ...keyUse);
    this.consumerPolicy = new ManagedPolicy(this, 'ConsumerPolicy', {
      description: 'Visma onboarding: may ask the broker for tokens',
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [this.broker.function.functionArn],
        }),
      ],
    });
  }
}
