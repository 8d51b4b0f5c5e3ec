import { setTimeout as wait } from 'node:timers/promises';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { type Stage, stages } from '../config.ts';
import { parseCommandLine, type Whereabouts } from './arguments.ts';
import {
  CommandRefused,
  type Credentials,
  credentialsOf,
  NoAnswer,
  NotSigned,
  type OperatorEndpoint,
  type SendOptions,
  sendCommand,
} from './client.ts';
import { UsageError } from './commands.ts';
import type { ImportOutcome, ImportWork } from './import-work.ts';
import { splitPicture } from './picture.ts';
import { harmless, render, renderJson } from './render.ts';
import type { SecretWork } from './secret-work.ts';
import { SecretConflict } from './signing-secret.ts';

export interface Surroundings {
  /** Reads a file, or standard input for `-`. */
  readonly readText: (path: string) => string;
  /** Asks for a secret without showing it, or reads standard input where that is no terminal. */
  readonly readHidden: (question: string) => Promise<string>;
  readonly writeText: (path: string, text: string) => void;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly awsCredentials: () => Promise<Credentials>;
  readonly send?: SendOptions;
  readonly openSecrets?: (endpoint: ServiceEndpoint) => Pick<SecretsManagerClient, 'send'>;
  /** Has `stop` called at the next Ctrl-C, in place of ending at once; answers how to have it no more. */
  readonly onInterrupt?: (stop: () => void) => () => void;
}

const keys = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });
const localEndpoints = z.object({
  api: z.url(),
  aws: z.url(),
  importBucket: z.string().optional(),
  region: z.string(),
  operator: keys,
  secondOperator: keys.optional(),
});

/** Carries out a command line and answers the exit code that `--help` explains. */
export async function runCommandLine(line: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings;
  try {
    const invocation = parseCommandLine(line, (path) => readFile(path, surroundings));
    if ('help' in invocation) {
      print(invocation.help);
      return 0;
    }
    const endpoint = endpointOf(invocation, surroundings);
    const show = (answer: unknown) => print(invocation.json ? renderJson(answer) : render(answer));
    if ('importCommand' in invocation) {
      const { importCommand, operands, flags } = invocation;
      const { answer, exitCode } = await withImportWork(endpoint, flags.bucket, surroundings, (work) =>
        importCommand.runImport(work, operands, flags),
      );
      show(answer);
      return exitCode;
    }
    if ('secretCommand' in invocation) {
      const { secretCommand, operands, flags } = invocation;
      const work = secretWorkOf(endpoint, stageOf(invocation, flags.stage), surroundings);
      show(await secretCommand.run(work, operands, flags));
      return 0;
    }
    for (const command of invocation.commands) {
      const answer = await sendCommand(endpoint, command, surroundings.send);
      const { picture, rest } = splitPicture(answer);
      if (invocation.pictureFile !== undefined && picture !== undefined) {
        writeFile(invocation.pictureFile, picture, surroundings);
      }
      show(rest);
    }
    return 0;
  } catch (error) {
    complain(harmlessLines(complaintOf(error)));
    return exitCodeOf(error);
  }
}

/** The API of the service, and the local cloud's endpoint in place of AWS's own. */
type ServiceEndpoint = OperatorEndpoint & {
  readonly aws?: string;
  readonly importBucket?: string | undefined;
};

async function withImportWork(
  endpoint: ServiceEndpoint,
  bucket = endpoint.importBucket,
  { complain, send, onInterrupt = () => () => undefined }: Surroundings,
  run: (work: ImportWork) => Promise<ImportOutcome>,
): Promise<ImportOutcome> {
  if (bucket === undefined) throw new UsageError('Give --bucket of a deployed stage beside --endpoint.');
  const interruption = new AbortController();
  const end = onInterrupt(() => interruption.abort());
  try {
    return await run({
      bucket,
      files: new S3Client({ ...clientSettings(endpoint), requestChecksumCalculation: 'WHEN_REQUIRED' }),
      sendCommand: (command) => sendCommand(endpoint, command, send),
      print: complain,
      pause: (seconds) => wait(seconds * 1_000, undefined, { signal: interruption.signal }),
      interrupted: interruption.signal,
    });
  } finally {
    end();
  }
}

function secretWorkOf(endpoint: ServiceEndpoint, stage: Stage, surroundings: Surroundings): SecretWork {
  const { openSecrets = openSecretsManager, readHidden, complain, send } = surroundings;
  return {
    stage,
    secrets: openSecrets(endpoint),
    readSecret: async (file, question) => {
      const text = file === undefined ? await readHidden(question) : readFile(file, surroundings);
      const line = text.trim();
      if (line === '' || /\s/.test(line)) throw new UsageError('A secret is one line without blanks.');
      return line;
    },
    sendCommand: (command) => sendCommand(endpoint, command, send),
    // Beside the answer, which may be JSON for a program.
    print: complain,
    pause: (seconds) => wait(seconds * 1_000),
  };
}

function openSecretsManager(endpoint: ServiceEndpoint): SecretsManagerClient {
  return new SecretsManagerClient(clientSettings(endpoint));
}

function clientSettings({ operator, region, aws }: ServiceEndpoint) {
  return {
    region,
    credentials: async () => {
      const { sessionToken, ...keys } = await credentialsOf(operator);
      return { ...keys, ...(sessionToken === undefined ? {} : { sessionToken }) };
    },
    ...(aws === undefined ? {} : { endpoint: aws }),
  };
}

/** The names of the secrets tell the stage; an API's address does not. */
function stageOf({ endpoint }: Whereabouts, given: string | undefined): Stage {
  if (endpoint === undefined && (given ?? 'local') === 'local') return 'local';
  const stage = stages.find((known) => known === given && known !== 'local');
  if (endpoint !== undefined && stage !== undefined) return stage;
  throw new UsageError('Give --endpoint and --stage of a deployed stage, or neither for the local one.');
}

function endpointOf(flags: Whereabouts, surroundings: Surroundings): ServiceEndpoint {
  if (flags.endpoint === undefined) return localEndpoint(flags.secondOperator, surroundings);
  if (flags.secondOperator) throw new UsageError('--second-operator is of the local stage only.');
  const url = URL.canParse(flags.endpoint) ? new URL(flags.endpoint) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new UsageError(
      '--endpoint must be a URL such as https://abc123.execute-api.eu-west-1.amazonaws.com.',
    );
  }
  const region =
    flags.region ??
    /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(url.hostname)?.[1] ??
    surroundings.environment.AWS_REGION;
  if (region === undefined) throw new UsageError('Give the --region of the endpoint.');
  return { api: url.href, region, operator: surroundings.awsCredentials };
}

function localEndpoint(secondOperator: boolean, surroundings: Surroundings): ServiceEndpoint {
  let text: string;
  try {
    text = surroundings.readText('.local/endpoints.json');
  } catch {
    throw new UsageError('No local stage is running (npm start). For a deployed one give --endpoint.');
  }
  const parsed = localEndpoints.safeParse(JSON.parse(text));
  if (!parsed.success)
    throw new UsageError('.local/endpoints.json does not fit: start the local stage again.');
  const { operator, secondOperator: second, ...where } = parsed.data;
  if (!secondOperator) return { ...where, operator };
  if (second === undefined) throw new UsageError('The local stage has no second operator.');
  return { ...where, operator: second };
}

function readFile(path: string, { readText }: Surroundings): string {
  try {
    return readText(path);
  } catch (cause) {
    throw new UsageError(`${path} cannot be read.`, { cause });
  }
}

function writeFile(path: string, text: string, { writeText }: Surroundings): void {
  try {
    writeText(path, text);
  } catch (cause) {
    throw new UsageError(`${path} cannot be written.`, { cause });
  }
}

function complaintOf(error: unknown): string {
  if (error instanceof CommandRefused) {
    const issues = (error.body.issues ?? []).map((issue) => `\n  ${issue.path}: ${issue.message}`);
    return inOwnWords(`${error.body.message}${issues.join('')}`);
  }
  if (error instanceof NoAnswer) {
    if (refusedConnection(error.cause))
      return `${error.message} Nothing listens there: is it running (npm start)?`;
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return `${error.message}${cause} The command may have been carried out: look before you send it again.`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** The service speaks of commands of its contract; who typed one knows them by the names of this command line. */
function inOwnWords(text: string): string {
  return text.replace(/\b[A-Z]\w+\b/g, (word) => commandNames[word] ?? word);
}

const commandNames: Readonly<Record<string, string>> = {
  RegisterEnvironment: 'register-environment',
  RequestCode: 'request-code',
  AddInvitationCodes: 'add-codes',
  DecideConnection: 'decide',
  MapAdministrations: 'map',
  SubmitTenantId: 'submit-tenant-id',
  RetryAccessTest: 'retry',
  CheckHealth: 'check-health',
  CancelConnection: 'cancel',
  ListConnections: 'list',
  ShowConnection: 'show',
  ShowStock: 'stock',
  RotateClientSecret: 'rotate-client-secret',
  RotateLinkKey: 'rotate-link-key',
  ImportCampaign: 'import-campaign',
  ShowImport: 'import-report',
  RedriveDeadLetters: 'redrive',
  ChangeDeadline: 'change-deadline',
  PauseCampaign: 'pause-campaign',
  ResumeCampaign: 'resume-campaign',
  PauseEnvironment: 'pause-environment',
  ResumeEnvironment: 'resume-environment',
  PreviewReminders: 'preview-reminders',
  RunReminders: 'run-reminders',
  SendDigest: 'send-digest',
  ShowCampaign: 'show-campaign',
};

/** Nobody is there, at least not any more. */
function refusedConnection(cause: unknown): boolean {
  const codes = z.object({ cause: z.object({ code: z.string() }) }).safeParse(cause);
  return codes.data?.cause.code === 'ECONNREFUSED';
}

function harmlessLines(text: string): string {
  return text.split('\n').map(harmless).join('\n');
}

/** Of the service's refusals, and of those of Secrets Manager by their names. */
const exitCodes: Readonly<Record<string, number>> = {
  'invalid-command': 2,
  'not-found': 3,
  ResourceNotFoundException: 3,
  conflict: 4,
  forbidden: 5,
  AccessDeniedException: 5,
};

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  if (error instanceof SecretConflict) return 4;
  if (error instanceof NotSigned) return 5;
  const name = error instanceof CommandRefused ? error.body.error : error instanceof Error ? error.name : '';
  return exitCodes[name] ?? 1;
}
