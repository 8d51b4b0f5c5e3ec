import { parseArgs } from 'node:util';
import { campaignCommands } from './campaign-commands.ts';
import { checkedCommand } from './check-command.ts';
import type { CommandInput } from './client.ts';
import { type CommandBuilder, commands, type Flags, UsageError } from './commands.ts';
import { type ImportCommand, importCommands } from './import-commands.ts';
import { type SecretCommand, secretCommands } from './secret-commands.ts';

/** What the command line asks for. */
export type Invocation =
  | { readonly help: string }
  | (Whereabouts & { readonly json: boolean } & (
        | {
            readonly commands: readonly CommandInput[];
            /** Where the picture of an answer goes. */
            readonly pictureFile: string | undefined;
          }
        | {
            readonly secretCommand: Pick<SecretCommand, 'run'>;
            readonly operands: readonly string[];
            readonly flags: Flags;
          }
        | {
            readonly importCommand: Pick<ImportCommand, 'runImport'>;
            readonly operands: readonly string[];
            readonly flags: Flags;
          }
      ));

/** Which service is meant, and as whom. */
export interface Whereabouts {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
  readonly secondOperator: boolean;
}

const globalFlags = {
  endpoint: { type: 'string' },
  region: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  'second-operator': { type: 'boolean' },
} as const;

/** Every command's flags; a flag means the same everywhere, so that it may stand before the command too. */
const commandFlags = {
  file: { type: 'string' },
  id: { type: 'string' },
  name: { type: 'string' },
  locale: { type: 'string' },
  contact: { type: 'string', multiple: true },
  'contact-person': { type: 'string' },
  'export-format': { type: 'string', multiple: true },
  company: { type: 'string', multiple: true },
  administration: { type: 'string', multiple: true },
  ticket: { type: 'string' },
  code: { type: 'string', multiple: true },
  expires: { type: 'string', multiple: true },
  approve: { type: 'boolean' },
  reject: { type: 'boolean' },
  'tenant-id': { type: 'string' },
  state: { type: 'string' },
  environment: { type: 'string' },
  limit: { type: 'string' },
  cursor: { type: 'string' },
  'client-id': { type: 'string' },
  finish: { type: 'boolean' },
  force: { type: 'boolean' },
  stage: { type: 'string' },
  campaign: { type: 'string' },
  deadline: { type: 'string' },
  ladder: { type: 'string' },
  on: { type: 'string' },
  svg: { type: 'string' },
  'dry-run': { type: 'boolean' },
  bucket: { type: 'string' },
} as const;

/**
 * Parses the command line. `readText` reads a file by its path, or standard input for `-`. Throws `UsageError` for what
 * cannot be meant; values are checked against the command's contract before anything is sent.
 */
export function parseCommandLine(line: readonly string[], readText: (path: string) => string): Invocation {
  const { values, positionals } = split(line);
  const [name, ...operands] = positionals;
  if (name === undefined || name === 'help') return { help: overview() };
  const command = allCommands[name];
  if (command === undefined) {
    throw new UsageError(`There is no command ${name}. Commands: ${Object.keys(allCommands).join(', ')}.`);
  }
  if (values.help === true) return { help: helpOf(name, command) };
  for (const flag of Object.keys(values)) {
    if (!(flag in globalFlags) && !command.flags.includes(flag)) {
      throw new UsageError(`${name} has no --${flag}.\n\n${helpOf(name, command)}`);
    }
  }
  if (operands.length !== command.operands.length) {
    throw new UsageError(
      `${name} takes ${operandsOf(command) || 'no operands'}.\n\n${helpOf(name, command)}`,
    );
  }
  return {
    json: values.json === true,
    endpoint: values.endpoint,
    region: values.region,
    secondOperator: values['second-operator'] === true,
    ...('run' in command
      ? { secretCommand: command, operands, flags: values }
      : 'runImport' in command
        ? { importCommand: command, operands, flags: values }
        : {
            commands: command.build(operands, values, readText).map(checkedCommand),
            pictureFile: values.svg,
          }),
  };
}

type AnyCommand = CommandBuilder | SecretCommand | ImportCommand;
const allCommands: Readonly<Record<string, AnyCommand>> = {
  ...commands,
  ...campaignCommands,
  ...importCommands,
  ...secretCommands,
};

function split(line: readonly string[]): { values: Flags & GlobalValues; positionals: readonly string[] } {
  try {
    const { values, positionals } = parseArgs({
      args: [...line],
      options: { ...globalFlags, ...commandFlags },
      allowPositionals: true,
      strict: true,
    });
    return { values, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

interface GlobalValues {
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  readonly json?: boolean | undefined;
  readonly help?: boolean | undefined;
  readonly 'second-operator'?: boolean | undefined;
}

function operandsOf(command: AnyCommand): string {
  return command.operands.map((operand) => `<${operand}>`).join(' ');
}

function helpOf(name: string, command: AnyCommand): string {
  const usage = ['npm run operator --', name, operandsOf(command), command.flags.length > 0 ? '[flags]' : ''];
  return `${usage.filter((part) => part !== '').join(' ')}\n\n${command.help}\n\n${globalHelp}`;
}

const globalHelp = `Everywhere:
  --endpoint URL     the API of a deployed stage (its output ApiUrl); without it the local stage of npm start
  --region REGION    of that API; read from its address or AWS_REGION when absent
  --second-operator  local stage only: sign as another person
  --json             print the answer as JSON
  --help             explain the command

Requests are signed with your AWS credentials (environment, profile, SSO …), or the local stage's.
Exit codes: 0 done, 1 no answer, 2 not valid, 3 not found, 4 conflict, 5 not allowed.`;

function overview(): string {
  const width = Math.max(...Object.keys(allCommands).map((name) => name.length));
  const lines = Object.entries(allCommands).map(
    ([name, command]) => `  ${name.padEnd(width)}  ${command.help.split('\n')[0] ?? ''}`,
  );
  return `npm run operator -- <command> [operands] [flags]\n\n${lines.join('\n')}\n\n${globalHelp}`;
}
