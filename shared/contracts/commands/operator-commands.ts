import * as z from 'zod';
import { connectionStates } from '../../domain/connection/connection.ts';
import { locales } from '../../domain/environment/environment.ts';
import { campaignCommands } from './campaign-commands.ts';
import { commandId, environmentId } from './command-fields.ts';
import { importCommands } from './import-commands.ts';

/** Bodies of `POST /operator/commands`. Who commands is taken from the signed request, never from the body. */

const connectionId = z
  .string()
  .regex(/^con_[0-9a-f]{20}$/, 'a connection id such as con_0123456789abcdef0123');
const name = z.string().trim().min(1).max(200);
const contact = z.object({ email: z.email().max(320), name: z.string().trim().max(200).default('') });
const administrationId = z.string().trim().min(1).max(100);

/** Queues whose dead letters can be moved back; those of the history are positions in a stream. */
export const redrivableQueues = [
  'inbound',
  'workflow',
  'mail',
  'mail-outcome',
  'spend-cloud',
  'health',
  'rotation',
  'reconciliation',
  'ticket-answers',
  'reminders',
  'campaign',
  'import',
] as const;

/** Of a registration. */
export const mostCompanies = 50;
/** Of a company's number, in characters. */
export const longestNumber = 50;

/** What an operator or a row of an import says of an environment. */
export const registration = z.strictObject({
  environmentId,
  name,
  locale: z.enum(locales),
  contacts: z.array(contact).min(1).max(20),
  contactPerson: contact,
  exportFormats: z.array(z.string().trim().min(1).max(200)).max(50),
  companies: z
    .array(z.strictObject({ name, corporateId: z.string().trim().min(1).max(longestNumber) }))
    .max(mostCompanies),
  administrations: z
    .array(
      z.strictObject({
        administrationId,
        name,
        /** Company number or name of the company that this administration is exported to, when known. */
        company: z.string().trim().min(1).optional(),
      }),
    )
    .max(1_000),
});

export const operatorCommand = z.discriminatedUnion('command', [
  registration.extend({ command: z.literal('RegisterEnvironment'), commandId }),
  z.strictObject({
    command: z.literal('RequestCode'),
    commandId,
    environmentId,
    /** Names or company numbers; absent means all that are registered. */
    companies: z.array(name).max(50).optional(),
    ticketId: z.string().trim().min(1).max(200).optional(),
  }),
  z.strictObject({
    command: z.literal('AddInvitationCodes'),
    commandId,
    codes: z
      .array(
        z.strictObject({
          code: z.string().trim().min(1).max(500),
          expiresAt: z.iso.datetime({ offset: true }),
        }),
      )
      .min(1)
      .max(90),
  }),
  z.strictObject({
    command: z.literal('DecideConnection'),
    commandId,
    connectionId,
    decision: z.enum(['approve', 'reject']),
    /** What the operator looked at: an approval of anything else is refused. */
    tenantId: z.string().trim(),
  }),
  z.strictObject({
    command: z.literal('MapAdministrations'),
    commandId,
    environmentId,
    mapping: z
      .array(z.strictObject({ administrationId, connectionId: z.union([connectionId, z.literal('none')]) }))
      .min(1)
      .max(1_000),
  }),
  /** Every link to the environment's page that was mailed until now opens nothing any more. */
  z.strictObject({ command: z.literal('RevokeConnectLinks'), commandId, environmentId }),
  z.strictObject({
    command: z.literal('SubmitTenantId'),
    commandId,
    connectionId,
    tenantId: z.string().trim(),
  }),
  z.strictObject({ command: z.literal('RetryAccessTest'), commandId, connectionId }),
  z.strictObject({ command: z.literal('CancelConnection'), commandId, connectionId }),
  /** Of an active or a disconnected connection, now; what came of it is in its history a moment later. */
  z.strictObject({ command: z.literal('CheckHealth'), commandId, connectionId }),
  z.strictObject({
    command: z.literal('ListConnections'),
    state: z.enum(connectionStates).optional(),
    environmentId: environmentId.optional(),
    limit: z.number().int().min(1).max(200).default(50),
    cursor: z.string().optional(),
  }),
  z.strictObject({ command: z.literal('ShowConnection'), connectionId }),
  z.strictObject({ command: z.literal('ShowStock') }),
  /** Has the rotation look at the labels of the client secret now; its value never passes through here. */
  z.strictObject({ command: z.literal('RotateClientSecret') }),
  /**
   * A new key signs connect links from now on, the one in use goes on to open its own. `force`: also while links of the key
   * before that may be in use, which end.
   */
  z.strictObject({ command: z.literal('RotateLinkKey'), commandId, force: z.boolean().default(false) }),
  z.strictObject({
    command: z.literal('RedriveDeadLetters'),
    queue: z.enum([...redrivableQueues, 'history']),
  }),
  ...campaignCommands,
  ...importCommands,
]);
export type OperatorCommand = z.infer<typeof operatorCommand>;
export type CommandOf<Name extends OperatorCommand['command']> = Extract<OperatorCommand, { command: Name }>;

/** Error body of the operator route: what is wrong and what to do. */
export const operatorError = z.object({
  error: z.enum(['invalid-command', 'not-found', 'conflict', 'forbidden', 'unavailable']),
  message: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type OperatorError = z.infer<typeof operatorError>;
