import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageConfig } from '../config.ts';
import { EventHub } from '../constructs/event-hub.ts';
import type { Stores } from '../constructs/foundation.ts';
import { ImportBucket } from '../constructs/import-bucket.ts';
import { OnboardingTable } from '../constructs/onboarding-table.ts';
import { ServiceSecrets } from '../constructs/service-secrets.ts';
import { TokenTable } from '../constructs/token-table.ts';

/** What must survive every deploy: tables, keys, secrets, bus with archive; and the bucket of imports. */
export class StatefulStack extends Stack {
  readonly stores: Stores;

  constructor(scope: Construct, id: string, config: StageConfig, props: StackProps) {
    super(scope, id, props);
    const { table, key } = new OnboardingTable(this, 'Onboarding', config);
    const tokens = new TokenTable(this, 'Tokens', config);
    const { bus } = new EventHub(this, 'Events', config);
    const { secrets } = new ServiceSecrets(this, 'Secrets', config);
    const importBucket = new ImportBucket(this, 'Imports');
    this.stores = {
      table,
      tableKey: key,
      tokenTable: tokens.table,
      tokenTableKey: tokens.key,
      bus,
      secrets,
      importBucket,
    };
    new CfnOutput(this, 'TableName', { value: table.tableName });
    new CfnOutput(this, 'BusName', { value: bus.eventBusName });
    new CfnOutput(this, 'ImportBucketName', { value: importBucket.bucket.bucketName });
  }
}
