import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { reportColumns } from '../../shared/contracts/commands/import-commands.ts';
import { UsageError } from './commands.ts';
import { type ImportWork, LookedAway } from './import-work.ts';

/**
 * The form of the whole file is checked in one run of the function, which reads some 4 MB a second with its share of a
 * processor: what takes longer than its five minutes would be tried for hours, and nobody told why.
 */
const largestFile = 1024 ** 3;
const tries = 3;
/** Reports are small: so many at once fill the line and not the memory. */
const partsAtOnce = 8;

export interface CustomersFile {
  readonly path: string;
  readonly size: number;
  /** When it was written last. */
  readonly writtenAt: number;
  /** In base64, as S3 compares it. */
  readonly sha256: string;
}

/** Reads the file once to know its sum: S3 refuses what arrives otherwise. Throws `UsageError`. */
export async function customersFile(file: string): Promise<CustomersFile> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new UsageError(`${file} cannot be read: is it there, and may you read it?`, { cause });
  });
  if (!found.isFile()) throw new UsageError(`${file} is no file: give the path of a CSV file.`);
  if (found.size === 0) throw new UsageError(`${file} is empty: export it again.`);
  if (found.size > largestFile) throw new UsageError(`${file} is larger than 1 GB: import it in parts.`);
  const sha256 = createHash('sha256');
  await pipeline(createReadStream(file), sha256);
  return { path: file, size: found.size, writtenAt: found.mtimeMs, sha256: sha256.digest('base64') };
}

/** Half a file that is still being written may well look like a whole one. Throws `UsageError`. */
export async function expectUnchanged({ path: file, size, writtenAt }: CustomersFile): Promise<void> {
  const now = await stat(file).catch(() => undefined);
  if (now?.size === size && now.mtimeMs === writtenAt) return;
  throw new UsageError(
    `${file} was changed while it was read: import it when nothing writes to it any more. Nothing was imported.`,
  );
}

/** Streams the file into the bucket. A stream cannot be sent twice, so each try opens the file again. */
export async function uploadCustomers(
  { files, bucket, interrupted, pause }: ImportWork,
  importId: string,
  customers: CustomersFile,
): Promise<void> {
  const { path: file, size, sha256 } = customers;
  for (let left = tries - 1; ; left -= 1) {
    interrupted.throwIfAborted();
    await expectUnchanged(customers);
    const body = (await open(file)).createReadStream({ end: size - 1 });
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
      // Else what S3 says of a sum that differs.
      if (!interrupted.aborted) await expectUnchanged(customers);
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
    const file = await open(draft, 'w').catch((cause: unknown) => {
      const words = `${target} cannot be written. The import is over all the same: write its report elsewhere with`;
      throw new LookedAway(`${words} import-report ${importId} <file>.`, { cause });
    });
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
