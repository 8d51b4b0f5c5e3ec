import { describe, expect, it } from 'vitest';
import type { SpendCloud } from '../../../functions/tell-spend-cloud/spend-cloud.ts';
import { tellSpendCloud } from '../../../functions/tell-spend-cloud/tell-spend-cloud.ts';
import { spendCloudWebhook } from '../../../shared/contracts/webhooks/spend-cloud.ts';
import { cancel } from '../../../shared/domain/connection/onboarding.ts';
import { TransientError } from '../../../shared/platform/errors.ts';
import { aTestedConnection } from '../../builders/connection.ts';
import { anAdministration, anEnvironment } from '../../builders/environment.ts';
import { aCause, someTime } from '../../builders/history.ts';
import { aBusEvent } from '../../builders/mail.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const connectUrl = 'https://connect.vendor.example';

function scene(state: 'activated' | 'cancelled' = 'activated') {
  const { spendCloudInformedAt: _notYet, ...connection } = aTestedConnection({ state });
  const store = createInMemoryStore();
  store.given({
    connections: [connection],
    environments: [
      anEnvironment({
        administrations: [
          anAdministration({ connectionId: connection.connectionId }),
          anAdministration({ administrationId: 'adm-2', connectionId: 'none' }),
        ],
      }),
    ],
  });
  const posts: { id: string; body: unknown }[] = [];
  let down = false;
  const spendCloud: SpendCloud = {
    async post(id, body) {
      if (down) throw new TransientError('Spend Cloud answered 503.');
      posts.push({ id, body });
    },
  };
  return {
    store,
    connection,
    posts,
    tellOfEnd: (detail: { reason?: string } = {}) =>
      tellSpendCloud(
        aBusEvent('ConnectionDeactivated', {
          connectionId: connection.connectionId,
          sequence: connection.version,
          ...detail,
        }),
        { ...store, spendCloud, connectUrl, clock: () => new Date(someTime) },
      ),
    setDown: (value: boolean) => {
      down = value;
    },
    tell: (detail: { recovered?: boolean } = {}) =>
      tellSpendCloud(
        aBusEvent('ConnectionActivated', {
          connectionId: connection.connectionId,
          sequence: connection.version,
          ...detail,
        }),
        { ...store, spendCloud, connectUrl, clock: () => new Date(someTime) },
      ),
  };
}

describe('telling Spend Cloud', () => {
  it('names the administrations of this connection only, and records it for the customer’s mail', async () => {
    const { store, posts, tell } = scene();
    expect(await tell()).toBe('told');
    const body = spendCloudWebhook.parse(posts[0]?.body);
    expect(body.data).toMatchObject({ administrations: ['adm-1'] });
    expect(JSON.stringify(body)).not.toContain(aTestedConnection().tenantId);
    expect(store.entries().map((entry) => entry.type)).toEqual(['SpendCloudInformed']);
  });

  it('records nothing before a 2xx', async () => {
    const { store, tell, setDown, connection } = scene();
    setDown(true);
    await expect(tell()).rejects.toMatchObject({ name: 'TransientError' });
    expect(store.entries()).toEqual([]);
    expect(await store.connections.find(connection.connectionId)).not.toHaveProperty('spendCloudInformedAt');
    setDown(false);
    expect(await tell()).toBe('told');
    expect(await store.connections.find(connection.connectionId)).toHaveProperty('spendCloudInformedAt');
  });

  it('is silent about a connection that is no longer activated', async () => {
    const { posts, tell } = scene('cancelled');
    expect(await tell()).toBe('no-longer-activated');
    expect(posts).toEqual([]);
  });

  it('is silent about an activation that ended before a later one: that one has its own event', async () => {
    const { store, connection, posts, tell } = scene();
    store.given({ claims: { [connection.tenantId ?? '']: connection.connectionId } });
    await store.connections.save(cancel(connection, aCause())!);
    const cancelled = await store.connections.find(connection.connectionId);
    store.given({ connections: [{ ...cancelled!, state: 'activated', version: connection.version + 3 }] });
    expect(await tell()).toBe('no-longer-activated');
    expect(posts).toEqual([]);
    expect(store.entries().map(({ type }) => type)).not.toContain('SpendCloudInformed');
  });

  it('tells once', async () => {
    const { store, posts, tell } = scene();
    await tell();
    expect(await tell()).toBe('told-before');
    expect(posts).toHaveLength(1);
    expect(store.entries()).toHaveLength(1);
  });

  it('says that an activation has ended, so that nobody believes that exports go on', async () => {
    const { store, posts, tellOfEnd } = scene('cancelled');
    expect(await tellOfEnd()).toBe('told');
    expect(spendCloudWebhook.parse(posts[0]?.body).type).toBe('connection.deactivated');
    expect(store.entries()).toEqual([]);
  });

  it.each([
    ['cancelled', 'cancelled'],
    ['disconnected', 'disconnected'],
    // Of a release before there were reasons, or of one that knows more of them.
    [undefined, undefined],
    ['moved', undefined],
  ])('says why an activation has ended: %s', async (reason, told) => {
    const { posts, tellOfEnd } = scene('cancelled');
    await tellOfEnd(reason === undefined ? {} : { reason });
    const { type, data } = spendCloudWebhook.parse(posts[0]?.body);
    const { connectionId, companyId, environmentId } = aTestedConnection();
    const about = { connectionId, companyId, environmentId };
    expect([type, data]).toEqual([
      'connection.deactivated',
      told === undefined ? about : { ...about, reason: told },
    ]);
  });

  it('hands on that the activation was a recovery, for the mails', async () => {
    const { store, tell } = scene();
    await tell({ recovered: true });
    expect(store.entries()).toMatchObject([{ type: 'SpendCloudInformed', detail: { recovered: true } }]);
  });
});
