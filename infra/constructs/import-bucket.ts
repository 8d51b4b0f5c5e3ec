import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct, type IConstruct } from 'constructs';
import * as z from 'zod';

/** An import is over in minutes; what is left of one after this many days nobody misses. */
const keptDays = 7;

/** The parts of an import's files, as shared/domain/campaign/import-files.ts names their keys. */
const keys = { customers: 'imports/*/customers.csv', reports: 'imports/*/report/*' } as const;
type Part = keyof typeof keys;
type Call = 'DeleteObject' | 'GetObject' | 'PutObject';

/** Which calls on which part. Asking for a size is a `GetObject`. */
export type ImportFileCalls = Readonly<Partial<Record<Part, readonly Call[]>>>;

const operatorCalls: ImportFileCalls = { customers: ['PutObject', 'DeleteObject'], reports: ['GetObject'] };

/** Files of imports: customers' data from an operator, and the reports about it. Under a key of its own. */
export class ImportBucket extends Construct {
  readonly bucket: Bucket;
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.key = new Key(this, 'Key', {
      description: 'Files of imports of the Visma onboarding',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: this.key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // No versions: what an import deletes must be gone.
      lifecycleRules: [{ id: 'KeptForDaysOnly', expiration: Duration.days(keptDays) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // A bucket that is retained stays as closed as it was.
    this.bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'A log would outlive the files that it is about. Who imported what is recorded with the import itself.',
    });
  }

  /** For a function. Its role holds the policy, so that the stateful stack knows nothing of the service. */
  grant({ role }: { readonly role: Role }, calls: ImportFileCalls): void {
    for (const statement of this.#statements(calls)) role.addToPrincipalPolicy(statement);
    if (Object.values(calls).some((each) => each.includes('GetObject'))) {
      // Without it S3 answers 403 where there is no file: a missing right would look the same.
      role.addToPrincipalPolicy(
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
      );
    }
    this.#acknowledge(role, calls);
  }

  /** For people: they put the customers' file, or take it back, and read reports. Nobody reads that file but the import. */
  operatorStatements(): readonly PolicyStatement[] {
    return this.#statements(operatorCalls);
  }

  /** The same, said to the rule that finds the `*` of the import's id. */
  acknowledgeOperators(policy: IConstruct): void {
    this.#acknowledge(policy, operatorCalls);
  }

  #statements(calls: ImportFileCalls): readonly PolicyStatement[] {
    const all = Object.values(calls).flat();
    const keyUse = [
      ...(all.includes('GetObject') ? ['kms:Decrypt'] : []),
      ...(all.includes('PutObject') ? ['kms:GenerateDataKey'] : []),
    ];
    const onKey = new PolicyStatement({
      actions: keyUse,
      resources: [this.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
    });
    return [
      ...partsOf(calls).map(
        ([part, each]) =>
          new PolicyStatement({
            actions: each.map((call) => `s3:${call}`),
            resources: [this.bucket.arnForObjects(keys[part])],
          }),
      ),
      ...(keyUse.length > 0 ? [onKey] : []),
    ];
  }

  #acknowledge(holder: IConstruct, calls: ImportFileCalls): void {
    // The name by which the other stack knows the bucket, as the rule spells it.
    const stack = Stack.of(this);
    const { 'Fn::ImportValue': name } = z
      .object({ 'Fn::ImportValue': z.string() })
      .parse(stack.resolve(stack.exportValue(this.bucket.bucketArn)));
    for (const [part] of partsOf(calls)) {
      Validations.of(holder).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${name}/${keys[part]}]`,
        reason: 'Each import has an id of its own; of every one this part is meant.',
      });
    }
  }
}

function partsOf({ customers, reports }: ImportFileCalls): readonly (readonly [Part, readonly Call[]])[] {
  return [
    ...(customers === undefined ? [] : [['customers', customers] as const]),
    ...(reports === undefined ? [] : [['reports', reports] as const]),
  ];
}
