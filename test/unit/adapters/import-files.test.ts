import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { closeServer, listenLocally } from '../../../infra/local/cloud/gateway.ts';
import { createImportFiles } from '../../../shared/adapters/s3/import-files.ts';
import { ImportFileGone } from '../../../shared/domain/campaign/import-files.ts';
import { TransientError } from '../../../shared/platform/errors.ts';
import { importFilesContract } from '../../doubles/contracts/import-files.contract.ts';
import { createInMemoryImportFiles } from '../../doubles/in-memory/import-files.ts';
import { bucket, bucketArn, startS3 } from '../cloud-services/s3-rig.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function start(options?: Parameters<typeof startS3>[0]) {
  const rig = await startS3(options);
  ends.push(rig.stop);
  return rig;
}

describe('in memory', () => importFilesContract(async () => createInMemoryImportFiles()));

describe('in the bucket', () =>
  importFilesContract(async () => {
    const rig = await start();
    const client = rig.client();
    return {
      ...createImportFiles(bucket, client),
      putCustomers: async (importId, content) => {
        const Key = `imports/${importId}/customers.csv`;
        await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: content }));
      },
      readReport: async (importId, batch) => {
        const Key = `imports/${importId}/report/${batch}.csv`;
        const answer = await client
          .send(new GetObjectCommand({ Bucket: bucket, Key }))
          .catch((error: unknown) => {
            if (error instanceof NoSuchKey) return undefined;
            throw error;
          });
        return answer?.Body?.transformToString();
      },
    };
  }));

describe('with the rights of a function', () => {
  const allow = (Action: string, Resource: string) => ({ Effect: 'Allow', Action, Resource });
  const reads = allow('s3:GetObject', `${bucketArn}/imports/*`);

  it('tells a file that is gone from one that it may not read', async () => {
    const may = await start({ statements: [reads, allow('s3:ListBucket', bucketArn)] });
    await expect(createImportFiles(bucket, may.client()).readCustomers('imp_1')).rejects.toThrow(
      ImportFileGone,
    );
    // Without the list S3 does not say that there is none.
    const mayNot = await start({ statements: [reads] });
    const refused = createImportFiles(bucket, mayNot.client());
    await expect(refused.readCustomers('imp_1')).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(refused.writeReport('imp_1', 0, 'x')).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(mayNot.lines.join('\n')).toContain('not authorized to perform: s3:PutObject');
  });
});

describe('a bucket that fails', () => {
  async function failing(answer: RequestListener) {
    const server = createServer(answer);
    const endpoint = await listenLocally(server, 0);
    ends.push(() => closeServer(server));
    const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'not-a-secret' };
    return createImportFiles(
      bucket,
      new S3Client({ region: 'eu-west-1', endpoint, credentials, maxAttempts: 1 }),
    );
  }

  it('is asked again later', async () => {
    const files = await failing((request, response) => {
      request.resume();
      response.writeHead(503, { 'content-type': 'application/xml' });
      response.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
    });
    await expect(files.writeReport('imp_1', 0, 'x')).rejects.toThrow(TransientError);
    await expect(files.readCustomers('imp_1')).rejects.toThrow(TransientError);
    await expect(files.deleteCustomers('imp_1')).rejects.toThrow(TransientError);
  });

  it('is asked again too when it breaks in the middle of a file', async () => {
    const files = await failing((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half of it');
      setTimeout(() => response.destroy(), 20);
    });
    const stream = await files.readCustomers('imp_1');
    await expect(
      text(
        (async function* () {
          yield* stream;
        })(),
      ),
    ).rejects.toThrow(TransientError);
  });
});
