import type { Connection } from '../../shared/domain/connection/connection.ts';
import { approvalsNeeded, validApprovals } from '../../shared/domain/connection/onboarding.ts';
import type { HistoryEntry } from '../../shared/domain/history/entry.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { noConnection, ok } from './answers.ts';
import type { OperatorDependencies } from './dependencies.ts';

/**
 * `ShowConnection`: what is registered beside what was read, and the whole history. The invitation code is told by its
 * id only: it is a credential until it is used.
 */
export async function showConnection(
  { connections, environments, tenants }: OperatorDependencies,
  connectionId: string,
): Promise<HttpAnswer> {
  const connection = await connections.find(connectionId);
  if (connection === undefined) return noConnection(connectionId);
  const environment = await environments.find(connection.environmentId);
  const company = environment?.companies.find(({ companyId }) => companyId === connection.companyId);
  const identity =
    company?.corporateId === undefined ? undefined : await tenants.findIdentity(company.corporateId);
  // What was written between the two reads is not of this version.
  const entries = await connections.history(connectionId, 0);
  const history = entries.filter(({ sequence }) => sequence <= connection.version);
  const { invitationCode, organisations, attention, ...rest } = connection;
  return ok({
    connectionId,
    environmentId: rest.environmentId,
    environmentName: environment?.name ?? '',
    state: rest.state,
    ...(attention === undefined ? {} : { attention }),
    ...(rest.state === 'activated' ? { spendCloud: isTold(history) ? 'told' : 'not told yet' } : {}),
    registered: {
      companyId: rest.companyId,
      name: company?.name ?? '',
      ...(company?.corporateId === undefined ? {} : { corporateId: company.corporateId }),
      registrations: identity?.registrations.length ?? 0,
      seenInTenants: identity?.tenants ?? [],
      integratedTenants: identity?.integrated ?? [],
    },
    ...(rest.tenantId === undefined ? {} : { tenantId: rest.tenantId }),
    read: organisations ?? [],
    ...(rest.lastFailure === undefined ? {} : { lastFailure: rest.lastFailure }),
    ...(rest.health === undefined ? {} : { health: healthOf(rest.health) }),
    ...(rest.disconnection === undefined ? {} : { disconnection: rest.disconnection }),
    approvals: validApprovals(connection, company?.corporateId),
    approvalsNeeded: approvalsNeeded(connection, company?.corporateId),
    ...(invitationCode === undefined
      ? {}
      : { invitationCode: { codeId: invitationCode.codeId, expiresAt: invitationCode.expiresAt } }),
    ...(rest.integratedAt === undefined ? {} : { integratedAt: rest.integratedAt }),
    attempt: rest.attempt,
    codesIssued: rest.codesIssued,
    accessTestFailures: rest.accessTestFailures,
    correlationId: rest.correlationId,
    createdAt: rest.createdAt,
    changedAt: rest.changedAt,
    history: history.map(line),
  });
}

function healthOf({ reason, since, periods }: NonNullable<Connection['health']>): object {
  return { reason, since, failingPeriods: periods.length };
}

/** Exports work, and the customer hears so, only after Spend Cloud has taken the word of this activation. */
function isTold(history: readonly HistoryEntry[]): boolean {
  const steps = history.filter(({ type }) => ['ConnectionActivated', 'SpendCloudInformed'].includes(type));
  return steps.at(-1)?.type === 'SpendCloudInformed';
}

/** The detail holds ids and words only, so all of it may be shown. */
function line(entry: HistoryEntry): object {
  const { sequence, at, type, by, detail, tenantId, deliveryKey } = entry;
  const { connectionId: _connection, environmentId: _environment, companyId: _company, ...facts } = detail;
  return {
    sequence,
    at,
    type,
    by,
    ...facts,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(deliveryKey === undefined ? {} : { deliveryKey }),
  };
}
