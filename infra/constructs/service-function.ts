import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct, type IConstruct } from 'constructs';
import { everyFiveMinutes } from './alarms.ts';
import { byStateIndex, type Foundation, type NamedSecret } from './foundation.ts';

export interface ServiceFunctionProps {
  /** Folder under `functions/`. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** As configured unless told. */
  readonly timeoutSeconds?: number;
  /** What does not happen while this function fails: the description of its alarm. */
  readonly impact: string;
  /** Failed invocations in five minutes that are no alarm: whatever is retried may fail now and then. */
  readonly failuresTolerated: number;
}

/** The calls by which the adapters of `shared/adapters/dynamodb` read and write; in a transaction each item is one. */
export type TableCall =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

/** What reading and writing a table under a key takes: what `grantEncryptDecrypt` gives, its wildcards spelled out. */
export const keyUse = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

/** The one Lambda construct: bundle, runtime, role, logs, tracing, alarm. */
export class ServiceFunction extends Construct {
  readonly function: lambda.Function;
  readonly role: Role;
  readonly logGroup: LogGroup;
  readonly #foundation: Foundation;

  constructor(scope: Construct, id: string, foundation: Foundation, props: ServiceFunctionProps) {
    super(scope, id);
    this.#foundation = foundation;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: foundation.config.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Its own role: the managed policy for Lambda may write to every log group of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Function ${props.folder}`,
    });
    this.logGroup.grantWrite(this.role);
    this.function = new lambda.Function(this, 'Function', {
      description: props.folder,
      code: lambda.Code.fromAsset(foundation.bundles.folderOf(props.folder)),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      role: this.role,
      logGroup: this.logGroup,
      tracing: lambda.Tracing.ACTIVE,
      timeout: Duration.seconds(props.timeoutSeconds ?? foundation.config.functionTimeoutSeconds),
      // The share of a processor grows with the memory: at 128 MB an import takes four times as long.
      memorySize: 512,
      environment: { ...props.environment },
    });
    Validations.of(this.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'xray:PutTraceSegments and xray:PutTelemetryRecords know no resource.',
    });
    foundation.alarms.add(this, 'Failures', {
      metric: this.function.metricErrors(everyFiveMinutes),
      threshold: props.failuresTolerated + 1,
      impact: props.impact,
      runbook: 'function-failures',
    });
  }

  /**
   * These calls on the table's items, and nothing else: no scan, no stream, nothing about the table itself. A function
   * that deletes nothing of its own cannot delete another's claim or history.
   */
  grantTable(...calls: readonly TableCall[]): this {
    const { table, tableKey } = this.#foundation.stores;
    Grant.addToPrincipal({
      grantee: this.role,
      actions: calls.map((call) => `dynamodb:${call}`),
      resourceArns: [table.tableArn],
    });
    tableKey.grant(this.role, ...keyUse);
    return this;
  }

  /** Lists connections by their state, and counts memberships by their standing. */
  grantStateIndex(): this {
    const { tableArn } = this.#foundation.stores.table;
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ['dynamodb:Query'],
      resourceArns: [`${tableArn}/index/${byStateIndex}`],
    });
    return this;
  }

  /** Reads one secret, whose name the function gets in `variable`. */
  grantSecret(variable: string, { name, secret, key }: NamedSecret): this {
    // Not `secret.grantRead`: it would name this role in the key's policy, and so tie the stateful stack to this one.
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
      resourceArns: [secret.secretArn],
    });
    Grant.addToPrincipal({
      grantee: this.role,
      actions: ['kms:Decrypt'],
      resourceArns: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` },
      },
    });
    this.function.addEnvironment(variable, name);
    return this;
  }

  /** Lets another function call this one and wait for its answer. */
  grantInvokeTo(caller: ServiceFunction): void {
    Grant.addToPrincipal({
      grantee: caller.role,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.function.functionArn],
    });
  }

  /** For grants of the CDK that cover the function's versions too; `grantee` holds the policy. */
  acknowledgeVersions(grantee: IConstruct): void {
    const id = Stack.of(this).getLogicalId(this.#resource());
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`,
      reason: 'The versions of one function, as the grant of the CDK has it; none is published.',
    });
  }

  #resource(): lambda.CfnFunction {
    const resource = this.function.node.defaultChild;
    if (resource instanceof lambda.CfnFunction) return resource;
    throw new Error(`${this.node.path} has no function resource`);
  }
}
