import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { reportColumns } from '../../shared/contracts/commands/import-commands.ts';
import { UsageError } from './commands.ts';
import type { ImportWork } from './import-work.ts';

/** S3 takes 5 GB at once. */
const largestFile = 5 * 1024 ** 3;
const tries = 3;
/** Reports are small: so many at once fill the line and not the memory. */
const partsAtOnce = 8;

export interface CustomersFile {
  readonly path: string;
  readonly size: number;
  /** In base64, as S3 compares it. */
  readonly sha256: string;
}

/** Reads the file once to know its sum: S3 refuses what arrives otherwise, or what changed in between. */
export async function customersFile(file: string): Promise<CustomersFile> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read.`, { cause });
  });
  if (!found.isFile()) throw new UsageError(`${file} is no file.`);
  if (found.size === 0) throw new UsageError(`${file} is empty.`);
  if (found.size > largestFile) throw new UsageError(`${file} is larger than 5 GB: import it in parts.`);
  const sha256 = createHash('sha256');
  await pipeline(createReadStream(file), sha256);
  return { path: file, size: found.size, sha256: sha256.digest('base64') };
}

/** Streams the file into the bucket. A stream cannot be sent twice, so each try opens the file again. */
export async function uploadCustomers(
  { files, bucket, interrupted, pause }: ImportWork,
  importId: string,
  { path: file, size, sha256 }: CustomersFile,
): Promise<void> {
  for (let left = tries - 1; ; left -= 1) {
    interrupted.throwIfAborted();
    const body = (await open(file)).createReadStream();
    try {
      const command = new PutObjectCommand({
        Bucket: bucket,
        Key: `imports/${importId}/customers.csv`,
        Body: body,
        ContentLength: size,
        ContentType: 'text/csv',
        ChecksumSHA256: sha256,
      });
      await files.send(command, { abortSignal: interrupted });
      return;
    } catch (error) {
      if (left === 0 || interrupted.aborted || isOurFault(error)) throw error;
      await pause(1);
    } finally {
      body.destroy();
    }
  }
}

/** What nobody is going to import does not stay there. */
export async function removeCustomers({ files, bucket }: ImportWork, importId: string): Promise<void> {
  await files.send(new DeleteObjectCommand({ Bucket: bucket, Key: `imports/${importId}/customers.csv` }));
}

function isOurFault(error: unknown): boolean {
  return z.object({ $fault: z.literal('client') }).safeParse(error).success;
}

/** Where the report of a file comes to lie: beside it. */
export function reportPath(file: string): string {
  const { dir, name } = path.parse(file);
  return path.join(dir, `${name}-report.csv`);
}

/**
 * Writes the parts of a report one after the other into a file, whole or not at all. Answers the parts that there are
 * none of, which is an error unless the import is known to have failed in part.
 */
export async function downloadReport(
  { files, bucket }: ImportWork,
  importId: string,
  { parts, mayLack }: { readonly parts: number; readonly mayLack: boolean },
  target: string,
): Promise<readonly number[]> {
  const lacking: number[] = [];
  const part = async (batch: number): Promise<Uint8Array> => {
    const Key = `imports/${importId}/report/${batch}.csv`;
    try {
      const { Body } = await files.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      // Operators may not list, so S3 does not tell them what is absent from what is forbidden.
      if (!mayLack || !isOurFault(error)) throw error;
      lacking.push(batch);
      return new Uint8Array();
    }
  };
  const draft = `${target}.part`;
  try {
    const file = await open(draft, 'w');
    try {
      await file.write(`${reportColumns.join(';')}\r\n`);
      for (let first = 0; first < parts; first += partsAtOnce) {
        const count = Math.min(partsAtOnce, parts - first);
        const contents = await Promise.all(Array.from({ length: count }, (_, index) => part(first + index)));
        for (const content of contents) await file.write(content);
      }
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return lacking.sort((one, other) => one - other);
}
