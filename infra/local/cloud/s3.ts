import { Readable } from 'node:stream';
import * as z from 'zod';
import { readInput } from './api-input.ts';
import { type Clock, systemClock } from './clock.ts';
import { ObjectFiles, type StoredObject } from './s3-objects.ts';
import { element, rangeOf, s3Error, s3Operation, xml } from './s3-protocol.ts';
import { readBucket, readBucketPolicy } from './s3-resources.ts';
import {
  type ApiAnswer,
  type ApiCall,
  AwsError,
  type Cloud,
  type CloudService,
  type Identity,
  type Permission,
  type Resource,
  type ResourcePolicy,
  UnsupportedTemplate,
} from './service.ts';

const objectInput = z.strictObject({ Bucket: z.string(), Key: z.string().min(1).max(1024) });
const listInput = z.strictObject({
  Bucket: z.string(),
  Prefix: z.string(),
  MaxKeys: z.int().min(0).max(1_000),
  ContinuationToken: z.string().optional(),
});
/** 5 GB, the most that one PUT takes. */
const largestPut = 5 * 1024 ** 3;
/** IAM's action where it is not the operation's own name. */
const actions: Readonly<Record<string, string>> = { HeadObject: 'GetObject', ListObjectsV2: 'ListBucket' };

export interface S3Service extends CloudService {
  create(resource: Resource): Identity;
}

/**
 * Amazon S3 in path style: whole objects and ranges of them, in one PUT each, listed by prefix. Multipart uploads,
 * versions, presigned URLs, conditions and chunked bodies are refused. Objects lie below `folder`, the system's for temporary
 * files unless told.
 */
export function createS3(cloud: Cloud, clock: Clock = systemClock, folder?: string): S3Service {
  const buckets = new Map<string, ObjectFiles>();
  const policies: { readonly bucket: string; readonly policy: ResourcePolicy }[] = [];
  const arnOf = (bucket: string) => `arn:aws:s3:::${bucket}`;

  function create(resource: Resource): Identity {
    if (resource.type === 'AWS::S3::BucketPolicy') {
      const { Bucket: bucket, PolicyDocument: document } = readBucketPolicy(resource);
      policies.push({
        bucket,
        policy: { document, path: `${resource.path}/Properties/PolicyDocument` },
      });
      return { ref: bucket, attributes: {} };
    }
    const name = readBucket(resource);
    if (buckets.has(name)) throw new UnsupportedTemplate(resource.path, `a second bucket named ${name}`);
    buckets.set(name, new ObjectFiles(folder));
    return { ref: name, attributes: { Arn: arnOf(name) } };
  }

  function permissions(call: ApiCall): readonly Permission[] {
    const { Bucket: bucket, Key: key } = z
      .object({ Bucket: z.string(), Key: z.string().optional() })
      .parse(call.input);
    const action = `s3:${actions[call.action] ?? call.action}`;
    return [{ action, resource: key === undefined ? arnOf(bucket) : `${arnOf(bucket)}/${key}` }];
  }

  function bucketOf(name: string): ObjectFiles {
    const files = buckets.get(name);
    if (files !== undefined) return files;
    throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);
  }

  /** Who may not list is not told that there is none ("403 rather than 404", GetObject's reference). */
  function find(call: ApiCall): { readonly files: ObjectFiles; readonly stored: StoredObject } {
    const { Bucket: bucket, Key: key } = readInput(call, objectInput, 'InvalidRequest');
    const files = bucketOf(bucket);
    const stored = files.get(key);
    if (stored !== undefined) return { files, stored };
    cloud.authorize(call.principal, [{ action: 's3:ListBucket', resource: arnOf(bucket) }]);
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  }

  async function put(call: ApiCall): Promise<ApiAnswer> {
    const { Bucket: bucket, Key: key } = readInput(call, objectInput, 'InvalidRequest');
    const { headers, body, stream = Readable.from([body]) } = call.http;
    const length = headers['content-length'];
    if (length === undefined)
      throw new AwsError('MissingContentLength', 'You must provide Content-Length.', 411);
    if (Number(length) > largestPut)
      throw new AwsError('EntityTooLarge', 'One upload has at most 5 GB.', 400);
    const payload = headers['x-amz-content-sha256'];
    const claims = {
      length: Number(length),
      payloadSha256: payload === 'UNSIGNED-PAYLOAD' ? undefined : payload,
      sha256: headers['x-amz-checksum-sha256'],
      crc32: headers['x-amz-checksum-crc32'],
      contentType: headers['content-type'] ?? 'binary/octet-stream',
    };
    const { etag } = await bucketOf(bucket).put(key, stream, claims, new Date(clock.now()));
    return {
      headers: { etag, 'x-amz-server-side-encryption': 'aws:kms' },
      body: Buffer.alloc(0),
    };
  }

  async function get(call: ApiCall, isHead: boolean): Promise<ApiAnswer> {
    const { files, stored } = find(call);
    const { headers } = call.http;
    const range = rangeOf(headers.range, stored.size);
    const size = range === undefined ? stored.size : range.to - range.from + 1;
    const answer = {
      status: range === undefined ? 200 : 206,
      headers: {
        'accept-ranges': 'bytes',
        'content-length': String(size),
        'content-type': stored.contentType,
        etag: stored.etag,
        'last-modified': stored.modifiedAt.toUTCString(),
        'x-amz-server-side-encryption': 'aws:kms',
        ...(range && { 'content-range': `bytes ${range.from}-${range.to}/${stored.size}` }),
        ...(headers['x-amz-checksum-mode'] === 'ENABLED' &&
          range === undefined && { 'x-amz-checksum-sha256': stored.sha256 }),
      },
    };
    return { ...answer, body: isHead ? Buffer.alloc(0) : await files.read(stored, range) };
  }

  function list(call: ApiCall): ApiAnswer {
    const input = readInput(call, listInput, 'InvalidArgument');
    const after = input.ContinuationToken;
    const found = bucketOf(input.Bucket)
      .list(input.Prefix)
      .filter(
        ([key]) =>
          after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after, 'base64url')) > 0,
      );
    const page = found.slice(0, input.MaxKeys);
    const last = page.at(-1)?.[0];
    const more = found.length > page.length && last !== undefined;
    return xml('ListBucketResult', [
      element('Name', input.Bucket),
      element('Prefix', input.Prefix),
      element('KeyCount', page.length),
      element('MaxKeys', input.MaxKeys),
      element('IsTruncated', more),
      ...(more ? [element('NextContinuationToken', Buffer.from(last).toString('base64url'))] : []),
      ...page.map(
        ([key, { size, etag, modifiedAt }]) =>
          `<Contents>${element('Key', key)}${element('LastModified', modifiedAt.toISOString())}${element(
            'ETag',
            etag,
          )}${element('Size', size)}</Contents>`,
      ),
    ]);
  }

  async function call(call: ApiCall): Promise<ApiAnswer> {
    switch (call.action) {
      case 'PutObject':
        return put(call);
      case 'GetObject':
        return get(call, false);
      case 'HeadObject':
        return get(call, true);
      case 'DeleteObject': {
        const { Bucket: bucket, Key: key } = readInput(call, objectInput, 'InvalidRequest');
        await bucketOf(bucket).delete(key);
        return { status: 204, body: Buffer.alloc(0) };
      }
      case 'ListObjectsV2':
        return list(call);
      default:
        throw new AwsError('NotImplemented', `The local cloud does not offer s3:${call.action}.`, 501);
    }
  }

  return {
    name: 's3',
    types: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy'],
    wire: { decode: s3Operation, error: s3Error },
    create,
    permissions,
    resourcePolicies: (arn) =>
      policies.flatMap(({ bucket, policy }) =>
        arn === arnOf(bucket) || arn.startsWith(`${arnOf(bucket)}/`) ? [policy] : [],
      ),
    call,
    async stop() {
      for (const files of buckets.values()) await files.remove();
    },
  };
}
