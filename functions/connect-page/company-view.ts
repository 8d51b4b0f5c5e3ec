import {
  type AccessTestFailure,
  type Connection,
  type HealthFailure,
  isWorking,
} from '../../shared/domain/connection/connection.ts';
import type { Company, Environment } from '../../shared/domain/environment/environment.ts';
import { connectionIdOf } from '../../shared/platform/ids.ts';

export const steps = ['code', 'integrate', 'tenant-id', 'access', 'active'] as const;
export type Step = (typeof steps)[number];
export type StepStatus = 'done' | 'now' | 'todo' | 'problem';

/** What the page says of a company: the one thing that counts now. */
export type Situation =
  | 'not-requested'
  | 'code-coming'
  | 'integrate'
  | 'tenant-id'
  | 'testing'
  | 'mapping'
  | 'finishing'
  | 'active'
  | 'failed'
  | 'expired'
  | 'with-us'
  | 'disconnected'
  | 'ended';

type Action = 'tenant-id' | 'integrated' | 'new-code' | 'code-again';

export interface CompanyView {
  readonly companyId: string;
  readonly name: string;
  /** Changes with everything that can be seen. */
  readonly version: number;
  readonly situation: Situation;
  readonly failure?: AccessTestFailure;
  readonly steps: Readonly<Record<Step, StepStatus>>;
  /** Only while it can be used. */
  readonly code?: { readonly value: string; readonly expiresAt: string };
  readonly tenantIdStart?: string;
  readonly actions: readonly Action[];
}

/** Every company of the environment, in the order of its registration. */
export function companyViews(
  environment: Environment,
  connections: readonly Connection[],
  now: Date,
): readonly CompanyView[] {
  const awaitsMapping =
    environment.companies.length > 1 &&
    environment.administrations.some(({ connectionId }) => connectionId === undefined);
  return environment.companies.map((company) => {
    const id = connectionIdOf(environment.environmentId, company.companyId);
    return viewOf(
      company,
      connections.find(({ connectionId }) => connectionId === id),
      awaitsMapping,
      now,
    );
  });
}

function viewOf(
  company: Company,
  connection: Connection | undefined,
  awaitsMapping: boolean,
  now: Date,
): CompanyView {
  const { companyId, name } = company;
  if (connection === undefined) {
    return {
      companyId,
      name,
      version: 0,
      situation: 'not-requested',
      steps: statuses('now', 'todo', 'todo', 'todo', 'todo'),
      actions: ['new-code'],
    };
  }
  const own = situationOf(connection, now);
  const situation = connection.state === 'access-tested' && awaitsMapping ? 'mapping' : own;
  const { invitationCode, lastFailure, tenantId, version } = connection;
  const failure = failureTold(situation, connection);
  const usable =
    invitationCode !== undefined &&
    invitationCode.expiresAt > now.toISOString() &&
    !isPastCode(lastFailure) &&
    ['integrate', 'tenant-id', 'failed'].includes(situation);
  return {
    companyId,
    name,
    version,
    situation,
    ...(failure === undefined ? {} : { failure }),
    steps: stepsOf(situation, connection),
    ...(usable ? { code: { value: invitationCode.code, expiresAt: invitationCode.expiresAt } } : {}),
    ...(tenantId === undefined ? {} : { tenantIdStart: tenantId.slice(0, 8) }),
    actions: actionsOf(situation, connection, usable),
  };
}

function situationOf(connection: Connection, now: Date): Situation {
  const { state, lastFailure, integratedAt, invitationCode } = connection;
  switch (state) {
    case 'code-requested':
      return 'code-coming';
    case 'code-issued':
    case 'app-integrated':
      if (lastFailure !== undefined) return 'failed';
      if (state === 'app-integrated' || integratedAt !== undefined) return 'tenant-id';
      return invitationCode !== undefined && invitationCode.expiresAt <= now.toISOString()
        ? 'expired'
        : 'integrate';
    case 'tenant-id-received':
      return 'testing';
    case 'access-tested':
      return 'finishing';
    case 'activated':
      // As with the mail: exports work once Spend Cloud has heard of it.
      return isWorking(connection) ? 'active' : 'finishing';
    case 'needs-attention':
      return lastFailure === 'identity-mismatch' ? 'failed' : 'with-us';
    case 'disconnected':
      return 'disconnected';
    case 'cancelled':
      return 'ended';
    case 'expired':
      return lastFailure === undefined ? 'expired' : 'failed';
  }
}

/** Our own fault is never told as the customer's. */
function failureTold(
  situation: Situation,
  { lastFailure, disconnection }: Connection,
): AccessTestFailure | undefined {
  if (situation !== 'failed' && situation !== 'disconnected') return undefined;
  if (lastFailure !== undefined) return lastFailure === 'client-rejected' ? undefined : lastFailure;
  // To integrate again, which is what is told otherwise, mends neither of them.
  const reason = disconnection?.reason;
  return reason === 'no-licence' || reason === 'missing-scopes' ? reason : undefined;
}

/** The code has most likely been used: by mistake in the wrong place, or else the integration is there. */
function isPastCode(failure: AccessTestFailure | undefined): boolean {
  return failure === 'wrong-organisation' || isOfIntegrated(failure);
}

function isOfIntegrated(failure: AccessTestFailure | undefined): boolean {
  return failure === 'no-licence' || failure === 'missing-scopes';
}

function stepsOf(
  situation: Situation,
  { tenantId, lastFailure, disconnection }: Connection,
): CompanyView['steps'] {
  switch (situation) {
    case 'not-requested':
    case 'code-coming':
    case 'ended':
      return statuses('now', 'todo', 'todo', 'todo', 'todo');
    case 'integrate':
      return statuses('done', 'now', 'todo', 'todo', 'todo');
    case 'tenant-id':
      return statuses('done', 'done', 'now', 'todo', 'todo');
    case 'testing':
      return statuses('done', 'done', 'done', 'now', 'todo');
    case 'mapping':
    case 'finishing':
      return statuses('done', 'done', 'done', 'done', 'now');
    case 'active':
      return statuses('done', 'done', 'done', 'done', 'done');
    case 'failed':
      return stepsAfter(lastFailure);
    case 'expired':
      return statuses('problem', 'todo', 'todo', 'todo', 'todo');
    case 'with-us':
      return statuses('done', 'done', tenantId === undefined ? 'todo' : 'done', 'now', 'todo');
    case 'disconnected':
      return stepsAfter(lastFailure ?? disconnection?.reason);
  }
}

/** The problem is shown at the step where the customer mends it. */
function stepsAfter(failure: AccessTestFailure | HealthFailure | undefined): CompanyView['steps'] {
  switch (failure) {
    case 'not-integrated':
    case 'missing-scopes':
      return statuses('done', 'problem', 'done', 'todo', 'todo');
    case 'wrong-organisation':
    case 'identity-mismatch':
    case 'tenant-claimed':
      return statuses('done', 'done', 'problem', 'todo', 'todo');
    default:
      return statuses('done', 'done', 'done', 'problem', 'todo');
  }
}

function statuses(
  code: StepStatus,
  integrate: StepStatus,
  tenantId: StepStatus,
  access: StepStatus,
  active: StepStatus,
): CompanyView['steps'] {
  return { code, integrate, 'tenant-id': tenantId, access, active };
}

function actionsOf(situation: Situation, connection: Connection, usable: boolean): readonly Action[] {
  const newCode = usable ? 'code-again' : 'new-code';
  switch (situation) {
    case 'integrate':
      return ['integrated', 'tenant-id', newCode];
    case 'tenant-id':
      return ['tenant-id', newCode];
    case 'failed':
      if (connection.state === 'needs-attention') return ['tenant-id'];
      if (connection.lastFailure === 'wrong-organisation') return ['new-code', 'tenant-id'];
      if (isOfIntegrated(connection.lastFailure) && connection.state !== 'expired') {
        return ['integrated', 'tenant-id'];
      }
      return [...(isRemediable(connection) ? (['integrated'] as const) : []), 'tenant-id', newCode];
    case 'expired':
      return ['new-code', 'tenant-id'];
    case 'disconnected':
      return ['integrated', 'tenant-id', 'new-code'];
    case 'not-requested':
    case 'ended':
      return ['new-code'];
    default:
      return [];
  }
}

/** The same tenant may pass the next time: what was missing is done by the customer at Visma. */
export function isRemediable({ lastFailure, tenantId }: Connection): boolean {
  return tenantId !== undefined && (lastFailure === 'not-integrated' || isOfIntegrated(lastFailure));
}
