import type { S3Client } from '@aws-sdk/client-s3';
import type { CommandInput } from './client.ts';

/** What an import by the command line works with: the bucket with the operator's own credentials, and the service. */
export interface ImportWork {
  readonly files: Pick<S3Client, 'send'>;
  readonly bucket: string;
  readonly sendCommand: (command: CommandInput) => Promise<unknown>;
  /** Progress, beside the answer. */
  readonly print: (text: string) => void;
  readonly pause: (seconds: number) => Promise<void>;
  /** Aborted by Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** The import goes on, or never began; who looks on has gone. Says how to look again. */
export class LookedAway extends Error {
  override readonly name = 'LookedAway';
}

/** What is printed, and the exit code. */
export interface ImportOutcome {
  readonly answer: object;
  /** 0: every row is in; 2: the file, or rows of it, were refused; 1: parts of it failed. */
  readonly exitCode: 0 | 1 | 2;
}
