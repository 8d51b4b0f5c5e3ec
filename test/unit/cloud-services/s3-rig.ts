import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { Gateway } from '../../../infra/local/cloud/gateway.ts';
import { Iam } from '../../../infra/local/cloud/iam.ts';
import { createS3 } from '../../../infra/local/cloud/s3.ts';
import type { Resource } from '../../../infra/local/cloud/service.ts';
import { FakeCloud, resource } from './fake-cloud.ts';
import { ManualClock } from './manual-clock.ts';

const place = { region: 'eu-west-1', accountId: '000000000000' };
export const bucket = 'imports-of-test';
export const bucketArn = `arn:aws:s3:::${bucket}`;

export function aBucket(properties: Record<string, unknown> = {}): Resource {
  return resource('AWS::S3::Bucket', {
    BucketName: bucket,
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          BucketKeyEnabled: true,
          ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'arn:key' },
        },
      ],
    },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
    ...properties,
  });
}

interface Options {
  readonly statements?: readonly object[];
  readonly bucketPolicy?: object;
}

/** A gateway with nothing but S3 and its IAM behind it, and clients that speak HTTP with it. */
export async function startS3({ statements, bucketPolicy }: Options = {}) {
  const own = statements ?? [{ Effect: 'Allow', Action: 's3:*', Resource: [bucketArn, `${bucketArn}/*`] }];
  const lines: string[] = [];
  const iam: Iam = new Iam(place, (arn) => s3.resourcePolicies?.(arn) ?? []);
  const cloud = new FakeCloud();
  cloud.authorize = (principal, permissions) => iam.authorize(principal, permissions);
  const folder = mkdtempSync(path.join(tmpdir(), 's3-rig-'));
  const s3 = createS3(cloud, new ManualClock(), folder);
  s3.create(aBucket());
  if (bucketPolicy !== undefined)
    s3.create(resource('AWS::S3::BucketPolicy', { Bucket: bucket, PolicyDocument: bucketPolicy }));
  const gateway = new Gateway({
    region: place.region,
    credentials: (id) => iam.credentials(id),
    authorize: (principal, call, service) => iam.authorize(principal, service.permissions(call)),
    service: (name) => (name === 's3' ? s3 : undefined),
    onCall: () => ({ when: 'no', kill: () => undefined }),
    log: (line) => lines.push(line),
    now: () => new Date(),
  });
  const credentials = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'not-a-secret' };
  iam.addUser({ name: 'operator', ...credentials, policyStatements: own });
  const endpoint = await gateway.listen(0);
  return {
    s3,
    /** Where the objects lie. */
    folder,
    lines,
    endpoint,
    addUser: (name: string, keys: typeof credentials, policyStatements: readonly object[]) =>
      iam.addUser({ name, ...keys, policyStatements }),
    client: (more: S3ClientConfig = {}) =>
      new S3Client({
        region: place.region,
        endpoint,
        credentials,
        maxAttempts: 1,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        ...more,
      }),
    stop: async () => {
      await gateway.stop();
      await s3.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
