import { Readable } from 'node:stream';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  type ByteRange,
  customersKey,
  ImportFileGone,
  type ImportFiles,
  reportKey,
} from '../../domain/campaign/import-files.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call, nameOf } from '../aws/failures.ts';

const what = 'The bucket of imports';

/**
 * S3. Checksums of the SDK only where S3 asks for them: requests are signed with their body's digest as it is, and a
 * range of an object has none that could be compared.
 */
export function createImportFiles(
  bucket: string,
  client = new S3Client({
    ...clientSettings,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }),
): ImportFiles {
  return {
    readCustomers: async (importId, range) => {
      const command = new GetObjectCommand({
        Bucket: bucket,
        Key: customersKey(importId),
        ...(range === undefined ? {} : { Range: rangeHeader(range) }),
      });
      try {
        const { Body: body } = await call(what, () => client.send(command));
        if (!(body instanceof Readable)) throw new TypeError(`${what} answered no stream.`);
        return chunksOf(body);
      } catch (error) {
        if (nameOf(error) === 'NoSuchKey') throw new ImportFileGone(importId);
        throw error;
      }
    },
    deleteCustomers: async (importId) => {
      const command = new DeleteObjectCommand({ Bucket: bucket, Key: customersKey(importId) });
      await call(what, () => client.send(command));
    },
    writeReport: async (importId, batch, csv) => {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: reportKey(importId, batch),
        Body: csv,
        ContentType: 'text/csv; charset=utf-8',
      });
      await call(what, () => client.send(command));
    },
  };
}

/** HTTP counts the last byte in. */
function rangeHeader({ from, to }: ByteRange): string {
  return `bytes=${from}-${to - 1}`;
}

/** A connection that breaks in the middle is as passing as one that was never made. */
async function* chunksOf(body: Readable): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<unknown> = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await call(what, () => chunks.next());
      if (done === true) return;
      if (!(value instanceof Uint8Array)) throw new TypeError(`${what} answered no bytes.`);
      yield value;
    }
  } finally {
    // Whoever stops reading gives the connection back.
    body.destroy();
  }
}
