import { beforeEach, expect, it } from 'vitest';
import { activate } from '../../../shared/domain/connection/onboarding.ts';
import { aTestedConnection, otherTenantId, someTenantId } from '../../builders/connection.ts';
import { anEnvironment, anEnvironmentChange } from '../../builders/environment.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import type { Store } from '../in-memory-store.ts';

/** What holds for every TenantRepository. `open` answers an empty store. */
export function tenantRepositoryContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  it('knows nothing at first', async () => {
    expect(await store.tenants.claimedBy(someTenantId)).toBeUndefined();
    expect(await store.tenants.findIdentity('12345678')).toBeUndefined();
    expect(await store.tenants.integratedAt(someTenantId)).toBeUndefined();
  });

  it('remembers in which tenants a number was seen, each once and in any spelling', async () => {
    await store.tenants.rememberSeen('NL 12.34', someTenantId);
    await store.tenants.rememberSeen('nl1234', someTenantId);
    await store.tenants.rememberSeen('NL1234', otherTenantId);
    expect(await store.tenants.findIdentity('nl-1234')).toEqual({
      corporateId: 'NL1234',
      registrations: [],
      tenants: [otherTenantId, someTenantId],
      integrated: [],
    });
  });

  it('keeps what was seen when the number is registered later', async () => {
    await store.tenants.rememberSeen('12345678', someTenantId);
    await store.environments.save(anEnvironmentChange(anEnvironment()));
    const identity = await store.tenants.findIdentity('12345678');
    expect(identity?.tenants).toEqual([someTenantId]);
    expect(identity?.registrations).toHaveLength(1);
  });

  it('answers who registered any of many numbers, however they are spelt', async () => {
    for (const environmentId of ['voorbeeld', 'ander']) {
      await store.environments.save(anEnvironmentChange(anEnvironment({ environmentId })));
    }
    await store.tenants.rememberSeen('99999999', someTenantId);
    const found = await store.tenants.registrantsOf(['12.34.56.78', '99999999', '55555555', ' - ']);
    expect([...(found.get('12345678') ?? [])].sort()).toEqual(['ander', 'voorbeeld']);
    expect(found.get('99999999') ?? []).toEqual([]);
    expect(found.get('55555555') ?? []).toEqual([]);
    expect(found.has('')).toBe(false);
  });

  it('takes an empty number for no number', async () => {
    await store.tenants.rememberSeen(' - ', someTenantId);
    await store.tenants.rememberIntegrated(someTenantId, '', someTime);
    expect(await store.tenants.findIdentity('')).toBeUndefined();
    expect(await store.tenants.integratedAt(someTenantId)).toBe(someTime);
  });

  it('remembers an integration from its first report, and its number when that becomes known', async () => {
    await store.tenants.rememberIntegrated(someTenantId, undefined, someTime);
    await store.tenants.rememberIntegrated(someTenantId, '12345678', later(60));
    await store.tenants.rememberIntegrated(someTenantId, undefined, later(120));
    expect(await store.tenants.integratedAt(someTenantId)).toBe(someTime);
    expect((await store.tenants.findIdentity('12345678'))?.integrated).toEqual([someTenantId]);
  });

  it('leaves out an integrated tenant that a connection has taken up', async () => {
    await store.environments.save(anEnvironmentChange(anEnvironment()));
    await store.tenants.rememberIntegrated(someTenantId, '12345678', someTime);
    await store.tenants.rememberIntegrated(otherTenantId, '12345678', someTime);
    const { connectionId } = aTestedConnection();
    const before = aTestedConnection({ version: 0 });
    const { after, entries, effects } = activate(before, '12345678', aCause());
    await store.connections.save({ before: undefined, after, entries, effects });
    expect(await store.tenants.claimedBy(someTenantId)).toBe(connectionId);
    expect((await store.tenants.findIdentity('12345678'))?.integrated).toEqual([otherTenantId]);
  });
}
