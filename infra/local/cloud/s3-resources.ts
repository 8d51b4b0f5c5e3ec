import { createHash } from 'node:crypto';
import * as z from 'zod';
import { readProperties } from './properties.ts';
import type { Resource } from './service.ts';

const on = z.literal(true);
const encryption = z.strictObject({
  ServerSideEncryptionConfiguration: z
    .array(
      z.strictObject({
        BucketKeyEnabled: z.boolean().optional(),
        ServerSideEncryptionByDefault: z.strictObject({
          SSEAlgorithm: z.literal('aws:kms'),
          KMSMasterKeyID: z.string(),
        }),
      }),
    )
    .length(1),
});
const lifecycleRule = z.strictObject({
  Id: z.string().optional(),
  Status: z.literal('Enabled'),
  ExpirationInDays: z.int().min(1),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: z.int().min(1) }).optional(),
});

/** `AWS::S3::Bucket`: private and under a key. Its lifecycle is accepted and not run (inert.ts says so). */
const bucketProperties = z.strictObject({
  BucketName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
    .optional(),
  BucketEncryption: encryption,
  PublicAccessBlockConfiguration: z.strictObject({
    BlockPublicAcls: on,
    BlockPublicPolicy: on,
    IgnorePublicAcls: on,
    RestrictPublicBuckets: on,
  }),
  LifecycleConfiguration: z.strictObject({ Rules: z.array(lifecycleRule).min(1) }).optional(),
  Tags: z.unknown().optional(),
});

const bucketPolicyProperties = z.strictObject({ Bucket: z.string(), PolicyDocument: z.unknown() });

/** Answers the bucket's name. */
export function readBucket(resource: Resource): string {
  return readProperties(resource, bucketProperties).BucketName ?? generatedName(resource);
}

export function readBucketPolicy(resource: Resource) {
  return readProperties(resource, bucketPolicyProperties);
}

/** Like CloudFormation's `stack-logicalid-suffix` in lower case, but the same on every start. */
function generatedName(resource: Resource): string {
  const suffix = createHash('sha256').update(resource.path).digest('hex').slice(0, 12);
  const name = resource.path
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-')
    .slice(0, 50);
  return `${name}-${suffix}`;
}
