import { describe, expect, it } from 'vitest';
import { answerReading, watchedReader } from '../../../functions/test-access/read-tenant.ts';
import { testAccess } from '../../../functions/test-access/test-access.ts';
import type { Connection, Organisation } from '../../../shared/domain/connection/connection.ts';
import { reportFact } from '../../../shared/domain/connection/facts.ts';
import { cancel } from '../../../shared/domain/connection/onboarding.ts';
import type { Environment } from '../../../shared/domain/environment/environment.ts';
import { identityShown, type TenantReading } from '../../../shared/domain/tenant/identity.ts';
import { PermanentError, TransientError } from '../../../shared/platform/errors.ts';
import {
  aConnectionWithTenant,
  anOrganisation,
  aPolicy,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const execution = { connectionId: aConnectionWithTenant().connectionId, attempt: 1 };

/** Approved although it shows 99999999. */
const approved = {
  approvedTenantId: someTenantId,
  approvedIdentity: identityShown([anOrganisation({ corporateId: '99999999' })], '12345678'),
};

function read(...organisations: Organisation[]): TenantReading {
  return { outcome: 'read', organisations };
}

function tester(given: {
  readonly connection?: Partial<Connection>;
  readonly environments?: readonly Environment[];
  readonly claims?: Record<string, string>;
  readonly reading?: TenantReading;
  readonly now?: string;
  /** Happens while Visma is asked. */
  readonly meanwhile?: (connection: Connection) => ReturnType<typeof cancel>;
}) {
  const store = createInMemoryStore();
  const asked: string[] = [];
  store.given({
    connections: [aConnectionWithTenant(given.connection)],
    environments: given.environments ?? [anEnvironment()],
    claims: given.claims ?? {},
  });
  const stored = async () => {
    const connection = await store.connections.find(execution.connectionId);
    if (connection === undefined) throw new Error('It was never stored.');
    return connection;
  };
  const reader = {
    read: async (tenantId: string) => {
      asked.push(tenantId);
      const change = given.meanwhile?.(await stored());
      if (change) await store.connections.save(change);
      return given.reading ?? read(anOrganisation());
    },
  };
  const clock = () => new Date(given.now ?? someTime);
  return { ...store, asked, stored, reader, policy: aPolicy(), clock };
}

describe('test-access', () => {
  it('passes the registered company and remembers where its number was seen', async () => {
    const its = tester({});
    expect(await testAccess(its, execution)).toEqual({ next: 'activate-connection' });
    expect(await its.stored()).toMatchObject({ state: 'access-tested', organisations: [anOrganisation()] });
    expect((await its.tenants.findIdentity('12345678'))?.tenants).toEqual([someTenantId]);
  });

  it('answers the same when it is repeated, without asking Visma again', async () => {
    const its = tester({});
    const first = await testAccess(its, execution);
    expect(await testAccess(its, execution)).toEqual(first);
    expect(its.asked).toHaveLength(1);
    expect(its.entries().map(({ type }) => type)).toEqual(['AccessTested']);
  });

  it.each([
    ['another number', [anOrganisation({ corporateId: '99999999' })], 'identity-mismatch'],
    ['no number', [{ organizationCd: '1', name: 'Voorbeeld' }], 'identity-unclear'],
    ['two companies', [anOrganisation(), anOrganisation({ corporateId: '1' })], 'identity-unclear'],
    ['no company', [], 'identity-unclear'],
  ] as const)('leaves %s to an operator', async (_, organisations, failure) => {
    const its = tester({ reading: read(...organisations) });
    expect(await testAccess(its, execution)).toEqual({ next: 'end' });
    expect(await its.stored()).toMatchObject({
      state: 'needs-attention',
      lastFailure: failure,
      organisations,
    });
  });

  it('leaves a number that two customers registered to an operator', async () => {
    const environments = [anEnvironment(), anEnvironment({ environmentId: 'twin' })];
    const its = tester({ environments });
    await testAccess(its, execution);
    expect((await its.stored()).lastFailure).toBe('identity-unclear');
  });

  it('leaves a number that was seen in another tenant to an operator', async () => {
    const its = tester({});
    await its.tenants.rememberSeen('1234-5678', otherTenantId);
    await testAccess(its, execution);
    expect((await its.stored()).lastFailure).toBe('identity-unclear');
  });

  it('passes a tenant that was approved, and still reads it', async () => {
    const its = tester({
      connection: approved,
      reading: read(anOrganisation({ corporateId: '99999999' })),
    });
    expect(await testAccess(its, execution)).toEqual({ next: 'activate-connection' });
    expect(its.asked).toEqual([someTenantId]);
  });

  it('asks again for a tenant that was approved as another company than it shows now', async () => {
    const its = tester({ connection: approved, reading: read(anOrganisation({ corporateId: '88888888' })) });
    expect(await testAccess(its, execution)).toEqual({ next: 'end' });
    expect((await its.stored()).attention?.reason).toBe('identity-mismatch');
  });

  it('refuses a tenant that is claimed elsewhere before asking Visma, and does not say by whom', async () => {
    const its = tester({ claims: { [someTenantId]: 'con_ffffffffffffffffffff' } });
    expect(await testAccess(its, execution)).toMatchObject({ next: 'wait-for-customer' });
    expect(its.asked).toEqual([]);
    expect((await its.stored()).lastFailure).toBe('tenant-claimed');
    expect(JSON.stringify(its.entries())).not.toContain('con_ffff');
  });

  it('gives consent its time and then tells the customer', async () => {
    const reading: TenantReading = { outcome: 'not-integrated' };
    const early = tester({ reading, now: later(60) });
    expect(await testAccess(early, execution)).toEqual({ next: 'wait-for-propagation', waitSeconds: 60 });
    expect(early.entries()).toEqual([]);
    const late = tester({ reading, now: later(900) });
    expect(await testAccess(late, execution)).toMatchObject({ next: 'wait-for-customer' });
    expect((await late.stored()).lastFailure).toBe('not-integrated');
  });

  it.each(['wrong-organisation', 'no-licence', 'missing-scopes', 'client-rejected'] as const)(
    'records %s',
    async (outcome) => {
      const its = tester({ reading: { outcome } });
      await testAccess(its, execution);
      expect((await its.stored()).lastFailure).toBe(outcome);
    },
  );

  it('throws what is transient and records nothing', async () => {
    const its = tester({});
    const reader = { read: () => Promise.reject(new TransientError('Throttled.')) };
    await expect(testAccess({ ...its, reader }, execution)).rejects.toMatchObject({ name: 'TransientError' });
    expect(its.entries()).toEqual([]);
  });

  it('never records the reading of another tenant', async () => {
    const its = tester({
      meanwhile: (connection) =>
        reportFact(
          connection,
          { type: 'TenantIdReported', source: 'ticket', tenantId: otherTenantId },
          aCause(),
        ),
    });
    expect(await testAccess(its, execution)).toEqual({ next: 'test-access' });
    const connection = await its.stored();
    expect(connection).toMatchObject({ state: 'tenant-id-received', tenantId: otherTenantId });
    expect(connection).not.toHaveProperty('organisations');
  });

  it('records nothing for a connection that was cancelled meanwhile', async () => {
    const its = tester({ meanwhile: (connection) => cancel(connection, aCause()) });
    expect(await testAccess(its, execution)).toEqual({ next: 'end' });
    expect((await its.stored()).state).toBe('cancelled');
  });
});

describe('a watched reader', () => {
  const lines: string[] = [];
  const log = { error: (message: string) => void lines.push(message) };

  it('refuses what is not a tenant ID and never asks', async () => {
    const reader = watchedReader({ read: () => Promise.reject(new Error('asked')) }, log);
    await expect(reader.read('not-a-uuid')).rejects.toMatchObject({ name: 'PermanentError' });
  });

  it('makes our rejected client one line that an alarm finds', async () => {
    const reader = watchedReader({ read: async () => ({ outcome: 'client-rejected' as const }) }, log);
    await reader.read(someTenantId.toUpperCase());
    expect(lines).toEqual(['CLIENT REJECTED']);
  });
});

describe('a reading for another function', () => {
  const lines: string[] = [];
  const log = { warn: (message: string) => void lines.push(message) };
  const answer = (thrown: Error) => answerReading({ read: () => Promise.reject(thrown) }, someTenantId, log);

  it('answers an outage with the time that Visma asks for', async () => {
    const throttled = new TransientError('Throttled.', { retryAfterSeconds: 60 });
    expect(await answer(throttled)).toEqual({ outcome: 'unavailable', retryAfterSeconds: 60 });
    expect(await answer(new TransientError('Down.'))).toEqual({ outcome: 'unavailable' });
    expect(lines).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
  });

  it('throws everything else', async () => {
    await expect(answer(new PermanentError('Unheard of.'))).rejects.toMatchObject({ name: 'PermanentError' });
  });
});
