import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { byStateIndex } from './foundation.ts';

/** The one table of the onboarding (docs/data-model.md) and its key. */
export class OnboardingTable extends Construct {
  readonly table: TableV2;
  readonly key: Key;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    const string = (name: string) => ({ name, type: AttributeType.STRING });
    this.key = new Key(this, 'Key', {
      description: 'Tenant IDs, invitation codes and contacts of the Visma onboarding',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table = new TableV2(this, 'Table', {
      partitionKey: string('pk'),
      sortKey: string('sk'),
      globalSecondaryIndexes: [
        {
          indexName: byStateIndex,
          partitionKey: string('statePk'),
          sortKey: string('stateSk'),
          // Keys only: no invitation code in the index, and a change of state costs one unit there.
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      billing: Billing.onDemand(),
      encryption: TableEncryptionV2.customerManagedKey(this.key),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      dynamoStream: StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'expiresAtEpoch',
      deletionProtection: config.isProtected,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}
