import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  App,
  aws_apigatewayv2 as apigateway,
  aws_apigatewayv2_authorizers as authorizers,
  CfnOutput,
  aws_cloudwatch as cloudwatch,
  Duration,
  aws_dynamodb as dynamodb,
  aws_lambda_event_sources as eventSources,
  aws_iam as iam,
  aws_apigatewayv2_integrations as integrations,
  aws_kms as kms,
  aws_lambda as lambda,
  aws_logs as logs,
  Stack,
  aws_sqs as sqs,
} from 'aws-cdk-lib';
import { buildSync } from 'esbuild';

/** An app with everything that the core of the local cloud runs, in two stacks like the real one. */
export interface Fixture {
  /** Folder of the cloud assembly. */
  readonly assembly: string;
  remove(): void;
}

export interface FixtureOptions {
  /** Adds to the service stack before it is synthesised. */
  readonly extend?: (stack: Stack) => void;
}

const here = import.meta.dirname;

export function synthesise(options: FixtureOptions = {}): Fixture {
  const folder = mkdtempSync(path.join(tmpdir(), 'local-cloud-'));
  const code = (name: string): lambda.Code => {
    buildSync({
      entryPoints: [path.join(here, 'functions', `${name}.ts`)],
      outfile: path.join(folder, name, 'index.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node24',
      mainFields: ['module', 'main'],
    });
    return lambda.Code.fromAsset(path.join(folder, name));
  };
  const assembly = path.join(folder, 'cdk.out');
  const app = new App({ outdir: assembly, analyticsReporting: false });
  const env = { account: '000000000000', region: 'eu-west-1' };
  const stateful = new Stack(app, 'fixture-local-stateful', { env });
  const service = new Stack(app, 'fixture-local-service', { env });
  new Stack(app, 'fixture-prod-service', { env });

  const key = new kms.Key(stateful, 'Key');
  const table = new dynamodb.TableV2(stateful, 'Table', {
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
    globalSecondaryIndexes: [
      { indexName: 'by-sort', partitionKey: { name: 'sk', type: dynamodb.AttributeType.STRING } },
    ],
    dynamoStream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    encryption: dynamodb.TableEncryptionV2.customerManagedKey(key),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expires',
  });

  const seen = new sqs.Queue(service, 'Seen', { enforceSSL: true });
  const dead = new sqs.Queue(service, 'Dead', { enforceSSL: true });
  const inbound = new sqs.Queue(service, 'Inbound', {
    enforceSSL: true,
    visibilityTimeout: Duration.seconds(1),
    deadLetterQueue: { queue: dead, maxReceiveCount: 2 },
  });
  const logGroup = new logs.LogGroup(service, 'Logs');
  const fn = (id: string, name: string, more: Partial<lambda.FunctionProps> = {}): lambda.Function =>
    new lambda.Function(service, id, {
      code: code(name),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      tracing: lambda.Tracing.ACTIVE,
      loggingFormat: lambda.LoggingFormat.JSON,
      logGroup,
      environment: {
        TABLE: table.tableName,
        QUEUE: inbound.queueUrl,
        SEEN: seen.queueUrl,
        NEIGHBOUR: 'https://x.example',
      },
      timeout: Duration.seconds(10),
      ...more,
    });

  const probe = fn('Probe', 'probe');
  table.grantReadWriteData(probe);
  inbound.grantSendMessages(probe);
  // Names like the real thing's; without a grant on purpose.
  const bare = fn('Bare', 'probe');
  const hasty = fn('Hasty', 'probe', {
    timeout: Duration.seconds(1),
    reservedConcurrentExecutions: 1,
  });
  for (const one of [probe, bare, hasty])
    new CfnOutput(service, `${one.node.id}Name`, { value: one.functionName });

  const onQueue = fn('OnQueue', 'batches');
  seen.grantSendMessages(onQueue);
  onQueue.addEventSource(
    new eventSources.SqsEventSource(inbound, { batchSize: 5, reportBatchItemFailures: true }),
  );
  const onStream = fn('OnStream', 'batches');
  seen.grantSendMessages(onStream);
  onStream.addEventSource(
    // TableV2 fits ITable but for exactOptionalPropertyTypes.
    new eventSources.DynamoEventSource(table as dynamodb.ITable, {
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      batchSize: 10,
      bisectBatchOnError: true,
      retryAttempts: 1,
      reportBatchItemFailures: true,
      onFailure: new eventSources.SqsDlq(dead),
      filters: [
        lambda.FilterCriteria.filter({
          eventName: lambda.FilterRule.isEqual('INSERT'),
          dynamodb: {
            Keys: { pk: { S: lambda.FilterRule.or('order', 'good', 'poison', 'before', 'failing') } },
          },
        }),
      ],
    }),
  );

  const api = new apigateway.HttpApi(service, 'Api');
  const integration = new integrations.HttpLambdaIntegration('Probe', probe);
  const post = [apigateway.HttpMethod.POST];
  api.addRoutes({ path: '/open/{rest+}', methods: post, integration });
  const sleepy = new integrations.HttpLambdaIntegration('Hasty', hasty, { timeout: Duration.millis(300) });
  api.addRoutes({ path: '/hasty', methods: post, integration: sleepy });
  const [guarded] = api.addRoutes({
    path: '/operator/commands',
    methods: post,
    integration,
    authorizer: new authorizers.HttpIamAuthorizer(),
  });
  new iam.ManagedPolicy(service, 'Operators', {
    managedPolicyName: 'fixture-operators',
    statements: [
      new iam.PolicyStatement({ actions: ['execute-api:Invoke'], resources: [guarded?.routeArn ?? ''] }),
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: ['*'] }),
      new iam.PolicyStatement({ actions: ['dynamodb:*'], resources: [table.tableArn] }),
      new iam.PolicyStatement({ actions: ['sqs:*'], resources: ['*'] }),
    ],
  });
  new cloudwatch.Alarm(service, 'Alarm', {
    metric: probe.metricErrors(),
    threshold: 1,
    evaluationPeriods: 1,
  });
  const apiArn = `arn:aws:execute-api:eu-west-1:000000000000:${api.apiId}`;
  new CfnOutput(service, 'ApiArn', { value: apiArn });
  new CfnOutput(service, 'TableName', { value: table.tableName });
  for (const queue of [seen, dead, inbound])
    new CfnOutput(service, `${queue.node.id}Url`, { value: queue.queueUrl });
  options.extend?.(service);
  app.synth();
  return { assembly, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
