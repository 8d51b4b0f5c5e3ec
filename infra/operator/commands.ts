import * as z from 'zod';
import { redrivableQueues } from '../../shared/contracts/commands/operator-commands.ts';

/** The command line cannot be meant as it is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Flags {
  readonly file?: string | undefined;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly locale?: string | undefined;
  readonly contact?: readonly string[] | undefined;
  readonly 'contact-person'?: string | undefined;
  readonly 'export-format'?: readonly string[] | undefined;
  readonly company?: readonly string[] | undefined;
  readonly administration?: readonly string[] | undefined;
  readonly ticket?: string | undefined;
  readonly code?: readonly string[] | undefined;
  readonly expires?: readonly string[] | undefined;
  readonly approve?: boolean | undefined;
  readonly reject?: boolean | undefined;
  readonly 'tenant-id'?: string | undefined;
  readonly state?: string | undefined;
  readonly environment?: string | undefined;
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
  readonly 'client-id'?: string | undefined;
  readonly finish?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly stage?: string | undefined;
  readonly campaign?: string | undefined;
  readonly deadline?: string | undefined;
  readonly ladder?: string | undefined;
  readonly on?: string | undefined;
  readonly svg?: string | undefined;
  readonly 'dry-run'?: boolean | undefined;
  readonly bucket?: string | undefined;
}

type ReadText = (path: string) => string;

export interface CommandBuilder {
  /** First line: what it is for. */
  readonly help: string;
  readonly operands: readonly string[];
  readonly flags: readonly string[];
  /** Bodies to send, one after the other; the contract checks them. */
  build(operands: readonly string[], flags: Flags, readText: ReadText): readonly unknown[];
}

/** How a time is wanted, for whoever gave another. */
export const timeForm = 'must be a time with its zone such as 2026-12-01T12:00:00Z';

/** The contract takes 90 codes a command. */
const codesPerCommand = 90;

export const commands: Readonly<Record<string, CommandBuilder>> = {
  'register-environment': {
    help: `Register a customer's environment, or bring it up to date.
  --file env.json                 the fields of RegisterEnvironment; - reads standard input; or:
  --id ID --name NAME --locale nl|en
  --contact ADDRESS[=NAME]        who gets codes; repeat for more
  --contact-person ADDRESS[=NAME] the consultant
  --export-format FORMAT          e.g. "Visma.net Financials"; repeat for more
  --company NAME=NUMBER           a Visma.net company with its company number; repeat for more
  --administration ID=NAME[=COMPANY]  COMPANY is a name or number from above; repeat for more`,
    operands: [],
    flags: [
      'file',
      'id',
      'name',
      'locale',
      'contact',
      'contact-person',
      'export-format',
      'company',
      'administration',
    ],
    build: (_operands, flags, readText) => [
      {
        command: 'RegisterEnvironment',
        ...(flags.file === undefined ? environmentOf(flags) : objectOf(readText(flags.file), flags.file)),
      },
    ],
  },
  'request-code': {
    help: `Ask for invitation codes on behalf of a customer who called. They go to the registered contacts.
  --company NAME|NUMBER  only for this company; repeat for more; without it all registered ones
  --ticket ID            link this ticket`,
    operands: ['environment'],
    flags: ['company', 'ticket'],
    build: ([environmentId], { company, ticket }) => [
      { command: 'RequestCode', environmentId, companies: company, ticketId: ticket },
    ],
  },
  'add-codes': {
    help: `Add invitation codes from the Developer Portal to the stock, each with its expiry.
  --file codes.csv         lines "code;expiry", or JSON [{"code","expiresAt"}]; - reads standard input
  --code C --expires TIME  one code (it will stand in your shell's history); repeat both for more
A time is ISO 8601 with a zone, e.g. 2026-12-01T12:00:00Z.`,
    operands: [],
    flags: ['file', 'code', 'expires'],
    build: (_operands, flags, readText) => {
      const codes = codesOf(flags, readText);
      const parts = Array.from({ length: Math.ceil(codes.length / codesPerCommand) }, (_, part) =>
        codes.slice(part * codesPerCommand, (part + 1) * codesPerCommand),
      );
      return parts.map((part) => ({ command: 'AddInvitationCodes', codes: part }));
    },
  },
  decide: {
    help: `Decide on a tenant whose identity could not be confirmed. See both sides with show first.
  --approve | --reject
  --tenant-id ID   the tenant that you looked at`,
    operands: ['connection'],
    flags: ['approve', 'reject', 'tenant-id'],
    build: ([connectionId], flags) => {
      if ((flags.approve === true) === (flags.reject === true)) {
        throw new UsageError('Give either --approve or --reject.');
      }
      const decision = flags.approve === true ? 'approve' : 'reject';
      return [{ command: 'DecideConnection', connectionId, decision, tenantId: flags['tenant-id'] }];
    },
  },
  map: {
    help: `Say through which connection each administration is exported.
  --administration ID=CONNECTION   or ID=none when it is not exported to Visma.net; repeat for more`,
    operands: ['environment'],
    flags: ['administration'],
    build: ([environmentId], { administration = [] }) => [
      {
        command: 'MapAdministrations',
        environmentId,
        mapping: administration.map((text) => {
          const [administrationId, connectionId] = splitPair(text, '--administration ID=CONNECTION', 'last');
          return { administrationId, connectionId };
        }),
      },
    ],
  },
  'revoke-links': {
    help: "Make every link to the environment's connect page useless that was mailed until now.",
    operands: ['environment'],
    flags: [],
    build: ([environmentId]) => [{ command: 'RevokeConnectLinks', environmentId }],
  },
  'rotate-link-key': {
    help: `Make a new key of the connect links. Links that were mailed until now go on to open. Nobody sees a key.
  --force   also when the last rotation is younger than a link gets: links of the key before end. Twice ends all`,
    operands: [],
    flags: ['force'],
    build: (_operands, { force }) => [{ command: 'RotateLinkKey', force }],
  },
  'submit-tenant-id': {
    help: 'Give a connection the tenant ID that the customer told you. It is tested as any other.',
    operands: ['connection', 'tenant id'],
    flags: [],
    build: ([connectionId, tenantId]) => [{ command: 'SubmitTenantId', connectionId, tenantId }],
  },
  retry: {
    help: 'Test access again, or continue a connection that needs attention.',
    operands: ['connection'],
    flags: [],
    build: ([connectionId]) => [{ command: 'RetryAccessTest', connectionId }],
  },
  'check-health': {
    help: `Check now whether an active connection still gives access, or a disconnected one again.
The answer is queued; a moment later show says what came of it, as HealthChecked.`,
    operands: ['connection'],
    flags: [],
    build: ([connectionId]) => [{ command: 'CheckHealth', connectionId }],
  },
  cancel: {
    help: 'End an onboarding or a connection; a claimed tenant is free again.',
    operands: ['connection'],
    flags: [],
    build: ([connectionId]) => [{ command: 'CancelConnection', connectionId }],
  },
  list: {
    help: `List connections state by state, latest change first within each.
  --state STATE      only in this state, e.g. needs-attention
  --environment ID   only of this environment
  --limit N          50 unless told; 200 at most
  --cursor CURSOR    go on where the last answer ended`,
    operands: [],
    flags: ['state', 'environment', 'limit', 'cursor'],
    build: (_operands, { state, environment, limit, cursor }) => [
      {
        command: 'ListConnections',
        state,
        environmentId: environment,
        limit: limit === undefined ? undefined : Number(limit),
        cursor,
      },
    ],
  },
  show: {
    help: 'Show a connection: what is registered, what was read, and its whole history.',
    operands: ['connection'],
    flags: [],
    build: ([connectionId]) => [{ command: 'ShowConnection', connectionId }],
  },
  stock: {
    help: 'Show how many codes can be handed out, until when, and who waits for one.',
    operands: [],
    flags: [],
    build: () => [{ command: 'ShowStock' }],
  },
  redrive: {
    help: `Move the dead letters of a queue back to it, when the cause is gone.
  queue   ${redrivableQueues.join(', ')}`,
    operands: ['queue'],
    flags: [],
    build: ([queue]) => [{ command: 'RedriveDeadLetters', queue }],
  },
};

function environmentOf(flags: Flags): object {
  return {
    environmentId: flags.id,
    name: flags.name,
    locale: flags.locale,
    contacts: (flags.contact ?? []).map(contactOf),
    contactPerson: flags['contact-person'] === undefined ? undefined : contactOf(flags['contact-person']),
    exportFormats: flags['export-format'] ?? [],
    companies: (flags.company ?? []).map((text) => {
      const [name, corporateId] = splitPair(text, '--company NAME=NUMBER', 'last');
      return { name, corporateId };
    }),
    administrations: (flags.administration ?? []).map((text) => {
      const [administrationId, rest] = splitPair(text, '--administration ID=NAME[=COMPANY]', 'first');
      const [name, ...company] = rest.split('=');
      return { administrationId, name, ...(company.length === 0 ? {} : { company: company.join('=') }) };
    }),
  };
}

function contactOf(text: string): object {
  const [email = '', ...name] = text.split('=');
  return { email, name: name.join('=') };
}

/** At the first or the last `=`. */
function splitPair(text: string, form: string, at: 'first' | 'last'): [string, string] {
  const index = at === 'first' ? text.indexOf('=') : text.lastIndexOf('=');
  if (index <= 0) throw new UsageError(`"${text}" does not have the form ${form}.`);
  return [text.slice(0, index), text.slice(index + 1)];
}

const codeList = z.array(z.object({ code: z.string(), expiresAt: z.string() }));

function codesOf(flags: Flags, readText: ReadText): z.infer<typeof codeList> {
  const { file, code = [], expires = [] } = flags;
  if (file !== undefined) return codesOfFile(readText(file), file);
  if (code.length === 0 || code.length !== expires.length) {
    throw new UsageError('Give --file, or --code and --expires for each code.');
  }
  return code.map((text, index) => ({ code: text, expiresAt: expires[index] ?? '' }));
}

/** Problems are told by line and never with the code. */
function codesOfFile(text: string, file: string): z.infer<typeof codeList> {
  if (/^\s*\[/.test(text)) {
    const parsed = codeList.safeParse(parseJson(text, file));
    if (!parsed.success) throw new UsageError(`${file} is not a list of {"code", "expiresAt"}.`);
    return parsed.data;
  }
  const codes = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '' || (index === 0 && /^\s*"?code"?\s*[;,\t]/i.test(line))) return [];
    const separator = Math.max(line.lastIndexOf(';'), line.lastIndexOf(','), line.lastIndexOf('\t'));
    if (separator <= 0) throw new UsageError(`${file}, line ${index + 1}: not "code;expiry".`);
    const expiresAt = unquoted(line.slice(separator + 1));
    if (!z.iso.datetime({ offset: true }).safeParse(expiresAt).success) {
      throw new UsageError(`${file}, line ${index + 1}: the expiry ${timeForm}.`);
    }
    return [{ code: unquoted(line.slice(0, separator)), expiresAt }];
  });
  if (codes.length === 0) throw new UsageError(`${file} holds no codes.`);
  return codes;
}

/** Spreadsheets put quotes around a cell; they are no part of a code that a customer types in. */
function unquoted(cell: string): string {
  const text = cell.trim();
  const [, inner] = /^"(.*)"$/.exec(text) ?? [];
  return inner === undefined ? text : inner.replaceAll('""', '"').trim();
}

function objectOf(text: string, file: string): object {
  const parsed = z.looseObject({}).safeParse(parseJson(text, file));
  if (!parsed.success) throw new UsageError(`${file} is not a JSON object.`);
  return parsed.data;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON.`);
  }
}
