import { describe, expect, it } from 'vitest';
import { factTypes } from '../../../shared/domain/connection/change.ts';
import { type Connection, connectionStates } from '../../../shared/domain/connection/connection.ts';
import { consumeNextFact, type Fact, reportFact } from '../../../shared/domain/connection/facts.ts';
import { cancel } from '../../../shared/domain/connection/onboarding.ts';
import { isLegal, restingStates } from '../../../shared/domain/connection/transitions.ts';
import {
  aConnection,
  aConnectionWithCode,
  aConnectionWithTenant,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { aCause, anEntry, later } from '../../builders/history.ts';

const sources = ['ticket', 'visma', 'page', 'operator'] as const;

const everyFact: readonly Fact[] = sources.flatMap((source) =>
  factTypes.map((type) =>
    type === 'TenantIdReported' ? { type, source, tenantId: someTenantId } : { type, source },
  ),
);

/** One connection per state, with and without what a state may or may not have at hand. */
const everyConnection: readonly Connection[] = connectionStates.flatMap((state) =>
  [aConnection(), aConnectionWithCode(), aConnectionWithTenant()].map((base) => ({
    ...base,
    state,
    consumedFact: base.version,
    ...(state === 'needs-attention'
      ? { attention: { reason: 'step-failed' as const, from: 'code-issued' as const } }
      : {}),
  })),
);

const tenantFact: Fact = { type: 'TenantIdReported', source: 'ticket', tenantId: otherTenantId };

function consume(connection: Connection, fact: Fact, at?: string): Connection {
  const reported = anEntry({
    aggregateId: connection.connectionId,
    sequence: connection.version + 1,
    type: fact.type,
    detail: { source: fact.source },
    ...(fact.type === 'TenantIdReported' ? { tenantId: fact.tenantId } : {}),
  });
  const change = consumeNextFact(
    { ...connection, version: connection.version + 1 },
    [reported],
    aCause(at === undefined ? {} : { at }),
  );
  if (change === undefined) throw new Error('The fact was not seen.');
  return change.after;
}

describe('every fact in every state', () => {
  it('is stored without an error and moves along the table only', () => {
    for (const connection of everyConnection) {
      for (const fact of everyFact) {
        const { after, entries } = reportFact(connection, fact, aCause());
        expect(isLegal(connection.state, after.state), `${connection.state} ${fact.type}`).toBe(true);
        expect(entries[0]).toMatchObject({ type: fact.type, sequence: connection.version + 1 });
        expect(after.version).toBe(connection.version + entries.length);
      }
    }
  });

  it('is taken up at once at rest and left to the workflow elsewhere', () => {
    for (const connection of everyConnection) {
      for (const fact of everyFact) {
        const { after } = reportFact(connection, fact, aCause());
        const atRest = restingStates.includes(connection.state);
        expect(after.consumedFact).toBe(atRest ? connection.version + 1 : connection.consumedFact);
        const started = after.attempt === connection.attempt + 1;
        expect(started).toBe(after.state !== connection.state);
      }
    }
  });

  it('is consumed once, whatever it does', () => {
    for (const connection of everyConnection) {
      for (const fact of everyFact) {
        const after = consume(connection, fact);
        expect(after.consumedFact).toBe(connection.version + 1);
        expect(consumeNextFact(after, [], aCause())).toBeUndefined();
      }
    }
  });

  it('never moves an activated connection', () => {
    for (const fact of everyFact) {
      const activated = aConnectionWithTenant({ state: 'activated' });
      expect(reportFact(activated, fact, aCause()).after).toMatchObject({
        state: 'activated',
        tenantId: someTenantId,
        attempt: 1,
      });
    }
  });
});

describe('a tenant ID', () => {
  it('that is said again while it is tested does not lengthen the time that consent gets', () => {
    const connection = aConnectionWithTenant();
    const again: Fact = { ...tenantFact, tenantId: someTenantId };
    expect(consume(connection, again, later(600)).tenantIdAt).toBe(connection.tenantIdAt);
  });

  it('keeps the approvals of that tenant only', () => {
    const approvals = [{ by: 'operator:1', at: later(0), tenantId: someTenantId, identity: 'as shown' }];
    const connection = aConnectionWithTenant({ state: 'code-issued', approvals });
    expect(consume(connection, tenantFact).approvals).toEqual([]);
    expect(consume(connection, { ...tenantFact, tenantId: someTenantId }).approvals).toEqual(approvals);
  });

  it('makes the approval of another tenant void, for good', () => {
    const connection = aConnectionWithTenant({ state: 'code-issued', approvedTenantId: someTenantId });
    const same = consume(connection, { ...tenantFact, tenantId: someTenantId });
    expect(same.approvedTenantId).toBe(someTenantId);
    expect(consume(connection, tenantFact)).not.toHaveProperty('approvedTenantId');
  });

  it.each([
    ['attempts-exhausted', otherTenantId, 'needs-attention'],
    ['attempts-exhausted', someTenantId, 'needs-attention'],
    ['identity-mismatch', someTenantId, 'needs-attention'],
    ['identity-unclear', someTenantId, 'needs-attention'],
    ['identity-mismatch', otherTenantId, 'tenant-id-received'],
    ['execution-ended', someTenantId, 'tenant-id-received'],
  ] as const)('of a customer, with %s before an operator', (reason, tenantId, state) => {
    const connection = aConnectionWithTenant({
      state: 'needs-attention',
      attention: { reason, from: 'tenant-id-received' },
    });
    expect(reportFact(connection, { ...tenantFact, tenantId }, aCause()).after.state).toBe(state);
  });

  it('of an operator is taken up even when the customer has tried too often, and counts anew', () => {
    const connection = aConnectionWithTenant({
      state: 'needs-attention',
      accessTestFailures: 5,
      attention: { reason: 'attempts-exhausted', from: 'tenant-id-received' },
    });
    const { after } = reportFact(connection, { ...tenantFact, source: 'operator' }, aCause());
    expect(after).toMatchObject({ state: 'tenant-id-received', accessTestFailures: 0, attempt: 2 });
  });
});

describe('a request for a code', () => {
  it('sends the same code again while it can be used', () => {
    const { after, entries } = changeOf(aConnectionWithCode());
    expect(after.state).toBe('code-issued');
    expect(entries).toContain('InvitationCodeResent');
  });

  it.each([
    ['has expired', { invitationCode: { code: 'X', codeId: 'code_x', expiresAt: later(-1) } }],
    ['was used in the wrong organisation', { lastFailure: 'wrong-organisation' as const }],
  ])('gets another one when the first %s', (_, overrides) => {
    expect(changeOf(aConnectionWithCode(overrides)).after.state).toBe('code-requested');
  });

  function changeOf(connection: Connection) {
    const request = anEntry({
      sequence: connection.version + 1,
      type: 'CodeRequested',
      detail: { source: 'ticket' },
    });
    const change = consumeNextFact({ ...connection, version: connection.version + 1 }, [request], aCause());
    if (change === undefined) throw new Error('The fact was not seen.');
    return { after: change.after, entries: change.entries.map(({ type }) => type) };
  }
});

describe('a retry', () => {
  it('tests the tenant at hand again, also before a code was ever issued', () => {
    const connection = aConnectionWithTenant({ state: 'code-requested', lastFailure: 'no-licence' });
    const after = consume(connection, { type: 'AccessTestRetryRequested', source: 'operator' });
    expect(after).toMatchObject({ state: 'tenant-id-received', tenantId: someTenantId });
  });

  it('goes on where the connection was when it has no tenant yet', () => {
    const connection = aConnectionWithCode({
      state: 'needs-attention',
      attention: { reason: 'execution-ended', from: 'code-issued' },
    });
    const retry: Fact = { type: 'AccessTestRetryRequested', source: 'operator' };
    expect(reportFact(connection, retry, aCause()).after).toMatchObject({ state: 'code-issued', attempt: 2 });
  });
});

describe('cancelling', () => {
  const approved = aConnectionWithTenant({
    approvedTenantId: someTenantId,
    approvedIdentity: 'as shown',
    approvals: [{ by: 'operator:1', at: later(0), tenantId: someTenantId, identity: 'as shown' }],
    consumedFact: 1,
  });

  it('makes approvals and facts that nobody consumed void', () => {
    const after = cancel(approved, aCause())?.after;
    expect(after).toMatchObject({ state: 'cancelled', approvals: [], consumedFact: approved.version });
    expect(after).not.toHaveProperty('approvedTenantId');
    expect(after).not.toHaveProperty('approvedIdentity');
    expect(after).not.toHaveProperty('tenantId');
  });

  it('releases the tenant of an activated connection', () => {
    const change = cancel({ ...approved, state: 'activated' }, aCause());
    expect(change?.effects).toEqual([{ kind: 'release-tenant', tenantId: someTenantId }]);
  });

  it('twice changes nothing', () => {
    expect(cancel(aConnection({ state: 'cancelled' }), aCause())).toBeUndefined();
  });
});
