import * as z from 'zod';
import type { FunctionConfig } from './lambda-environment.ts';
import { readProperties } from './properties.ts';
import type { Cloud, Resource } from './service.ts';
import { UnsupportedTemplate } from './service.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const functionSchema = z.strictObject({
  FunctionName: z.string().optional(),
  Code: z.strictObject({ S3Bucket: z.string(), S3Key: z.string() }),
  Handler: z.string().regex(/^[^.]+(?:\/[^.]+)*\.\w+$/),
  Runtime: z.literal('nodejs24.x'),
  Role: z.string(),
  Timeout: z.number().int().min(1).max(900).default(3),
  MemorySize: z.number().int().min(128).max(10_240).default(128),
  Environment: z
    .strictObject({ Variables: z.record(z.string(), scalar).default({}) })
    .default({ Variables: {} }),
  ReservedConcurrentExecutions: z.number().int().min(0).optional(),
  LoggingConfig: z
    .strictObject({
      LogFormat: z.enum(['JSON', 'Text']).default('Text'),
      LogGroup: z.string().optional(),
      ApplicationLogLevel: z.string().optional(),
      SystemLogLevel: z.string().optional(),
    })
    .optional(),
  // Inert: they change nothing that a function on this machine could notice.
  Architectures: z.array(z.string()).optional(),
  Description: z.string().optional(),
  EphemeralStorage: z.unknown().optional(),
  KmsKeyArn: z.string().optional(),
  RuntimeManagementConfig: z.unknown().optional(),
  Tags: z.unknown().optional(),
  TracingConfig: z.unknown().optional(),
});

/**
 * Reads `AWS::Lambda::Function`; the folder of its code comes from the assembly's assets. A generated name is the
 * logical id (the end of it: names have at most 64 characters), which reads better in logs than CloudFormation's.
 */
export function functionConfig(
  resource: Resource,
  assets: ReadonlyMap<string, string>,
  cloud: Pick<Cloud, 'region' | 'accountId'>,
): FunctionConfig {
  const properties = readProperties(resource, functionSchema);
  const folder = assets.get(properties.Code.S3Key);
  if (folder === undefined) {
    throw new UnsupportedTemplate(`${resource.path}/Properties/Code`, 'no such asset in the assembly');
  }
  const name = properties.FunctionName ?? resource.logicalId.slice(-64);
  return {
    name,
    arn: `arn:aws:lambda:${cloud.region}:${cloud.accountId}:function:${name}`,
    roleArn: properties.Role,
    folder,
    handler: properties.Handler,
    timeoutMs: properties.Timeout * 1000,
    memoryMb: properties.MemorySize,
    variables: properties.Environment.Variables,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    logGroup: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
    logFormat: properties.LoggingConfig?.LogFormat ?? 'Text',
    logLevel: properties.LoggingConfig?.ApplicationLogLevel,
  };
}

export const permissionSchema = z.strictObject({
  FunctionName: z.string(),
  Action: z.literal('lambda:InvokeFunction'),
  Principal: z.string().endsWith('.amazonaws.com'),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** The statement that Lambda adds to a function's policy for a permission. */
export function permissionPolicy(permission: z.output<typeof permissionSchema>, functionArn: string): object {
  const condition = {
    ...(permission.SourceArn === undefined ? {} : { ArnLike: { 'AWS:SourceArn': permission.SourceArn } }),
    ...(permission.SourceAccount === undefined
      ? {}
      : { StringEquals: { 'AWS:SourceAccount': permission.SourceAccount } }),
  };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: permission.Principal },
        Action: permission.Action,
        Resource: functionArn,
        Condition: condition,
      },
    ],
  };
}
