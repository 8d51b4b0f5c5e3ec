import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, mkdtempSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { Range } from './s3-protocol.ts';
import { AwsError } from './service.ts';

export interface StoredObject {
  readonly file: string;
  readonly size: number;
  /** No digest of the content, as AWS has it under a key. */
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly contentType: string;
  readonly sha256: string;
}

/** What the sender says about the body; each is checked against what arrived. */
export interface Claims {
  readonly length: number | undefined;
  /** In hex, as signed. */
  readonly payloadSha256: string | undefined;
  /** In base64. */
  readonly sha256: string | undefined;
  readonly crc32: string | undefined;
  readonly contentType: string;
}

/** Objects in a folder of their own on disk, so that memory does not grow with them. Gone with `remove`. */
export class ObjectFiles {
  readonly #objects = new Map<string, StoredObject>();
  readonly #parent: string;
  #folder: string | undefined;

  constructor(parent = tmpdir()) {
    this.#parent = parent;
  }

  /** Whole or not at all: whoever reads the object meanwhile goes on with the one before. */
  async put(key: string, body: Readable, claims: Claims, now: Date): Promise<StoredObject> {
    this.#folder ??= mkdtempSync(path.join(this.#parent, 'local-s3-'));
    const file = path.join(this.#folder, randomUUID());
    const sha = createHash('sha256');
    const measured = { size: 0, crc: 0 };
    const measure = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        measured.size += chunk.length;
        measured.crc = crc32(chunk, measured.crc);
        sha.update(chunk);
        done(undefined, chunk);
      },
    });
    try {
      await pipeline(body, measure, createWriteStream(file, { mode: 0o600 }));
      const digest = sha.digest();
      check(claims, measured, digest);
      const stored: StoredObject = {
        file,
        size: measured.size,
        etag: `"${randomBytes(16).toString('hex')}"`,
        modifiedAt: now,
        contentType: claims.contentType,
        sha256: digest.toString('base64'),
      };
      await this.delete(key);
      this.#objects.set(key, stored);
      return stored;
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  get(key: string): StoredObject | undefined {
    return this.#objects.get(key);
  }

  /** Opened before it is answered: deleting the object does not disturb who reads it. */
  async read({ file, size }: StoredObject, range: Range | undefined): Promise<Readable> {
    if (size === 0) return Readable.from([]);
    const handle = await open(file);
    return handle.createReadStream(range === undefined ? {} : { start: range.from, end: range.to });
  }

  async delete(key: string): Promise<void> {
    const stored = this.#objects.get(key);
    this.#objects.delete(key);
    if (stored !== undefined) await rm(stored.file, { force: true });
  }

  /** In the order of their UTF-8 bytes, as S3 lists them. */
  list(prefix: string): readonly (readonly [string, StoredObject])[] {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  }

  async remove(): Promise<void> {
    this.#objects.clear();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}

function check(
  claims: Claims,
  { size, crc }: { readonly size: number; readonly crc: number },
  sha: Buffer,
): void {
  if (claims.length !== undefined && claims.length !== size)
    throw new AwsError('IncompleteBody', 'The body is not as long as Content-Length says.');
  if (claims.payloadSha256 !== undefined && claims.payloadSha256 !== sha.toString('hex')) {
    throw new AwsError('XAmzContentSHA256Mismatch', 'The body does not match x-amz-content-sha256.');
  }
  const crcBytes = Buffer.alloc(4);
  crcBytes.writeUInt32BE(crc);
  const wrong =
    (claims.sha256 !== undefined && claims.sha256 !== sha.toString('base64')) ||
    (claims.crc32 !== undefined && claims.crc32 !== crcBytes.toString('base64'));
  if (wrong) throw new AwsError('BadDigest', 'The checksum that you gave does not match what arrived.');
}
