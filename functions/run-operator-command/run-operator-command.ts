import {
  type CommandOf,
  type OperatorCommand,
  operatorCommand,
} from '../../shared/contracts/commands/operator-commands.ts';
import { Refusal } from '../../shared/domain/connection/repository.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/platform/middleware/http-handler.ts';
import { conflict, forbidden, invalid, ok } from './answers.ts';
import { runCampaignCommand } from './campaign-commands.ts';
import { changeConnection } from './change-connection.ts';
import { checkHealth } from './check-health.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';
import { mapEnvironment, putEnvironment, requestCode } from './environment-commands.ts';
import { showImport, startImport } from './import-commands.ts';
import { listConnections } from './list-connections.ts';
import { personOf } from './person.ts';
import { revokeLinks } from './revoke-links.ts';
import { rotateLinkKey } from './rotate-link-key.ts';
import { showConnection } from './show-connection.ts';
import { addCodes, showStock } from './stock-commands.ts';

/**
 * Carries out one command for the caller whom IAM authorised; who it is never comes from the body. A repetition with the
 * same `commandId` changes nothing and answers what is the case now.
 */
export async function runOperatorCommand(
  dependencies: OperatorDependencies,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const { caller, requestId } = request;
  if (caller === undefined) return forbidden();
  const command = parseCommand(request.rawBody);
  if ('status' in command) return command;
  const commandId = ('commandId' in command ? command.commandId : undefined) ?? requestId;
  const cause: CommandCause = {
    at: dependencies.clock().toISOString(),
    by: `operator:${caller}`,
    person: `operator:${personOf(caller)}`,
    deliveryKey: `operator:${commandId}`,
    correlationId: `command:${commandId}`,
  };
  try {
    return await carryOut(dependencies, command, cause);
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'concurrent-change') {
      return conflict('Others kept changing the same thing. Look at it and send the command again.');
    }
    throw error;
  }
}

async function carryOut(
  dependencies: OperatorDependencies,
  command: OperatorCommand,
  cause: CommandCause,
): Promise<HttpAnswer> {
  switch (command.command) {
    case 'RegisterEnvironment':
      return putEnvironment(dependencies, command, cause);
    case 'RequestCode':
      return requestCode(dependencies, command, cause);
    case 'MapAdministrations':
      return mapEnvironment(dependencies, command, cause);
    case 'RevokeConnectLinks':
      return revokeLinks(dependencies, command, cause);
    case 'AddInvitationCodes':
      return addCodes(dependencies, command, cause);
    case 'DecideConnection':
    case 'SubmitTenantId':
    case 'RetryAccessTest':
    case 'CancelConnection':
      return changeConnection(dependencies, command, cause);
    case 'CheckHealth':
      return checkHealth(dependencies, command.connectionId, cause);
    case 'ListConnections':
      return listConnections(dependencies, command);
    case 'ShowConnection':
      return showConnection(dependencies, command.connectionId);
    case 'ShowStock':
      return showStock(dependencies);
    case 'RotateClientSecret':
      await dependencies.rotateClientSecret();
      return ok({ outcome: 'started' });
    case 'RotateLinkKey':
      return rotateLinkKey(dependencies, command, cause);
    case 'RedriveDeadLetters':
      return redrive(dependencies, command.queue);
    case 'ImportCampaign':
      return startImport(dependencies, command, cause);
    case 'ShowImport':
      return showImport(dependencies, command.importId);
    default:
      return runCampaignCommand(dependencies, command, cause);
  }
}

async function redrive(
  dependencies: OperatorDependencies,
  queue: CommandOf<'RedriveDeadLetters'>['queue'],
): Promise<HttpAnswer> {
  if (queue === 'history') {
    return conflict(
      'The dead letters of the history are positions in the stream, not messages: follow the runbook, dead-letters-history.',
    );
  }
  return ok({ queue, outcome: await dependencies.redrive(queue) });
}

const commandNames = operatorCommand.options.map((option) => option.shape.command.value).join(', ');

function parseCommand(rawBody: Buffer): OperatorCommand | HttpAnswer {
  let body: unknown;
  try {
    body = JSON.parse(rawBody.toString('utf8'));
  } catch {
    return invalid([{ path: 'body', message: 'must be JSON' }]);
  }
  const parsed = operatorCommand.safeParse(body);
  if (parsed.success) return parsed.data;
  return invalid(
    parsed.error.issues.map((issue) => {
      const path = issue.path.join('.') || 'body';
      const unknownCommand = path === 'command' && issue.code === 'invalid_union';
      return { path, message: unknownCommand ? `must be one of ${commandNames}` : issue.message };
    }),
  );
}
