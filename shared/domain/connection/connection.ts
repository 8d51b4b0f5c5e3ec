import type { HistoryEntry } from '../history/entry.ts';

/** Environment × company: the thing that is onboarded and later vends tokens. */
export interface Connection {
  readonly connectionId: string;
  readonly environmentId: string;
  readonly companyId: string;
  readonly state: ConnectionState;
  /** Number of history entries; every write is conditional on it. */
  readonly version: number;
  /** Sequence of the last fact that the workflow has taken into account. */
  readonly consumedFact: number;
  /** Which execution of the onboarding works on it; an execution with a lower number ends at its next step. */
  readonly attempt: number;
  /** Codes issued and access tests failed since an operator last stepped in; both are capped. */
  readonly codesIssued: number;
  readonly accessTestFailures: number;
  readonly invitationCode?: IssuedCode;
  readonly integratedAt?: string;
  readonly tenantId?: string;
  /** When the tenant ID in hand was taken up: the start of the time that consent gets to spread. */
  readonly tenantIdAt?: string;
  readonly lastFailure?: AccessTestFailure;
  /** The organisations that the last access test read: what an operator sees beside the registration. */
  readonly organisations?: readonly Organisation[];
  readonly attention?: Attention;
  /** Operators who approved this tenant in spite of its identity. Emptied when another tenant ID arrives. */
  readonly approvals: readonly Approval[];
  /** The tenant that enough operators approved; an approval of any other tenant is void. */
  readonly approvedTenantId?: string;
  /** What they approved it as (`identityShown`): read or registered differently, it needs a new decision. */
  readonly approvedIdentity?: string;
  /** Health checks that failed since the last one that did not. */
  readonly health?: FailingHealth;
  /** What broke the connection while it was active: until it is active again or cancelled. */
  readonly disconnection?: Disconnection;
  /** When Spend Cloud took the word of the activation that it has now: only from then on do exports work. */
  readonly spendCloudInformedAt?: string;
  readonly correlationId: string;
  readonly createdAt: string;
  readonly changedAt: string;
}

/** Nothing is left to be done: it is active, and Spend Cloud knows it. */
export function isWorking({ state, spendCloudInformedAt }: Connection): boolean {
  return state === 'activated' && spendCloudInformedAt !== undefined;
}

export const connectionStates = [
  'code-requested',
  'code-issued',
  'app-integrated',
  'tenant-id-received',
  'access-tested',
  'activated',
  'needs-attention',
  'disconnected',
  'cancelled',
  'expired',
] as const;
export type ConnectionState = (typeof connectionStates)[number];

export interface IssuedCode {
  readonly codeId: string;
  /** A credential until it is used: never in a log, an event or a ticket. */
  readonly code: string;
  readonly expiresAt: string;
  /** When the customer is reminded of the expiry. Absent once he was, and of a code whose life is too short for it. */
  readonly noticeAt?: string;
}

/** The part of Visma's ExtendedOrganizationDto that tells which company a tenant is (visma.md [S11], [S22]). */
export interface Organisation {
  readonly organizationCd: string;
  readonly name: string;
  readonly corporateId?: string;
}

/** Outcomes of an access test that the customer or an operator can do something about. */
export const accessTestFailures = [
  'not-integrated',
  'wrong-organisation',
  'no-licence',
  'missing-scopes',
  'identity-mismatch',
  'identity-unclear',
  'tenant-claimed',
  'client-rejected',
] as const;
export type AccessTestFailure = (typeof accessTestFailures)[number];

/** What a health check of an active connection finds that no waiting mends. */
export const healthFailures = [
  'not-integrated',
  'wrong-organisation',
  'no-licence',
  'missing-scopes',
  /** The tenant shows other organisations than those that were judged, and they are not the company's. */
  'identity-changed',
] as const;
export type HealthFailure = (typeof healthFailures)[number];

interface FailingHealth {
  /** Of the latest of them. */
  readonly reason: HealthFailure;
  readonly since: string;
  /** Numbers of the periods in which a check failed, each once, ascending (health.ts). */
  readonly periods: readonly number[];
}

interface Disconnection {
  readonly reason: HealthFailure;
  readonly since: string;
  /** The tenant that it was active with; the customer may have named another one since. */
  readonly tenantId: string;
  /** A new code was asked for since: it is onboarded as if for the first time. */
  readonly onboardsAnew: boolean;
  /** The customer has done something since access was last tested: its failure answers him. */
  readonly customerActed: boolean;
}

export const attentionReasons = [
  'identity-mismatch',
  'identity-unclear',
  'client-rejected',
  'visma-unavailable',
  'attempts-exhausted',
  'mapping-overdue',
  'stock-overdue',
  'execution-ended',
  'step-failed',
] as const;
export type AttentionReason = (typeof attentionReasons)[number];

interface Attention {
  readonly reason: AttentionReason;
  /** The state to continue from. */
  readonly from: ConnectionState;
}

interface Approval {
  /** The person, not the session: two approvals count only as two people's. */
  readonly by: string;
  readonly at: string;
  readonly tenantId: string;
  /** What was shown at that moment (`identityShown`). */
  readonly identity: string;
}

/** What must be written in the same transaction as a change; a failed condition is a `Refusal` of the repository. */
export type Effect =
  | { readonly kind: 'remember-delivery'; readonly deliveryKey: string }
  | { readonly kind: 'link-ticket'; readonly ticketKey: string }
  | { readonly kind: 'take-code'; readonly codeId: string; readonly expiresAt: string }
  | { readonly kind: 'claim-tenant'; readonly tenantId: string }
  | { readonly kind: 'release-tenant'; readonly tenantId: string }
  /** The number is registered once and was seen in this tenant only. */
  | { readonly kind: 'require-sole-identity'; readonly corporateId: string; readonly tenantId: string }
  /** The registration that the change was decided on is still the one that is stored. */
  | { readonly kind: 'require-environment'; readonly environmentId: string; readonly version: number };

/** A connection's next version with the entries that tell of it. */
export interface ConnectionChange {
  /** Undefined for a connection that did not exist. */
  readonly before: Connection | undefined;
  readonly after: Connection;
  readonly entries: readonly HistoryEntry[];
  readonly effects: readonly Effect[];
}
