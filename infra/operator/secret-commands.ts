import { signingSecrets } from '../secret-names.ts';
import { clientSecretLabels, stageClientSecret } from './client-secret.ts';
import { type Flags, UsageError } from './commands.ts';
import type { SecretWork } from './secret-work.ts';
import { finishSigningSecret, rotateSigningSecret } from './signing-secret.ts';

/** A command that does not go through the service: no secret passes its API, its functions or their logs. */
export interface SecretCommand {
  /** First line: what it is for. */
  readonly help: string;
  readonly operands: readonly string[];
  readonly flags: readonly string[];
  /** Answers what is to be shown. */
  run(work: SecretWork, operands: readonly string[], flags: Flags): Promise<object>;
}

const stageFlag = `  --stage STAGE      of a deployed stage, beside --endpoint: dev or prod`;

export const secretCommands: Readonly<Record<string, SecretCommand>> = {
  'rotate-client-secret': {
    help: `Stage a new secret of the Visma application: it is tested, taken up and, when refused, taken back by itself.
Generate it in the Developer Portal (Credentials) and delete the old one there only when the fallback has ended.
  --client-id ID     of the application, as the portal shows it
  --file FILE        holds the secret; else it is read from standard input, on a terminal without being shown
${stageFlag}`,
    operands: [],
    flags: ['client-id', 'file', 'stage'],
    run: (work, _operands, flags) => stageClientSecret(work, flags['client-id'], flags.file),
  },
  'show-client-secret': {
    help: `Show which versions of the client secret are in use, staged or the fallback, and since when. Never a value.
${stageFlag}`,
    operands: [],
    flags: ['stage'],
    run: (work) => clientSecretLabels(work),
  },
  'rotate-signing-secret': {
    help: `Put a new signing secret in front of the one in use: ${signingSecrets.join(', ')}.
Both count until --finish. A new one is made and shown once, except Visma's, which its portal makes.
  --file FILE        holds the new secret, in place of one that is made; - reads standard input
  --finish           the other side uses the new one: the previous one counts no more
${stageFlag}`,
    operands: ['secret'],
    flags: ['file', 'finish', 'stage'],
    run: (work, [operand], flags) => {
      const name = signingSecrets.find((known) => known === operand);
      if (name === undefined) {
        throw new UsageError(`There is no signing secret ${operand}: ${signingSecrets.join(', ')}.`);
      }
      if (flags.finish !== true) return rotateSigningSecret(work, name, flags.file);
      if (flags.file !== undefined) throw new UsageError('--finish takes no new secret.');
      return finishSigningSecret(work, name);
    },
  },
};
