import * as z from 'zod';
import type { DynamoDbService } from './dynamodb.ts';
import { compileEventPattern } from './event-pattern.ts';
import type { Mapping } from './event-source-batch.ts';
import { QueueMapping } from './event-source-queue.ts';
import { StreamMapping } from './event-source-stream.ts';
import type { LambdaService } from './lambda.ts';
import { readProperties } from './properties.ts';
import type { Cloud, Identity, Permission, Resource } from './service.ts';
import { AwsError, UnsupportedTemplate } from './service.ts';

const shared = {
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  Enabled: z.literal(true).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).optional(),
  MaximumBatchingWindowInSeconds: z.number().int().min(0).max(300).default(0),
  Tags: z.unknown().optional(),
  MetricsConfig: z.unknown().optional(),
};
const queueSchema = z.strictObject({
  ...shared,
  BatchSize: z.number().int().min(1).max(10_000).default(10),
  ScalingConfig: z
    .strictObject({ MaximumConcurrency: z.number().int().min(2).max(1000).optional() })
    .optional(),
});
const streamSchema = z.strictObject({
  ...shared,
  BatchSize: z.number().int().min(1).max(10_000).default(100),
  BisectBatchOnFunctionError: z.boolean().default(false),
  DestinationConfig: z
    .strictObject({ OnFailure: z.strictObject({ Destination: z.string().startsWith('arn:aws:sqs:') }) })
    .optional(),
  FilterCriteria: z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })) }).optional(),
  MaximumRecordAgeInSeconds: z.number().int().min(-1).max(604_800).default(-1),
  MaximumRetryAttempts: z.number().int().min(-1).max(10_000).default(-1),
  ParallelizationFactor: z.literal(1).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
});

/** What Lambda checks a function's role for when a mapping is created. */
const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const streamActions = ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'];

/** `AWS::Lambda::EventSourceMapping` for queues and table streams. */
export class EventSourceMappings {
  readonly types = ['AWS::Lambda::EventSourceMapping'] as const;
  readonly #cloud: Cloud;
  readonly #lambda: LambdaService;
  readonly #dynamodb: DynamoDbService;
  readonly #workers: number;
  readonly #resources: Resource[] = [];
  readonly #mappings: Mapping[] = [];

  /** `workers`: how many batches one queue mapping has in flight unless the template says less. */
  constructor(cloud: Cloud, lambda: LambdaService, dynamodb: DynamoDbService, workers: number) {
    this.#cloud = cloud;
    this.#lambda = lambda;
    this.#dynamodb = dynamodb;
    this.#workers = workers;
  }

  create(resource: Resource): Identity {
    this.#mappings.push(this.#mapping(resource));
    this.#resources.push(resource);
    return { ref: resource.logicalId, attributes: { Id: resource.logicalId } };
  }

  /** Call when every policy exists: checks what the roles may do, then polls. */
  start(): void {
    for (const resource of this.#resources) this.#check(resource);
    for (const mapping of this.#mappings) mapping.start();
  }

  stop(): void {
    for (const mapping of this.#mappings) mapping.stop();
  }

  #mapping(resource: Resource): Mapping {
    const source = String(resource.properties.EventSourceArn);
    if (source.startsWith('arn:aws:sqs:')) {
      const properties = readProperties(resource, queueSchema);
      const { config } = this.#lambda.find(properties.FunctionName, resource.path);
      return new QueueMapping(this.#cloud, this.#lambda, {
        queueArn: source,
        functionArn: config.arn,
        functionName: config.name,
        roleArn: config.roleArn,
        batchSize: Math.min(properties.BatchSize, this.#cloud.chaos.largestBatch ?? properties.BatchSize),
        windowMs: properties.MaximumBatchingWindowInSeconds * 1000,
        reportsFailures: properties.FunctionResponseTypes !== undefined,
        concurrency: Math.min(
          this.#workers,
          config.reservedConcurrency ?? this.#workers,
          properties.ScalingConfig?.MaximumConcurrency ?? this.#workers,
        ),
      });
    }
    if (!source.startsWith('arn:aws:dynamodb:')) {
      throw new UnsupportedTemplate(
        `${resource.path}/Properties/EventSourceArn`,
        `no source of this kind: ${source}`,
      );
    }
    const properties = readProperties(resource, streamSchema);
    const reader = this.#dynamodb.stream(source, properties.StartingPosition);
    if (reader === undefined) throw new UnsupportedTemplate(resource.path, `there is no stream ${source}`);
    const { config } = this.#lambda.find(properties.FunctionName, resource.path);
    const filters = properties.FilterCriteria?.Filters ?? [];
    return new StreamMapping(this.#cloud, this.#lambda, reader, {
      functionArn: config.arn,
      functionName: config.name,
      roleArn: config.roleArn,
      batchSize: properties.BatchSize,
      windowMs: properties.MaximumBatchingWindowInSeconds * 1000,
      reportsFailures: properties.FunctionResponseTypes !== undefined,
      bisects: properties.BisectBatchOnFunctionError,
      maximumRetries: properties.MaximumRetryAttempts,
      maximumAgeMs: properties.MaximumRecordAgeInSeconds * 1000,
      failureQueueArn: properties.DestinationConfig?.OnFailure.Destination,
      filters: filters.map(({ Pattern: pattern }, index) => {
        const path = `${resource.path}/Properties/FilterCriteria/Filters/${index}/Pattern`;
        return compileEventPattern(JSON.parse(pattern), path);
      }),
    });
  }

  #check(resource: Resource): void {
    const source = String(resource.properties.EventSourceArn);
    const { config } = this.#lambda.find(String(resource.properties.FunctionName), resource.path);
    const actions = source.startsWith('arn:aws:sqs:') ? queueActions : streamActions;
    const needed = actions.map((action): Permission => ({ action, resource: source }));
    try {
      this.#cloud.authorize(this.#cloud.assume(config.roleArn, 'lambda.amazonaws.com'), needed);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new UnsupportedTemplate(resource.path, `the function cannot read its source: ${error.message}`);
    }
  }
}
