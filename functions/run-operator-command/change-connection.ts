import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import type { Connection, ConnectionChange } from '../../shared/domain/connection/connection.ts';
import { reportFact } from '../../shared/domain/connection/facts.ts';
import {
  approvalsNeeded,
  cancel,
  decide,
  isUndecided,
  validApprovals,
} from '../../shared/domain/connection/onboarding.ts';
import { onFreshState, Refusal } from '../../shared/domain/connection/repository.ts';
import { IllegalTransition } from '../../shared/domain/connection/transitions.ts';
import { parseTenantId } from '../../shared/domain/tenant/tenant-id.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { conflict, invalid, noConnection, ok } from './answers.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';

type ConnectionCommand = CommandOf<
  'DecideConnection' | 'SubmitTenantId' | 'RetryAccessTest' | 'CancelConnection'
>;

/** What a command makes of a connection, or why it cannot. */
type Decision =
  | { readonly change: ConnectionChange; readonly outcome: string }
  | { readonly answer: HttpAnswer };

/** Commands that change one connection: decided on its fresh state, written with the memory of the command. */
export async function changeConnection(
  { connections, environments, deliveries }: OperatorDependencies,
  command: ConnectionCommand,
  cause: CommandCause,
): Promise<HttpAnswer> {
  return onFreshState(async () => {
    const connection = await connections.find(command.connectionId);
    if (connection === undefined) return noConnection(command.connectionId);
    const environment = await environments.find(connection.environmentId);
    const number = environment?.companies.find(
      ({ companyId }) => companyId === connection.companyId,
    )?.corporateId;
    if (await deliveries.isSeen(cause.deliveryKey)) return ok(summary(connection, number, 'repeated'));
    const own = { ...cause, correlationId: connection.correlationId };
    const decision = decideOn(connection, number, command, own);
    if ('answer' in decision) return decision.answer;
    try {
      await connections.save(decision.change);
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
      return ok(summary((await connections.find(command.connectionId)) ?? connection, number, 'repeated'));
    }
    return ok(summary(decision.change.after, number, decision.outcome));
  });
}

function decideOn(
  connection: Connection,
  registeredCorporateId: string | undefined,
  command: ConnectionCommand,
  cause: CommandCause,
): Decision {
  try {
    switch (command.command) {
      case 'DecideConnection':
        return decideIdentity(connection, registeredCorporateId, command, cause);
      case 'SubmitTenantId':
        return submitTenantId(connection, command.tenantId, cause);
      case 'RetryAccessTest':
        return retryAccessTest(connection, cause);
      case 'CancelConnection':
        return cancelConnection(connection, registeredCorporateId, cause);
    }
  } catch (error) {
    if (error instanceof IllegalTransition) return { answer: conflict(error.message) };
    throw error;
  }
}

function decideIdentity(
  connection: Connection,
  registeredCorporateId: string | undefined,
  command: CommandOf<'DecideConnection'>,
  cause: CommandCause,
): Decision {
  const { connectionId, state } = connection;
  if (parseTenantId(command.tenantId) === undefined) return { answer: invalid([noTenantId]) };
  if (parseTenantId(command.tenantId) !== connection.tenantId) {
    return {
      answer: conflict(
        `${connectionId} does not have this tenant ID (any more). Look at it with ShowConnection and decide on what it shows.`,
      ),
    };
  }
  const approvals = validApprovals(connection, registeredCorporateId);
  const alreadyApproved = approvals.some((approval) => approval.by === cause.person);
  const change = decide(connection, command.decision, cause.person, registeredCorporateId, cause);
  if (change === undefined) {
    const message =
      isUndecided(connection) && alreadyApproved
        ? `You have approved ${connectionId} already: another operator must approve it too. All sessions of one role count as one operator, except those of IAM Identity Center.`
        : `${connectionId} is ${state}: there is no identity to decide on.`;
    return { answer: conflict(message) };
  }
  if (command.decision === 'reject') return { change, outcome: 'rejected' };
  return { change, outcome: change.after.state === 'needs-attention' ? 'approved-once' : 'approved' };
}

const noTenantId = {
  path: 'tenantId',
  message: 'must be a UUID such as 8bdf18fd-21cc-11e9-b307-0aa512338dd6',
};

function submitTenantId(connection: Connection, text: string, cause: CommandCause): Decision {
  const tenantId = parseTenantId(text);
  if (tenantId === undefined) return { answer: invalid([noTenantId]) };
  const ended = whyEnded(connection);
  if (ended !== undefined) return { answer: ended };
  const change = reportFact(connection, { type: 'TenantIdReported', tenantId, source: 'operator' }, cause);
  return { change, outcome: 'stored' };
}

function retryAccessTest(connection: Connection, cause: CommandCause): Decision {
  const ended = whyEnded(connection);
  if (ended !== undefined) return { answer: ended };
  const { connectionId, state, tenantId } = connection;
  if (tenantId === undefined && state !== 'needs-attention') {
    return {
      answer: conflict(
        `${connectionId} is ${state} and has no tenant ID to test. Give it one with SubmitTenantId.`,
      ),
    };
  }
  const change = reportFact(connection, { type: 'AccessTestRetryRequested', source: 'operator' }, cause);
  return { change, outcome: 'stored' };
}

function cancelConnection(
  connection: Connection,
  registeredCorporateId: string | undefined,
  cause: CommandCause,
): Decision {
  const change = cancel(connection, cause);
  if (change === undefined) return { answer: ok(summary(connection, registeredCorporateId, 'unchanged')) };
  return { change, outcome: 'cancelled' };
}

function whyEnded({ connectionId, state }: Connection): HttpAnswer | undefined {
  if (state === 'activated') {
    return conflict(`${connectionId} is activated. Cancel it first if its tenant must change.`);
  }
  if (state === 'cancelled') {
    return conflict(`${connectionId} is ${state}. Start it anew with RequestCode.`);
  }
  return undefined;
}

function summary(connection: Connection, registeredCorporateId: string | undefined, outcome: string): object {
  const { connectionId, environmentId, state, attention } = connection;
  const missing =
    approvalsNeeded(connection, registeredCorporateId) -
    validApprovals(connection, registeredCorporateId).length;
  return {
    connectionId,
    environmentId,
    state,
    outcome,
    ...(attention === undefined ? {} : { attention: attention.reason }),
    ...(isUndecided(connection) ? { approvalsMissing: missing } : {}),
  };
}
