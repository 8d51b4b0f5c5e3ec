import type { OperatorError } from '../../shared/contracts/commands/operator-commands.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';

export function ok(body: object): HttpAnswer {
  return { status: 200, body };
}

function refuse(status: number, body: OperatorError): HttpAnswer {
  return { status, body };
}

export function invalid(issues: readonly { readonly path: string; readonly message: string }[]): HttpAnswer {
  const message = 'The command is not valid. Correct what the issues name and send it again.';
  return refuse(400, { error: 'invalid-command', message, issues: [...issues] });
}

export function forbidden(): HttpAnswer {
  return refuse(403, {
    error: 'forbidden',
    message: 'Sign the request with the credentials of an operator.',
  });
}

export function notFound(message: string): HttpAnswer {
  return refuse(404, { error: 'not-found', message });
}

export function conflict(message: string): HttpAnswer {
  return refuse(409, { error: 'conflict', message });
}

export function noEnvironment(environmentId: string): HttpAnswer {
  return notFound(`No environment ${environmentId} is registered. Register it with RegisterEnvironment.`);
}

export function noConnection(connectionId: string): HttpAnswer {
  return notFound(`No connection ${connectionId}. ListConnections tells those there are.`);
}

export function noCampaign(campaignId: string): HttpAnswer {
  return notFound(`There is no campaign ${campaignId}. An import begins one.`);
}
