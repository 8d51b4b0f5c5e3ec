import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';

/** The tokens' own table (docs/data-model.md) and its own key: the broker reads it, and what asks Zoho Desk its own token. */
export class TokenTable extends Construct {
  readonly table: TableV2;
  readonly key: Key;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Access tokens of the Visma onboarding',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(this.key),
      // No point-in-time recovery: a token lives an hour and can be asked for again, and backups would keep credentials.
      timeToLiveAttribute: 'expiresAtEpoch',
      deletionProtection: config.isProtected,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
