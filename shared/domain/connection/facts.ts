import type { Cause, HistoryEntry } from '../history/entry.ts';
import { ChangeBuilder, type FactType, isFact } from './change.ts';
import type { Connection, ConnectionChange, ConnectionState } from './connection.ts';
import { hearCustomer, onboardAnew } from './disconnection.ts';
import { restingStates } from './transitions.ts';

/** Something that was said about a connection from outside. */
export type Fact =
  | { readonly type: 'TenantIdReported'; readonly tenantId: string; readonly source: FactSource }
  | { readonly type: Exclude<FactType, 'TenantIdReported'>; readonly source: FactSource };

export type FactSource = 'ticket' | 'visma' | 'page' | 'operator' | 'health-check';

/**
 * Stores a fact. While an execution works on the connection that is all: the workflow consumes it by its number. On a
 * connection at rest the fact is taken up at once, and where it moves it, a new execution continues (`OnboardingStarted`).
 * Nothing is pending on a connection at rest: whatever puts it there consumes the facts first (take-step.ts), or, when
 * it is cancelled, makes them void. So the number never jumps over a fact that nobody looked at.
 */
export function reportFact(connection: Connection, fact: Fact, cause: Cause): ConnectionChange {
  const change = ChangeBuilder.of(connection, cause);
  change.tell(
    fact.type,
    { source: fact.source },
    fact.type === 'TenantIdReported' ? fact.tenantId : undefined,
  );
  if (restingStates.includes(connection.state)) {
    const sequence = change.current.version;
    const tenantId = fact.type === 'TenantIdReported' ? fact.tenantId : undefined;
    takeUp(change, { type: fact.type, source: fact.source, tenantId }, cause);
    change.set({ consumedFact: sequence });
    if (change.current.state !== connection.state) resume(change);
  }
  return change.build();
}

/**
 * Takes up the oldest fact above the last consumed one. `undefined` when there is none.
 * `entries` are the connection's history after `consumedFact`, in order.
 */
export function consumeNextFact(
  connection: Connection,
  entries: readonly HistoryEntry[],
  cause: Cause,
): ConnectionChange | undefined {
  const fact = entries.find((entry) => isFact(entry) && entry.sequence > connection.consumedFact);
  if (fact === undefined) return undefined;
  const change = ChangeBuilder.of(connection, cause);
  takeUp(change, { type: fact.type, source: fact.detail.source, tenantId: fact.tenantId }, cause);
  change.set({ consumedFact: fact.sequence });
  if (change.current.version === connection.version) {
    change.tell('FactIgnored', { fact: fact.sequence, factType: fact.type });
  }
  return change.build();
}

/** The one place that says what a fact does in which state. A fact without effect leaves the draft as it is. */
function takeUp(
  change: ChangeBuilder,
  {
    type,
    source,
    tenantId,
  }: { readonly type: string; readonly source: unknown; readonly tenantId: string | undefined },
  cause: Cause,
): void {
  const { state } = change.current;
  const byOperator = source === 'operator';
  if (!byOperator && source !== 'health-check') hearCustomer(change);
  if (type === 'TenantIdReported' && tenantId !== undefined)
    takeUpTenantId(change, tenantId, byOperator, cause);
  else if (type === 'IntegrationReported') {
    if (change.current.integratedAt === undefined) change.set({ integratedAt: cause.at });
    if (state === 'code-issued') change.enter('app-integrated').tell('AppIntegrated');
    // It was integrated once and is again: the tenant is known.
    else if (state === 'disconnected') takeUpRetry(change, byOperator, cause);
  } else if (type === 'CodeRequested') takeUpCodeRequest(change, byOperator, cause);
  else if (type === 'AccessTestRetryRequested') takeUpRetry(change, byOperator, cause);
}

function takeUpTenantId(change: ChangeBuilder, tenantId: string, byOperator: boolean, cause: Cause): void {
  const { state } = change.current;
  if (state === 'activated' || state === 'cancelled') return;
  if (state === 'needs-attention' && !byOperator && !customerMayContinue(change.current, tenantId)) return;
  // Said again: it is being tested or was, and saying it again must not lengthen the time that consent gets.
  const known = change.current.tenantId === tenantId;
  if (known && (state === 'tenant-id-received' || state === 'access-tested')) return;
  change.clear('attention', 'organisations', 'lastFailure');
  // An approval is of one tenant; another tenant needs its own, and the first one too when it comes back.
  if (change.current.approvedTenantId !== tenantId) change.clear('approvedTenantId', 'approvedIdentity');
  change
    .enter('tenant-id-received')
    .set({
      tenantId,
      tenantIdAt: cause.at,
      integratedAt: change.current.integratedAt ?? cause.at,
      approvals: change.current.approvals.filter((approval) => approval.tenantId === tenantId),
      ...(byOperator ? { accessTestFailures: 0 } : {}),
    })
    .tell('TenantIdReceived');
}

function takeUpCodeRequest(change: ChangeBuilder, byOperator: boolean, cause: Cause): void {
  const { state } = change.current;
  if (state === 'code-issued' || state === 'app-integrated') {
    if (needsNewCode(change.current, cause.at)) requestAnew(change);
    else change.tell('InvitationCodeResent', { codeId: change.current.invitationCode?.codeId ?? '' });
  } else if (state === 'expired') requestAnew(change);
  else if (state === 'disconnected' || state === 'cancelled') {
    change
      .set({ codesIssued: 0, accessTestFailures: 0, approvals: [] })
      .clear('approvedTenantId', 'approvedIdentity');
    requestAnew(change);
  } else if (state === 'needs-attention' && byOperator) {
    change.set({ codesIssued: 0, accessTestFailures: 0 });
    requestAnew(change);
  }
}

/** A code that was used in the wrong organisation is likely spent (visma.md 4.3), an expired one is certainly. */
function needsNewCode(connection: Connection, at: string): boolean {
  return (
    connection.invitationCode === undefined ||
    connection.invitationCode.expiresAt <= at ||
    connection.lastFailure === 'wrong-organisation'
  );
}

function requestAnew(change: ChangeBuilder): void {
  change.forget();
  onboardAnew(change);
  change.enter('code-requested').tell('ConnectionRequested', { attempt: change.current.attempt });
}

/** Where a failed access test sends a connection, and what becomes of it there; the tested tenant ID is kept. */
const retestable: readonly ConnectionState[] = [
  'code-requested',
  'code-issued',
  'app-integrated',
  'disconnected',
  'expired',
];

function takeUpRetry(change: ChangeBuilder, byOperator: boolean, cause: Cause): void {
  const { state, attention, tenantId } = change.current;
  if (retestable.includes(state)) {
    if (tenantId !== undefined) takeUpTenantId(change, tenantId, byOperator, cause);
  } else if (state === 'needs-attention' && byOperator && attention !== undefined) {
    change.set({ accessTestFailures: 0, codesIssued: 0 });
    if (tenantId !== undefined) takeUpTenantId(change, tenantId, byOperator, cause);
    else change.clear('attention').enter(attention.from);
  }
}

/**
 * A customer may correct his own mistake; what was tried too often waits for an operator, and so does a tenant whose
 * identity an operator is looking at: the same tenant said again, e.g. by Visma's late webhook, changes nothing.
 */
function customerMayContinue(connection: Connection, tenantId: string): boolean {
  const reason = connection.attention?.reason;
  if (reason === 'attempts-exhausted') return false;
  const undecided = reason === 'identity-mismatch' || reason === 'identity-unclear';
  return !(undecided && connection.tenantId === tenantId);
}

/** Has a further execution started, which continues from the stored state. */
export function resume(change: ChangeBuilder): void {
  change.set({ attempt: change.current.attempt + 1 });
  change.tell('OnboardingStarted', { attempt: change.current.attempt });
}
