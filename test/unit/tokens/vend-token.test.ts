import { describe, expect, it } from 'vitest';
import { createLookUp } from '../../../functions/token-broker/look-up.ts';
import { vendToken } from '../../../functions/token-broker/vend-token.ts';
import type { TokenRequest } from '../../../shared/contracts/tokens/token-broker.ts';
import { tokenAnswer } from '../../../shared/contracts/tokens/token-broker.ts';
import { type Connection, connectionStates } from '../../../shared/domain/connection/connection.ts';
import type { Environment } from '../../../shared/domain/environment/environment.ts';
import type { TokenCache } from '../../../shared/domain/token/token-cache.ts';
import { TransientError } from '../../../shared/platform/errors.ts';
import {
  aConnectionWithTenant,
  anOrganisation,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { aToken } from '../../doubles/contracts/tokens.contract.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const { connectionId, environmentId } = aConnectionWithTenant();
const ofAdministration = { environmentId, administrationId: '10' };

function broker(
  given: {
    readonly connection?: Partial<Connection>;
    readonly environment?: Partial<Environment>;
    readonly tokens?: TokenCache['get'];
  } = {},
) {
  const store = createInMemoryStore();
  const put = (connection: Partial<Connection> = {}, environment: Partial<Environment> = {}) =>
    store.given({
      connections: [
        aConnectionWithTenant({ state: 'activated', organisations: [anOrganisation()], ...connection }),
      ],
      environments: [
        anEnvironment({
          administrations: [{ administrationId: '10', name: 'Tien', connectionId }],
          ...environment,
        }),
      ],
    });
  put(given.connection, given.environment);
  const asked: (readonly [string, string | undefined])[] = [];
  const lines: string[] = [];
  let now = Date.parse('2026-03-02T09:00:00Z');
  const get: TokenCache['get'] = given.tokens ?? (async () => aToken());
  const parts = {
    lookUp: createLookUp({ ...store, clock: () => new Date(now), seconds: 10 }),
    tokens: {
      get: async (tenantId: string, rejected?: string) => {
        asked.push([tenantId, rejected]);
        return get(tenantId, rejected);
      },
    },
    retrySeconds: 5,
    log: { error: (message: string) => lines.push(message) },
  };
  return {
    put,
    asked,
    lines,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    vend: (request: TokenRequest = ofAdministration) => vendToken(parts, request),
  };
}

describe('the broker', () => {
  it.each([
    ['an administration', ofAdministration],
    ['a connection', { connectionId }],
  ])('answers %s with a token and whose it is', async (_, request) => {
    const { vend, asked } = broker();
    const answer = await vend(request);
    expect(tokenAnswer.parse(answer)).toEqual({
      accessToken: 'a.b.c',
      tokenType: 'Bearer',
      expiresAt: '2026-03-02T10:00:00.000Z',
      tenantId: someTenantId,
      connectionId,
      companyName: anEnvironment().companies[0]?.name,
      organisations: [anOrganisation()],
    });
    expect(asked).toEqual([[someTenantId, undefined]]);
  });

  it('passes on which token was refused', async () => {
    const { vend, asked } = broker();
    await vend({ ...ofAdministration, rejectedTokenId: 'ab'.repeat(32) });
    expect(asked).toEqual([[someTenantId, 'ab'.repeat(32)]]);
  });

  it.each([
    ['unknown', { ...ofAdministration, administrationId: '11' }, {}],
    ['of an unknown environment', { ...ofAdministration, environmentId: 'nobody' }, {}],
    ['not mapped', ofAdministration, { administrations: [{ administrationId: '10', name: 'Tien' }] }],
    [
      'not exported',
      ofAdministration,
      { administrations: [{ administrationId: '10', name: 'Tien', connectionId: 'none' }] },
    ],
    [
      'mapped to what does not exist',
      ofAdministration,
      {
        administrations: [{ administrationId: '10', name: 'Tien', connectionId: 'con_00000000000000000000' }],
      },
    ],
  ])('has no token for an administration that is %s', async (_, request, environment) => {
    const { vend, asked } = broker({ environment });
    expect(await vend(request)).toEqual({ failure: 'administration-not-mapped' });
    expect(asked).toEqual([]);
  });

  it('never follows a mapping into another environment', async () => {
    const { vend, asked } = broker({ connection: { environmentId: 'another-customer' } });
    expect(await vend()).toEqual({ failure: 'administration-not-mapped' });
    expect(asked).toEqual([]);
  });

  it.each(connectionStates.filter((state) => state !== 'activated'))(
    'has no token for a connection that is %s, whatever tenant it has',
    async (state) => {
      const { vend, asked } = broker({ connection: { state } });
      const expected =
        state === 'disconnected'
          ? { failure: 'tenant-disconnected', reason: 'disconnected' }
          : { failure: 'connection-not-active', state };
      expect(await vend()).toEqual(expected);
      expect(await vend({ connectionId })).toEqual(expected);
      expect(asked).toEqual([]);
    },
  );

  it('knows no connection that does not exist', async () => {
    expect(await broker().vend({ connectionId: 'con_00000000000000000000' })).toEqual({
      failure: 'connection-not-active',
      state: 'unknown',
    });
  });

  it('passes on why there is no token', async () => {
    const failure = { failure: 'temporarily-unavailable', retryAfterSeconds: 7 } as const;
    expect(await broker({ tokens: async () => failure }).vend()).toEqual(failure);
  });

  it('says when to come back while a table is away, and lets a mistake be a failure', async () => {
    const away = broker({ tokens: () => Promise.reject(new TransientError('away')) });
    expect(await away.vend()).toEqual({ failure: 'temporarily-unavailable', retryAfterSeconds: 5 });
    expect(away.lines).toEqual(['NO TOKEN FOR NOW']);
    await expect(broker({ tokens: () => Promise.reject(new Error('bug')) }).vend()).rejects.toThrow('bug');
  });

  it('follows a new tenant, an ended connection, a new mapping after ten seconds, and a first one at once', async () => {
    const world = broker({ environment: { administrations: [] } });
    expect(await world.vend()).toEqual({ failure: 'administration-not-mapped' });
    world.put();
    await world.vend();
    world.put({ tenantId: otherTenantId });
    await world.vend();
    world.pass(10);
    await world.vend();
    world.put({ state: 'cancelled' });
    world.pass(9);
    await world.vend();
    world.pass(1);
    expect(await world.vend()).toEqual({ failure: 'connection-not-active', state: 'cancelled' });
    expect(world.asked.map(([tenantId]) => tenantId)).toEqual([
      someTenantId,
      someTenantId,
      otherTenantId,
      otherTenantId,
    ]);
  });
});
