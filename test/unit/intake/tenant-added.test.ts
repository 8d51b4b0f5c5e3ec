import { describe, expect, it } from 'vitest';
import {
  aConnection,
  aConnectionWithCode,
  aDisconnectedConnection,
  anOrganisation,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { someTime } from '../../builders/history.ts';
import { createIntakeRig } from './intake-rig.ts';

const waiting = aConnectionWithCode();

function rigWith(given: Parameters<ReturnType<typeof createIntakeRig>['store']['given']>[0]) {
  const rig = createIntakeRig();
  rig.store.given(given);
  rig.readings.set(someTenantId, { outcome: 'read', organisations: [anOrganisation()] });
  return rig;
}

describe("Visma's word that a tenant was added", () => {
  it.each(['code-requested', 'code-issued', 'app-integrated', 'expired', 'needs-attention'] as const)(
    'tells a connection in %s its tenant ID when the registered number is read beyond doubt',
    async (state) => {
      const rig = rigWith({ environments: [anEnvironment()], connections: [{ ...waiting, state }] });
      await rig.tenantAdded(someTenantId, { deliveryKey: 'd1' });
      expect(rig.store.entries()[0]).toMatchObject({
        type: 'TenantIdReported',
        by: 'visma',
        tenantId: someTenantId,
        deliveryKey: 'd1',
        correlationId: waiting.correlationId,
        detail: { source: 'visma' },
      });
      expect(await rig.store.deliveries.isSeen('d1')).toBe(true);
    },
  );

  it('is for operators while no code was issued: nobody can have integrated the right company yet', async () => {
    const rig = rigWith({ environments: [anEnvironment()], connections: [aConnection()] });
    await rig.tenantAdded(someTenantId);
    expect(rig.store.entries()).toMatchObject(unmatched('nobody-waits'));
  });

  it('takes a disconnected connection up that integrates again with the tenant that it had', async () => {
    const disconnected = aDisconnectedConnection();
    const rig = rigWith({ environments: [anEnvironment()], connections: [disconnected] });
    await rig.tenantAdded(someTenantId);
    expect(rig.told()).toEqual(['TenantIdReported', 'TenantIdReceived', 'OnboardingStarted']);
    expect(await rig.store.connections.find(disconnected.connectionId)).toMatchObject({
      state: 'tenant-id-received',
      disconnection: { customerActed: true },
    });
  });

  it('does not take another tenant for that of a disconnected connection, whatever number it shows', async () => {
    const had = { ...aDisconnectedConnection().disconnection!, tenantId: otherTenantId };
    const disconnected = aDisconnectedConnection({ tenantId: otherTenantId, disconnection: had });
    const rig = rigWith({ environments: [anEnvironment()], connections: [disconnected] });
    await rig.tenantAdded(someTenantId);
    expect(rig.store.entries()).toMatchObject(unmatched('nobody-waits'));
  });

  it('counts once however often it comes', async () => {
    const rig = rigWith({ environments: [anEnvironment()], connections: [waiting] });
    await rig.tenantAdded(someTenantId, { deliveryKey: 'd1' });
    await rig.tenantAdded(someTenantId, { deliveryKey: 'd1' });
    expect(rig.told()).toEqual(['TenantIdReported']);
    expect(rig.read).toHaveLength(1);
  });

  const unmatched = (reason: string) => [{ type: 'TenantUnmatched', detail: { reason } }];

  it('is kept when nobody waits, known number or not', async () => {
    const rig = rigWith({ environments: [anEnvironment()] });
    await rig.tenantAdded(someTenantId);
    expect(rig.store.entries()).toMatchObject(unmatched('nobody-waits'));
    expect((await rig.store.tenants.findIdentity('12345678'))?.integrated).toEqual([someTenantId]);

    const stranger = rigWith({});
    await stranger.tenantAdded(someTenantId);
    expect(stranger.store.entries()).toMatchObject(unmatched('nobody-waits'));
    expect(await stranger.store.tenants.integratedAt(someTenantId)).toBe(someTime);
  });

  it('does not touch a connection that is active with another tenant', async () => {
    const active = aConnection({ state: 'activated', tenantId: otherTenantId });
    const rig = rigWith({ environments: [anEnvironment()], connections: [active] });
    await rig.tenantAdded(someTenantId);
    expect(rig.store.entries()).toMatchObject(unmatched('nobody-waits'));
  });

  it('is unclear when the number is registered twice', async () => {
    const other = anEnvironment({ environmentId: 'ander' });
    const rig = rigWith({ environments: [anEnvironment(), other], connections: [waiting] });
    await rig.tenantAdded(someTenantId);
    expect(rig.store.entries()).toMatchObject(unmatched('identity-unclear'));
  });

  it('is unclear when the number was seen in another tenant too', async () => {
    const rig = rigWith({ environments: [anEnvironment()], connections: [waiting] });
    await rig.store.tenants.rememberSeen('12345678', otherTenantId);
    await rig.tenantAdded(someTenantId);
    expect(rig.store.entries()).toMatchObject(unmatched('identity-unclear'));
  });

  it.each([
    ['several organisations', [anOrganisation(), anOrganisation({ corporateId: '999' })]],
    ['no organisation', []],
    ['an organisation without a number', [{ organizationCd: '1', name: 'Voorbeeld Holding B.V.' }]],
  ])('is unclear when %s is read', async (_what, organisations) => {
    const rig = rigWith({ environments: [anEnvironment()], connections: [waiting] });
    rig.readings.set(someTenantId, { outcome: 'read', organisations });
    await rig.tenantAdded(someTenantId);
    expect(rig.store.entries()).toMatchObject(unmatched('identity-unclear'));
    expect(await rig.store.tenants.integratedAt(someTenantId)).toBe(someTime);
  });

  it('is ignored for a tenant that is claimed', async () => {
    const rig = rigWith({
      environments: [anEnvironment()],
      connections: [waiting],
      claims: { [someTenantId]: 'con_x' },
    });
    await rig.tenantAdded(someTenantId);
    expect(rig.store.entries()).toMatchObject([
      { type: 'DeliveryIgnored', detail: { reason: 'already-claimed' } },
    ]);
    expect(rig.read).toEqual([]);
  });

  it('is asked again while consent spreads, and then not believed', async () => {
    const rig = rigWith({ environments: [anEnvironment()], connections: [waiting] });
    rig.readings.clear();
    const receive = (receiveCount: number) =>
      rig.tenantAdded(someTenantId, { deliveryKey: 'd1', receiveCount });
    await expect(receive(1)).rejects.toMatchObject({ name: 'TransientError', retryAfterSeconds: 15 });
    await expect(receive(2)).rejects.toMatchObject({ name: 'TransientError', retryAfterSeconds: 60 });
    await receive(3);
    expect(rig.store.entries()).toMatchObject(unmatched('not-confirmed'));
  });

  it('stays in the queue while our own client is rejected', async () => {
    const rig = rigWith({ environments: [anEnvironment()], connections: [waiting] });
    rig.readings.set(someTenantId, { outcome: 'client-rejected' });
    await expect(rig.tenantAdded(someTenantId, { receiveCount: 99 })).rejects.toMatchObject({
      name: 'TransientError',
    });
    expect(rig.store.entries()).toEqual([]);
  });

  it('is not believed when it names no tenant', async () => {
    const rig = rigWith({});
    await rig.tenantAdded('not-a-uuid');
    expect(rig.store.entries()).toMatchObject(unmatched('not-confirmed'));
  });
});
