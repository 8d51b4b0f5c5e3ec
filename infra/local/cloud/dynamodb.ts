import * as z from 'zod';
import { type Capacity, CapacityMeter } from './dynamodb-capacity.ts';
import type { DynamoEngine } from './dynamodb-engine.ts';
import { dynamoPermissions } from './dynamodb-permissions.ts';
import { type StreamReader, TableStream } from './dynamodb-streams.ts';
import { TransactionTokens } from './dynamodb-tokens.ts';
import { stringMember } from './json.ts';
import { readProperties } from './properties.ts';
import type { ApiAnswer, ApiCall, Cloud, CloudService, Identity, Permission, Resource } from './service.ts';
import { AwsError, UnsupportedTemplate } from './service.ts';

const keySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const index = z.strictObject({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).optional(),
  }),
});
const shared = {
  TableName: z.string().min(3).optional(),
  KeySchema: keySchema,
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z.array(index).optional(),
  LocalSecondaryIndexes: z.array(index).optional(),
  StreamSpecification: z
    .strictObject({ StreamViewType: z.enum(['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.strictObject({ AttributeName: z.string(), Enabled: z.boolean() }).optional(),
  // Inert: encryption, warm throughput and tags change nothing that a caller could notice.
  SSESpecification: z.unknown().optional(),
  WarmThroughput: z.unknown().optional(),
};
/** Backups, deletion protection and insights change nothing that a caller of the data operations could notice. */
const inertSettings = {
  ContributorInsightsSpecification: z.unknown().optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  KinesisStreamSpecification: z.undefined().optional(),
  PointInTimeRecoverySpecification: z.unknown().optional(),
  TableClass: z.unknown().optional(),
  Tags: z.unknown().optional(),
};
const tableSchema = z.strictObject({ ...shared, ...inertSettings });
const globalTableSchema = z.strictObject({
  ...shared,
  Replicas: z
    .tuple([
      z.strictObject({
        Region: z.string(),
        GlobalSecondaryIndexes: z.unknown().optional(),
        SSESpecification: z.unknown().optional(),
        ...inertSettings,
      }),
    ])
    .describe('exactly one replica'),
});

/** Tables of the templates in a DynamoDB engine, behind IAM, with their streams. */
export class DynamoDbService implements CloudService {
  readonly name = 'dynamodb';
  readonly types = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];
  readonly #cloud: Pick<Cloud, 'region' | 'accountId'>;
  readonly #engine: DynamoEngine;
  readonly #meter = new CapacityMeter();
  readonly #tokens = new TransactionTokens();
  readonly #streams = new Map<string, TableStream>();

  constructor(cloud: Pick<Cloud, 'region' | 'accountId'>, engine: DynamoEngine) {
    this.#cloud = cloud;
    this.#engine = engine;
  }

  async create(resource: Resource): Promise<Identity> {
    const properties =
      resource.type === 'AWS::DynamoDB::GlobalTable'
        ? readProperties(resource, globalTableSchema)
        : readProperties(resource, tableSchema);
    const name = properties.TableName ?? resource.path.replace('/', '-');
    const arn = this.#tableArn(name);
    const label = await this.#createTable(name, properties, resource.path);
    const attributes: Record<string, string> = { Arn: arn, TableId: name };
    if (label !== undefined) {
      const streamArn = `${arn}/stream/${label.label}`;
      attributes.StreamArn = streamArn;
      this.#streams.set(name, new TableStream(this.#engine, streamArn, label.engineArn, this.#cloud.region));
    }
    return { ref: name, attributes };
  }

  async #createTable(
    name: string,
    properties: z.output<typeof tableSchema> | z.output<typeof globalTableSchema>,
    path: string,
  ): Promise<{ readonly label: string; readonly engineArn: string } | undefined> {
    const { StreamSpecification: stream, TimeToLiveSpecification: timeToLive } = properties;
    const input = {
      TableName: name,
      KeySchema: properties.KeySchema,
      AttributeDefinitions: properties.AttributeDefinitions,
      BillingMode: properties.BillingMode,
      ...(properties.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: properties.GlobalSecondaryIndexes }),
      ...(properties.LocalSecondaryIndexes && { LocalSecondaryIndexes: properties.LocalSecondaryIndexes }),
      ...(stream && { StreamSpecification: { StreamEnabled: true, ...stream } }),
    };
    let description: unknown;
    try {
      ({ TableDescription: description } = await this.#engine.call('CreateTable', input));
      if (timeToLive?.Enabled === true) {
        await this.#engine.call('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification: timeToLive });
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const hint =
        error.code === 'ResourceInUseException' ? '; the DynamoDB at DYNAMODB_ENDPOINT must be empty' : '';
      throw new UnsupportedTemplate(path, `${error.message}${hint}`);
    }
    if (stream === undefined) return undefined;
    const engineArn = stringMember(description, 'LatestStreamArn');
    const label = stringMember(description, 'LatestStreamLabel');
    if (engineArn === undefined || label === undefined)
      throw new UnsupportedTemplate(path, 'the engine gave no stream');
    return { label, engineArn };
  }

  permissions(call: ApiCall): readonly Permission[] {
    return dynamoPermissions(call, (name) => this.#tableArn(name));
  }

  async call(call: ApiCall): Promise<ApiAnswer> {
    const { action, input } = call;
    try {
      const execute = (asked: Record<string, unknown>) =>
        this.#engine.call(action, this.#meter.ask(action, asked));
      const answer = await (action === 'TransactWriteItems'
        ? this.#tokens.run(input, execute)
        : execute(input));
      return { body: this.#meter.count(action, input, answer) };
    } catch (error) {
      this.#meter.countFailure(action, input, error);
      throw error;
    } finally {
      // After a failure too: a call that timed out may have been carried out.
      if (!/^(?:Get|BatchGet|TransactGet|Query|Scan|Describe)/.test(action))
        for (const stream of this.#streams.values()) stream.wake();
    }
  }

  /** Units consumed since the start, by every caller. */
  capacity(): Capacity {
    return this.#meter.total();
  }

  /** A new reader of a table's stream, or undefined when the ARN is none of a stream here. */
  stream(streamArn: string, startingPosition: 'TRIM_HORIZON' | 'LATEST'): StreamReader | undefined {
    const found = [...this.#streams.values()].find((stream) => stream.arn === streamArn);
    return found?.reader(startingPosition);
  }

  async stop(): Promise<void> {
    for (const stream of this.#streams.values()) stream.stop();
    await this.#engine.stop();
  }

  #tableArn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    return `arn:aws:dynamodb:${this.#cloud.region}:${this.#cloud.accountId}:table/${nameOrArn}`;
  }
}
