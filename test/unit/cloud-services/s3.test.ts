import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createS3 } from '../../../infra/local/cloud/s3.ts';
import { UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';
import { FakeCloud } from './fake-cloud.ts';
import { aBucket, bucket, bucketArn, startS3 } from './s3-rig.ts';

const Bucket = bucket;
const Key = 'imports/imp_1/customers.csv';
let rig: Awaited<ReturnType<typeof startS3>>;
let client: S3Client;

beforeEach(async () => {
  rig = await startS3();
  client = rig.client();
});
afterEach(() => rig.stop());

const put = (Body: string | Uint8Array, more = {}, by = client) =>
  by.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (more = {}, by = client) => {
  const answer = await by.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: (await answer.Body?.transformToString()) ?? '' };
};

describe('an object', () => {
  it('is answered as it was put, with an ETag that is no digest', async () => {
    const { ETag } = await put('id\n1\n', { ContentType: 'text/csv' });
    const answer = await get();
    expect(answer).toMatchObject({ text: 'id\n1\n', ContentLength: 5, ContentType: 'text/csv', ETag });
    expect(ETag).not.toContain(createHash('md5').update('id\n1\n').digest('hex'));
    expect(answer.LastModified).toEqual(new Date('2026-03-02T09:00:00Z'));
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ContentLength: 5,
      ETag,
    });
  });

  it('is replaced as a whole, deleted, and deleted again', async () => {
    await put('first');
    await put('second');
    expect((await get()).text).toBe('second');
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchKey', $metadata: { httpStatusCode: 404 } });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: 'NotFound',
    });
  });

  it('has keys of any characters', async () => {
    const odd = "imports/a b/+&=(1)*!'~/é//x.csv";
    await put('odd', { Key: odd });
    expect((await get({ Key: odd })).text).toBe('odd');
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map((one) => one.Key)).toEqual([odd]);
  });

  it('is read by ranges', async () => {
    await put('0123456789');
    expect(await get({ Range: 'bytes=2-4' })).toMatchObject({ text: '234', ContentRange: 'bytes 2-4/10' });
    expect((await get({ Range: 'bytes=8-100' })).text).toBe('89');
    expect((await get({ Range: 'bytes=8-' })).text).toBe('89');
    await expect(get({ Range: 'bytes=10-' })).rejects.toMatchObject({ name: 'InvalidRange' });
    await expect(get({ Range: 'bytes=-3' })).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it('may be empty', async () => {
    await put('', { ContentLength: 0 });
    expect(await get()).toMatchObject({ text: '', ContentLength: 0 });
  });

  it('is read to its end by whoever began before it was deleted', async () => {
    const content = randomBytes(4_000_000);
    await put(content);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    await client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect((await buffer(Body as NodeJS.ReadableStream)).equals(content)).toBe(true);
  });
});

describe('a streaming upload', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 's3-test-'));
  const file = path.join(folder, 'customers.csv');
  const content = randomBytes(20_000_000);
  writeFileSync(file, content);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is larger than any other request, checked against its sum, and gone from the disk at the end', async () => {
    const Body = createReadStream(file);
    const ChecksumSHA256 = createHash('sha256').update(content).digest('base64');
    const fields = { Bucket, Key, Body, ContentLength: content.length };
    await client.send(new PutObjectCommand({ ...fields, ChecksumSHA256 }));
    const answer = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(answer.ChecksumSHA256).toBe(ChecksumSHA256);
    expect((await buffer(answer.Body as NodeJS.ReadableStream)).equals(content)).toBe(true);
    expect(readdirSync(rig.folder)).toHaveLength(1);
    await rig.s3.stop();
    expect(readdirSync(rig.folder)).toEqual([]);
  });
});

describe('a body that is not what its sender said', () => {
  it('is refused and not kept', async () => {
    await put('before');
    const ChecksumSHA256 = createHash('sha256').update('other').digest('base64');
    await expect(put('content', { ChecksumSHA256 })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put('content', { ChecksumCRC32: 'AAAAAA==' })).rejects.toMatchObject({ name: 'BadDigest' });
    expect((await get()).text).toBe('before');
  });

  it('is refused when it was altered on its way', async () => {
    const altering = rig.client();
    altering.middlewareStack.add(
      (next) => (args) => {
        const { request } = args as { request: { body: unknown } };
        request.body = 'CONTENT';
        return next(args);
      },
      { step: 'deserialize', priority: 'low' },
    );
    await expect(put('content', {}, altering)).rejects.toMatchObject({ name: 'XAmzContentSHA256Mismatch' });
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('takes the checksum that the SDK adds by itself', async () => {
    await put('content', {}, rig.client({ requestChecksumCalculation: 'WHEN_SUPPORTED' }));
    expect((await get({}, rig.client({ responseChecksumValidation: 'WHEN_SUPPORTED' }))).text).toBe(
      'content',
    );
  });
});

describe('a listing', () => {
  it('has the keys of a prefix in order, page by page', async () => {
    for (const name of ['b', 'a&<', 'c']) await put(name, { Key: `imports/1/${name}` });
    await put('other', { Key: 'imports/2/x' });
    const page = async (ContinuationToken?: string) =>
      client.send(new ListObjectsV2Command({ Bucket, Prefix: 'imports/1/', MaxKeys: 2, ContinuationToken }));
    const first = await page();
    expect(first.Contents?.map((one) => [one.Key, one.Size])).toEqual([
      ['imports/1/a&<', 3],
      ['imports/1/b', 1],
    ]);
    const second = await page(first.NextContinuationToken);
    expect(second.Contents?.map((one) => one.Key)).toEqual(['imports/1/c']);
    expect(second.IsTruncated).toBe(false);
  });
});

describe('what it does not offer', () => {
  it.each([
    ['a multipart upload', () => client.send(new CreateMultipartUploadCommand({ Bucket, Key }))],
    ['a condition', () => put('x', { IfNoneMatch: '*' })],
    ['a class of storage', () => put('x', { StorageClass: 'GLACIER' })],
    ['a version', () => get({ VersionId: '1' })],
    ['a delimiter', () => client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }))],
    [
      'chunks with a trailer',
      () => {
        const Body = createReadStream(import.meta.filename);
        const chunked = rig.client({ requestChecksumCalculation: 'WHEN_SUPPORTED' });
        return chunked.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: 10 }));
      },
    ],
  ])('%s is refused', async (_what, send) => {
    await expect(send()).rejects.toMatchObject({ name: 'NotImplemented' });
  });

  it.each([
    [{ VersioningConfiguration: { Status: 'Enabled' } }, /VersioningConfiguration/],
    [{ BucketEncryption: undefined }, /BucketEncryption/],
    [{ PublicAccessBlockConfiguration: { BlockPublicAcls: false } }, /BlockPublicAcls/],
    [{ WebsiteConfiguration: {} }, /WebsiteConfiguration/],
    [{ BucketName: 'Upper' }, /BucketName/],
  ])('a bucket with %j stops the start', (properties, reason) => {
    const { create } = createS3(new FakeCloud());
    expect(() => create(aBucket(properties))).toThrow(UnsupportedTemplate);
    expect(() => create(aBucket(properties))).toThrow(reason);
  });

  it('a bucket that nobody declared', async () => {
    const all = await startS3({ statements: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] });
    await expect(put('x', { Bucket: 'another' }, all.client())).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
    await all.stop();
  });

  it('has a name of its own when the template gives none', () => {
    const { create } = createS3(new FakeCloud());
    const { ref, attributes } = create(aBucket({ BucketName: undefined }));
    expect(ref).toMatch(/^service-thing-[0-9a-f]{12}$/);
    expect(attributes.Arn).toBe(`arn:aws:s3:::${ref}`);
    expect(() => create(aBucket({ BucketName: ref }))).toThrow(/a second bucket/);
  });
});

describe('who may', () => {
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });

  it('do what their policies allow on the objects that these name', async () => {
    const some = await startS3({
      statements: [
        allow('s3:PutObject', `${bucketArn}/imports/*/customers.csv`),
        allow('s3:GetObject', `${bucketArn}/imports/*/report/*`),
      ],
    });
    const by = some.client();
    await put('content', {}, by);
    await expect(get({}, by)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(put('x', { Key: 'imports/imp_1/report/1.csv' }, by)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(by.send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await expect(by.send(new ListObjectsV2Command({ Bucket }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    // That there is none is for those to know who may list.
    await expect(get({ Key: 'imports/imp_1/report/1.csv' }, by)).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    await some.stop();
  });

  it('is bound by the bucket’s own policy', async () => {
    const Statement = {
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 's3:DeleteObject',
      Resource: `${bucketArn}/*`,
    };
    const bound = await startS3({ bucketPolicy: { Version: '2012-10-17', Statement } });
    await put('content', {}, bound.client());
    await expect(bound.client().send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining('explicit deny'),
    });
    await bound.stop();
  });

  it('signs with a key that fits', async () => {
    const credentials = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'another' };
    await expect(put('x', {}, rig.client({ credentials }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    const stranger = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'another' };
    await expect(put('x', {}, rig.client({ credentials: stranger }))).rejects.toMatchObject({
      name: 'InvalidAccessKeyId',
    });
  });
});
