import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Stage } from '../config.ts';
import type { CommandInput } from './client.ts';

/** What a command on secrets works with: Secrets Manager itself, with the operator's own credentials. */
export interface SecretWork {
  readonly stage: Stage;
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  /** The one line of a file or of standard input, which is asked for without an echo on a terminal. */
  readonly readSecret: (file: string | undefined, question: string) => Promise<string>;
  readonly sendCommand: (command: CommandInput) => Promise<unknown>;
  readonly print: (text: string) => void;
  readonly pause: (seconds: number) => Promise<void>;
}
