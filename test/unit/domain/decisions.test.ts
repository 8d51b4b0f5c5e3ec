import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import {
  activate,
  approvalsNeeded,
  decide,
  failAccessTest,
} from '../../../shared/domain/connection/onboarding.ts';
import { identityShown } from '../../../shared/domain/tenant/identity.ts';
import {
  aConnectionWithTenant,
  anOrganisation,
  aPolicy,
  aTestedConnection,
  someTenantId,
} from '../../builders/connection.ts';
import { aCause } from '../../builders/history.ts';

const policy = aPolicy({ accessTestFailuresMax: 3 });

/** Registered for the company, in the normal spelling. */
const number = '12345678';

function failed(
  failure: Parameters<typeof failAccessTest>[1],
  overrides: Partial<Connection> = {},
): Connection {
  return failAccessTest(aConnectionWithTenant(overrides), failure, [anOrganisation()], policy, aCause())
    .after;
}

describe('a failed access test', () => {
  it.each([
    ['not-integrated', 'code-issued'],
    ['wrong-organisation', 'code-issued'],
    ['tenant-claimed', 'code-issued'],
    ['no-licence', 'app-integrated'],
    ['missing-scopes', 'app-integrated'],
    ['identity-mismatch', 'needs-attention'],
    ['identity-unclear', 'needs-attention'],
    ['client-rejected', 'needs-attention'],
  ] as const)('with %s goes to %s', (failure, state) => {
    expect(failed(failure)).toMatchObject({ state, lastFailure: failure });
  });

  it('of a connection that never had a code asks for one', () => {
    const { invitationCode: _, ...without } = aConnectionWithTenant();
    expect(failAccessTest(without, 'not-integrated', [], policy, aCause()).after.state).toBe(
      'code-requested',
    );
  });

  it.each(['not-integrated', 'identity-mismatch'] as const)('%s is capped', (failure) => {
    expect(failed(failure, { accessTestFailures: 2 })).toMatchObject({
      state: 'needs-attention',
      attention: { reason: 'attempts-exhausted' },
    });
  });

  it('that is our own fault is counted against nobody', () => {
    expect(failed('client-rejected', { accessTestFailures: 2 })).toMatchObject({
      accessTestFailures: 2,
      attention: { reason: 'client-rejected' },
    });
  });
});

describe('a decision', () => {
  it('on a mismatch takes two operators', () => {
    const once = decide(failed('identity-mismatch'), 'approve', 'operator:1', number, aCause());
    expect(once?.after).toMatchObject({ state: 'needs-attention' });
    expect(once?.entries.map(({ type }) => type)).toEqual(['ApprovalGiven']);
    const again = once && decide(once.after, 'approve', 'operator:1', number, aCause());
    expect(again).toBeUndefined();
    const twice = once && decide(once.after, 'approve', 'operator:2', number, aCause());
    expect(twice?.after).toMatchObject({
      state: 'access-tested',
      approvedTenantId: someTenantId,
      attempt: 2,
    });
  });

  it('on an unclear identity takes one', () => {
    const change = decide(failed('identity-unclear'), 'approve', 'operator:1', number, aCause());
    expect(change?.after.state).toBe('access-tested');
  });

  it('takes two operators once the registered number has become another than the one that was read', () => {
    const unclear = failed('identity-unclear');
    expect(approvalsNeeded(unclear, number)).toBe(1);
    const once = decide(unclear, 'approve', 'operator:1', '87654321', aCause());
    expect(once?.entries[0]).toMatchObject({ type: 'ApprovalGiven', detail: { missing: 1 } });
  });

  it('counts no approval of what has changed since', () => {
    const once = decide(failed('identity-mismatch'), 'approve', 'operator:1', '87654321', aCause());
    const renumbered = once && decide(once.after, 'approve', 'operator:2', '99999999', aCause());
    expect(renumbered?.after).toMatchObject({ state: 'needs-attention', approvals: [{ by: 'operator:2' }] });
    const readAnew = once && { ...once.after, organisations: [anOrganisation({ corporateId: '5555555' })] };
    const other = readAnew && decide(readAnew, 'approve', 'operator:2', '87654321', aCause());
    expect(other?.after).toMatchObject({ state: 'needs-attention', approvals: [{ by: 'operator:2' }] });
  });

  it('is still possible when the mismatch was the last that was allowed', () => {
    const exhausted = failed('identity-mismatch', { accessTestFailures: 2 });
    const change = decide(exhausted, 'approve', 'operator:1', number, aCause());
    expect(change?.entries[0]?.detail).toMatchObject({ missing: 1 });
  });

  it('to reject sends the customer back without the tenant and without earlier approvals', () => {
    const approvals = [{ by: 'operator:1', at: aCause().at, tenantId: someTenantId, identity: 'as shown' }];
    const change = decide(
      {
        ...failed('identity-mismatch', { approvals, accessTestFailures: 1 }),
        approvedTenantId: someTenantId,
      },
      'reject',
      'operator:2',
      number,
      aCause(),
    );
    expect(change?.after).toMatchObject({ state: 'code-issued', approvals: [], accessTestFailures: 0 });
    expect(change?.after).not.toHaveProperty('tenantId');
    expect(change?.after).not.toHaveProperty('approvedTenantId');
  });

  it.each([
    [
      'of a connection that is not before an operator',
      aConnectionWithTenant({ lastFailure: 'identity-mismatch' }),
    ],
    ['of a failure that is no question of identity', failed('client-rejected')],
    ['of a cap that has nothing to do with identity', failed('not-integrated', { accessTestFailures: 2 })],
  ])('%s is none', (_, connection) => {
    expect(decide(connection, 'approve', 'operator:1', number, aCause())).toBeUndefined();
  });
});

describe('activating', () => {
  const claim = { kind: 'claim-tenant', tenantId: someTenantId };

  it('claims the tenant, on the condition that its number is registered and seen nowhere else', () => {
    expect(activate(aTestedConnection(), '12345678', aCause()).effects).toEqual([
      claim,
      { kind: 'require-sole-identity', corporateId: '12345678', tenantId: someTenantId },
    ]);
  });

  it('needs no number for a tenant that was approved, and nothing less for any other', () => {
    const approved = aTestedConnection({
      approvedTenantId: someTenantId,
      approvedIdentity: identityShown([anOrganisation()], undefined),
    });
    expect(activate(approved, undefined, aCause()).effects).toEqual([claim]);
    expect(() => activate(aTestedConnection(), undefined, aCause())).toThrow('neither');
  });
});
