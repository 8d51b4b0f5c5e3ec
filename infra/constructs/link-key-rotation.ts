import { Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { ServiceFunction } from './service-function.ts';

/** Makes new keys of connect links; whoever has it done sees none. */
export class LinkKeyRotation extends Construct {
  readonly rotateLinkKey: ServiceFunction;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { config, stores } = foundation;
    const { secret, key } = stores.secrets.connectLinkKey;
    this.rotateLinkKey = new ServiceFunction(this, 'RotateLinkKey', foundation, {
      folder: 'rotate-link-key',
      environment: { CONNECT_LINK_DAYS: String(config.connectPage.linkDays) },
      impact: 'Operators cannot rotate the key of connect links; links go on to work.',
      failuresTolerated: 0,
    }).grantSecret('CONNECT_LINK_SECRET_ID', stores.secrets.connectLinkKey);
    Grant.addToPrincipal({
      grantee: this.rotateLinkKey.role,
      actions: ['secretsmanager:PutSecretValue', 'secretsmanager:UpdateSecretVersionStage'],
      resourceArns: [secret.secretArn],
    });
    // What Secrets Manager needs of the caller to keep a new value.
    Grant.addToPrincipal({
      grantee: this.rotateLinkKey.role,
      actions: ['kms:GenerateDataKey'],
      resourceArns: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
      },
    });
  }
}
