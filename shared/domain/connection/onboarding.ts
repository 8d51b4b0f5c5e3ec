import type { Cause } from '../history/entry.ts';
import { identityShown, isAnotherCompany } from '../tenant/identity.ts';
import { ChangeBuilder } from './change.ts';
import type {
  AccessTestFailure,
  AttentionReason,
  Connection,
  ConnectionChange,
  ConnectionState,
  IssuedCode,
  Organisation,
} from './connection.ts';
import { answerCustomer, isRecovering, isUnasked, onboardAnew } from './disconnection.ts';
import { resume } from './facts.ts';
import type { OnboardingPolicy } from './policy.ts';
import { restingStates } from './transitions.ts';

/** A connection that is asked for the first time; its first execution starts with the `OnboardingStarted` entry. */
export function requestConnection(
  of: { connectionId: string; environmentId: string; companyId: string },
  cause: Cause,
): ConnectionChange {
  const start: Connection = {
    ...of,
    state: 'code-requested',
    version: 0,
    consumedFact: 0,
    attempt: 1,
    codesIssued: 0,
    accessTestFailures: 0,
    approvals: [],
    correlationId: cause.correlationId,
    createdAt: cause.at,
    changedAt: cause.at,
  };
  const change = new ChangeBuilder(undefined, start, cause);
  change.tell('ConnectionRequested', { attempt: 1 });
  change.tell('OnboardingStarted', { attempt: 1 });
  return change.build();
}

/** Hands the connection a code of the stock. */
export function issueCode(
  connection: Connection,
  code: IssuedCode,
  policy: OnboardingPolicy,
  cause: Cause,
): ConnectionChange {
  if (connection.codesIssued >= policy.codesIssuedMax)
    return flagForAttention(connection, 'attempts-exhausted', cause);
  return ChangeBuilder.of(connection, cause)
    .enter('code-issued')
    .set({
      invitationCode: { ...code, ...noticeOf(code, policy, cause) },
      codesIssued: connection.codesIssued + 1,
    })
    .tell('InvitationCodeIssued', { codeId: code.codeId, expiresAt: code.expiresAt })
    .effect({ kind: 'take-code', codeId: code.codeId, expiresAt: code.expiresAt })
    .build();
}

/** A reminder soon after the code itself would tell nothing new. */
function noticeOf(
  { expiresAt }: IssuedCode,
  { expiryNoticeSeconds }: OnboardingPolicy,
  { at }: Cause,
): Pick<IssuedCode, 'noticeAt'> {
  const notice = Date.parse(expiresAt) - expiryNoticeSeconds * 1000;
  const isSoon = notice - Date.parse(at) < expiryNoticeSeconds * 1000;
  return isSoon ? {} : { noticeAt: new Date(notice).toISOString() };
}

/** Once per code: what says when is gone with it. */
export function noticeExpiry(connection: Connection, cause: Cause): ConnectionChange {
  const { invitationCode } = connection;
  if (invitationCode === undefined) throw new Error(`${connection.connectionId} has no code that expires.`);
  const { noticeAt: _told, ...code } = invitationCode;
  return ChangeBuilder.of(connection, cause)
    .set({ invitationCode: code })
    .tell('InvitationCodeExpiring', { codeId: code.codeId, expiresAt: code.expiresAt })
    .build();
}

/** Told once per wait, so that operators are asked again as long as the stock stays empty. */
export function reportEmptyStock(connection: Connection, cause: Cause): ConnectionChange {
  return ChangeBuilder.of(connection, cause).tell('InvitationCodeStockEmpty').build();
}

export function expireCode(connection: Connection, cause: Cause): ConnectionChange {
  return ChangeBuilder.of(connection, cause)
    .enter('expired')
    .tell('InvitationCodeExpired', { codeId: connection.invitationCode?.codeId ?? '' })
    .build();
}

/** The organisation was read and is the registered company's: or two operators said so. */
export function passAccessTest(
  connection: Connection,
  organisations: readonly Organisation[],
  cause: Cause,
): ConnectionChange {
  return ChangeBuilder.of(connection, cause)
    .clear('lastFailure', 'attention')
    .enter('access-tested')
    .set({ organisations })
    .tell('AccessTested')
    .build();
}

/**
 * Records why access is not granted and sends the connection to where the remedy is. A client that Visma rejects is our
 * fault and counts as nobody's failure. `quiet` in the entry: the customer knows and has done nothing, so no mail follows.
 */
export function failAccessTest(
  connection: Connection,
  failure: AccessTestFailure,
  organisations: readonly Organisation[],
  policy: OnboardingPolicy,
  cause: Cause,
): ConnectionChange {
  const failures = connection.accessTestFailures + (failure === 'client-rejected' ? 0 : 1);
  const change = ChangeBuilder.of(connection, cause).set({
    organisations,
    lastFailure: failure,
    accessTestFailures: failures,
  });
  answerCustomer(change);
  const told = { reason: failure, ...(isUnasked(connection) ? { quiet: true } : {}) };
  const attention = attentionAfter(failure, failures >= policy.accessTestFailuresMax);
  if (attention === undefined) {
    change.enter(stateAfter(failure, connection)).tell('AccessTestFailed', told);
  } else {
    change.set({ attention: { reason: attention, from: connection.state } }).enter('needs-attention');
    change.tell('AccessTestFailed', told).tell('AttentionNeeded', { reason: attention });
  }
  return change.build();
}

function attentionAfter(failure: AccessTestFailure, exhausted: boolean): AttentionReason | undefined {
  if (failure === 'client-rejected') return failure;
  // The cap before the identity: else a customer could have one tenant after the other tested for ever.
  if (exhausted) return 'attempts-exhausted';
  return isOfIdentity(failure) ? failure : undefined;
}

function isOfIdentity(
  failure: AccessTestFailure | undefined,
): failure is 'identity-mismatch' | 'identity-unclear' {
  return failure === 'identity-mismatch' || failure === 'identity-unclear';
}

function stateAfter(failure: AccessTestFailure, connection: Connection): ConnectionState {
  if (isRecovering(connection)) return 'disconnected';
  if (connection.invitationCode === undefined) return 'code-requested';
  return failure === 'no-licence' || failure === 'missing-scopes' ? 'app-integrated' : 'code-issued';
}

/**
 * The tenant becomes this connection's; with the claim and the entry in one transaction. `recovered` in the entry: it was
 * active before and whoever was told of its end hears of this too.
 */
export function activate(
  connection: Connection,
  registeredCorporateId: string | undefined,
  cause: Cause,
): ConnectionChange {
  const { tenantId } = connection;
  if (tenantId === undefined) throw new Error(`${connection.connectionId} has no tenant ID to activate.`);
  const change = ChangeBuilder.of(connection, cause)
    .enter('activated')
    .set({ codesIssued: 0, accessTestFailures: 0 })
    .clear('invitationCode', 'disconnection', 'spendCloudInformedAt')
    .tell('ConnectionActivated', connection.disconnection === undefined ? {} : { recovered: true })
    .effect({ kind: 'claim-tenant', tenantId });
  requireIdentity(change, tenantId, registeredCorporateId);
  return change.build();
}

/** What the tenant shows was granted: by operators' approval, or else as long as its number is its alone. */
export function requireIdentity(
  change: ChangeBuilder,
  tenantId: string,
  registeredCorporateId: string | undefined,
): void {
  const { connectionId, organisations } = change.current;
  if (isApproved(change.current, identityShown(organisations ?? [], registeredCorporateId))) return;
  if (registeredCorporateId === undefined) {
    throw new Error(`${connectionId} has neither a registered company number nor an approval.`);
  }
  change.effect({ kind: 'require-sole-identity', corporateId: registeredCorporateId, tenantId });
}

export function reportMissingMapping(connection: Connection, cause: Cause): ConnectionChange {
  return ChangeBuilder.of(connection, cause).tell('MappingMissing').build();
}

/** The mapping that an operator was asked for came late: what waits for nothing else goes on by itself. */
export function resumeMapped(connection: Connection, cause: Cause): ConnectionChange | undefined {
  if (connection.state !== 'needs-attention' || connection.attention?.reason !== 'mapping-overdue')
    return undefined;
  const change = ChangeBuilder.of(connection, cause).clear('attention').enter('access-tested');
  resume(change);
  return change.build();
}

/** Spend Cloud answered 2xx: from now on the customer may be told. `recovered` is that of the activation. */
export function confirmSpendCloudInformed(
  connection: Connection,
  recovered: boolean,
  cause: Cause,
): ConnectionChange {
  return ChangeBuilder.of(connection, cause)
    .set({ spendCloudInformedAt: cause.at })
    .tell('SpendCloudInformed', recovered ? { recovered } : {})
    .build();
}

/** Ends what runs and waits for an operator. Throws `IllegalTransition` for a connection that is at rest. */
export function flagForAttention(
  connection: Connection,
  reason: AttentionReason,
  cause: Cause,
  /** Name of the error that led here. */
  error?: string,
): ConnectionChange {
  return ChangeBuilder.of(connection, cause)
    .set({ attention: { reason, from: connection.state } })
    .enter('needs-attention')
    .tell('AttentionNeeded', error === undefined ? { reason } : { reason, error })
    .build();
}

export function isAtRest(connection: Connection): boolean {
  return restingStates.includes(connection.state);
}

/**
 * How many different operators must approve a tenant whose identity the service could not confirm itself. Two as well
 * when the registered number has become another since the access test.
 */
export function approvalsNeeded(connection: Connection, registeredCorporateId: string | undefined): number {
  const differs = isAnotherCompany(connection.organisations ?? [], registeredCorporateId);
  return differs || connection.lastFailure === 'identity-mismatch' ? 2 : 1;
}

/** Those of this tenant as it shows itself now; an approval of what has changed since is none. */
export function validApprovals(
  { approvals, tenantId, organisations }: Connection,
  registeredCorporateId: string | undefined,
): Connection['approvals'] {
  const shown = identityShown(organisations ?? [], registeredCorporateId);
  return approvals.filter((approval) => approval.tenantId === tenantId && approval.identity === shown);
}

/** `identity` is what the tenant shows now (`identityShown`). */
export function isApproved(connection: Connection, identity: string): boolean {
  const { approvedTenantId, approvedIdentity, tenantId } = connection;
  return approvedTenantId !== undefined && approvedTenantId === tenantId && approvedIdentity === identity;
}

/**
 * An operator's decision on a tenant whose identity differs from the registration. `undefined` when there is nothing
 * to decide. A second approval by the same operator changes nothing. `operator` is the person, whatever his session.
 */
export function decide(
  connection: Connection,
  decision: 'approve' | 'reject',
  operator: string,
  registeredCorporateId: string | undefined,
  cause: Cause,
): ConnectionChange | undefined {
  if (!isUndecided(connection) || connection.tenantId === undefined) return undefined;
  const change = ChangeBuilder.of(connection, cause);
  if (decision === 'reject') {
    change.clear('tenantId', 'tenantIdAt', 'organisations', 'attention', 'lastFailure');
    change.clear('approvedTenantId', 'approvedIdentity').set({ approvals: [], accessTestFailures: 0 });
    onboardAnew(change);
    change
      .enter(connection.invitationCode === undefined ? 'code-requested' : 'code-issued')
      .tell('ConnectionRejected');
    resume(change);
    return change.build();
  }
  const { tenantId } = connection;
  const identity = identityShown(connection.organisations ?? [], registeredCorporateId);
  const given = validApprovals(connection, registeredCorporateId);
  if (given.some((approval) => approval.by === operator)) return undefined;
  const approvals = [...given, { by: operator, at: cause.at, tenantId, identity }];
  const missing = approvalsNeeded(connection, registeredCorporateId) - approvals.length;
  change.set({ approvals });
  if (missing > 0) {
    change.tell('ApprovalGiven', { missing });
    return change.build();
  }
  change.set({ approvedTenantId: tenantId, approvedIdentity: identity, accessTestFailures: 0 });
  change.clear('attention', 'lastFailure');
  change.enter('access-tested').tell('ConnectionApproved');
  resume(change);
  return change.build();
}

/** Whether the last access test left a question of identity that an operator has to answer. */
export function isUndecided(connection: Connection): boolean {
  const reason = connection.attention?.reason;
  return (
    connection.state === 'needs-attention' &&
    isOfIdentity(connection.lastFailure) &&
    (reason === connection.lastFailure || reason === 'attempts-exhausted')
  );
}

/**
 * Ends the onboarding or the connection itself; a tenant that was claimed is free again. Facts that nobody consumed and
 * approvals that were given are void: what comes after is a new beginning.
 */
export function cancel(connection: Connection, cause: Cause): ConnectionChange | undefined {
  if (connection.state === 'cancelled') return undefined;
  const change = ChangeBuilder.of(connection, cause);
  const wasActivated = connection.state === 'activated';
  if (wasActivated && connection.tenantId !== undefined)
    change.effect({ kind: 'release-tenant', tenantId: connection.tenantId });
  change.forget().clear('approvedTenantId', 'approvedIdentity', 'disconnection', 'spendCloudInformedAt');
  change.set({ approvals: [], consumedFact: connection.version });
  change.enter('cancelled');
  if (wasActivated) change.tell('ConnectionDeactivated', { reason: 'cancelled' });
  change.tell('ConnectionCancelled');
  return change.build();
}
