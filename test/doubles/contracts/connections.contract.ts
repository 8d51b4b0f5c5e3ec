import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ChangeBuilder } from '../../../shared/domain/connection/change.ts';
import type { Connection, ConnectionChange } from '../../../shared/domain/connection/connection.ts';
import { reportFact } from '../../../shared/domain/connection/facts.ts';
import {
  activate,
  cancel,
  expireCode,
  issueCode,
  passAccessTest,
  requestConnection,
} from '../../../shared/domain/connection/onboarding.ts';
import { mapToSoleConnection } from '../../../shared/domain/environment/mapping.ts';
import { connectionIdOf } from '../../../shared/platform/ids.ts';
import { anOrganisation, aPolicy, otherTenantId, someTenantId } from '../../builders/connection.ts';
import { aCompany, anEnvironment, anEnvironmentChange } from '../../builders/environment.ts';
import { aCause, later } from '../../builders/history.ts';
import type { Store } from '../in-memory-store.ts';
import { refusal, settled } from './outcomes.ts';

/** What holds for every ConnectionRepository. `open` answers an empty store. */
export function connectionRepositoryContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  const request = async (companyId = 'cmp_one', environmentId = 'voorbeeld', deliveryKey?: string) => {
    const of = { connectionId: connectionIdOf(environmentId, companyId), environmentId, companyId };
    const change = requestConnection(of, aCause(deliveryKey === undefined ? {} : { deliveryKey }));
    await store.connections.save(change);
    return change.after;
  };

  const save = async (change: ConnectionChange): Promise<Connection> => {
    await store.connections.save(change);
    return change.after;
  };

  /** Registered, tested and ready to be activated with the tenant. */
  const tested = async (
    environmentId = 'voorbeeld',
    corporateId = '12345678',
    tenantId = someTenantId,
  ): Promise<Connection> => {
    const company = aCompany({ environmentId, corporateId });
    await store.environments.save(
      anEnvironmentChange(anEnvironment({ environmentId, companies: [company] })),
    );
    const requested = await request(company.companyId, environmentId);
    const change = ChangeBuilder.of(requested, aCause())
      .enter('tenant-id-received')
      .set({ tenantId, tenantIdAt: later(0) })
      .tell('TenantIdReceived');
    const received = await save(change.build());
    return save(passAccessTest(received, [anOrganisation({ corporateId })], aCause()));
  };

  describe('a connection', () => {
    it('is unknown until it is saved', async () => {
      expect(await store.connections.find('con_00000000000000000000')).toBeUndefined();
      expect(await store.connections.findByEnvironment('voorbeeld')).toEqual([]);
      expect(await store.connections.findByTicket('generic:1')).toEqual([]);
      expect(await store.connections.history('con_00000000000000000000', 0)).toEqual([]);
    });

    it('comes back as it was saved, with every optional field', async () => {
      const requested = await request();
      const change = ChangeBuilder.of(requested, aCause())
        .set({
          state: 'needs-attention',
          invitationCode: { codeId: 'code_1', code: 'INVITE-1', expiresAt: later(60) },
          integratedAt: later(1),
          tenantId: someTenantId,
          tenantIdAt: later(2),
          lastFailure: 'identity-mismatch',
          organisations: [anOrganisation(), { organizationCd: '2', name: '' }],
          attention: { reason: 'identity-mismatch', from: 'tenant-id-received' },
          approvals: [{ by: 'operator:a', at: later(3), tenantId: someTenantId, identity: 'as shown' }],
          approvedTenantId: otherTenantId,
          approvedIdentity: 'as shown',
          health: { reason: 'no-licence', since: later(4), periods: [20_513, 20_515] },
          disconnection: {
            reason: 'identity-changed',
            since: later(5),
            tenantId: otherTenantId,
            onboardsAnew: true,
            customerActed: false,
          },
          spendCloudInformedAt: later(6),
        })
        .tell('AttentionNeeded', { reason: 'identity-mismatch', list: ['a', 'b'], number: 2, yes: true })
        .build();
      await store.connections.save(change);
      expect(await store.connections.find(requested.connectionId)).toEqual(change.after);
      expect(await store.connections.history(requested.connectionId, 2)).toEqual(change.entries);
    });

    it('loses the fields that a change cleared', async () => {
      await store.stock.add([{ code: 'A', expiresAt: later(9_000) }], aCause());
      const [code] = await store.stock.available(later(0), 1);
      const issued = await save(issueCode(await request(), code!, aPolicy(), aCause()));
      await save(cancel(issued, aCause())!);
      expect(await store.connections.find(issued.connectionId)).not.toHaveProperty('invitationCode');
    });

    it('is found by its environment and by its tickets', async () => {
      const one = await request('cmp_one');
      const two = await request('cmp_two');
      await request('cmp_one', 'ander');
      const linked = ChangeBuilder.of(one, aCause())
        .tell('FactIgnored')
        .effect({ kind: 'link-ticket', ticketKey: 'generic:1' })
        .effect({ kind: 'link-ticket', ticketKey: 'generic:1' });
      const after = await save(linked.build());
      const again = ChangeBuilder.of(after, aCause())
        .tell('FactIgnored')
        .effect({ kind: 'link-ticket', ticketKey: 'generic:1' });
      await save(again.build());
      const ids = (connections: readonly Connection[]) => connections.map((found) => found.connectionId);
      expect(ids(await store.connections.findByEnvironment('voorbeeld'))).toEqual(
        [one.connectionId, two.connectionId].sort(),
      );
      expect(ids(await store.connections.findByTicket('generic:1'))).toEqual([one.connectionId]);
      expect((await store.connections.findByTicket('generic:1'))[0]?.version).toBe(4);
    });

    it('knows its tickets', async () => {
      const one = await request('cmp_one');
      const two = await request('cmp_two');
      const link = (connection: Connection, ticketKey: string) =>
        ChangeBuilder.of(connection, aCause()).tell('FactIgnored').effect({ kind: 'link-ticket', ticketKey });
      const linked = await save(link(one, 'zoho-desk:2').build());
      await save(link(linked, 'generic:1').build());
      await save(link(two, 'generic:3').build());
      expect(await store.connections.ticketsOf(one.connectionId)).toEqual(['generic:1', 'zoho-desk:2']);
      expect(await store.connections.ticketsOf('con_none')).toEqual([]);
    });

    it('has its history in order, above a number', async () => {
      let connection = await request();
      for (let count = 0; count < 10; count += 1) {
        connection = await save(
          reportFact(connection, { type: 'CodeRequested', source: 'operator' }, aCause()),
        );
      }
      const sequences = async (after: number) =>
        (await store.connections.history(connection.connectionId, after)).map((entry) => entry.sequence);
      expect(await sequences(0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(await sequences(10)).toEqual([11, 12]);
      expect(await sequences(12)).toEqual([]);
    });
  });

  describe('a listing by state', () => {
    it('is latest change first over all pages, each connection once', async () => {
      const expected: string[] = [];
      for (let index = 0; index < 12; index += 1) {
        const connection = await request(`cmp_${index}`);
        // Two share each instant: the id decides between them.
        const cause = aCause({ at: later(60 * Math.floor(index / 2)) });
        await save(reportFact(connection, { type: 'CodeRequested', source: 'operator' }, cause));
        expected.push(`${cause.at}#${connection.connectionId}`);
      }
      await save(cancel(await request('cmp_cancelled'), aCause())!);
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.connections.listByState('code-requested', {
          limit: 5,
          ...(cursor === undefined ? {} : { cursor }),
        });
        expect(page.connections.length).toBeLessThanOrEqual(5);
        found.push(...page.connections.map((one) => `${one.changedAt}#${one.connectionId}`));
        cursor = page.cursor;
      } while (cursor !== undefined);
      expect(found).toEqual(expected.sort().reverse());
      const cancelled = await store.connections.listByState('cancelled', { limit: 5 });
      expect(cancelled.connections).toHaveLength(1);
      expect(cancelled).not.toHaveProperty('cursor');
      expect((await store.connections.listByState('expired', { limit: 5 })).connections).toEqual([]);
    });

    it('refuses a cursor that is none of its own', async () => {
      const listing = store.connections.listByState('expired', { limit: 5, cursor: 'page 2' });
      await expect(listing).rejects.toThrow(/start the listing without one/);
    });
  });

  describe('a save', () => {
    it('is refused when another writer was first, and leaves nothing behind', async () => {
      const connection = await request();
      await save(reportFact(connection, { type: 'IntegrationReported', source: 'visma' }, aCause()));
      const late = reportFact(
        connection,
        { type: 'TenantIdReported', source: 'ticket', tenantId: someTenantId },
        aCause({ deliveryKey: 'ticket:1' }),
      );
      expect(await refusal(store.connections.save(late))).toBe('concurrent-change');
      expect(await store.deliveries.isSeen('ticket:1')).toBe(false);
      expect(await store.connections.history(connection.connectionId, 2)).toHaveLength(1);
    });

    it('of a connection that exists already as a new one is refused', async () => {
      const { connectionId } = await request();
      const other = requestConnection(
        { connectionId, environmentId: 'voorbeeld', companyId: 'cmp_one' },
        aCause({ correlationId: 'other' }),
      );
      expect(await refusal(store.connections.save(other))).toBe('concurrent-change');
    });

    it('succeeds again for whoever repeats it because the answer was lost, and writes nothing twice', async () => {
      const connection = await request();
      const cause = aCause({ deliveryKey: 'ticket:1' });
      const change = reportFact(connection, { type: 'IntegrationReported', source: 'ticket' }, cause);
      await store.connections.save(change);
      await save(reportFact(change.after, { type: 'CodeRequested', source: 'operator' }, aCause()));
      await expect(store.connections.save(change)).resolves.toBeUndefined();
      expect(await store.connections.history(connection.connectionId, 2)).toHaveLength(2);
      expect((await store.connections.find(connection.connectionId))?.version).toBe(4);
    });

    it('is refused for a delivery that was taken into account, whatever else is wrong', async () => {
      const connection = await request('cmp_one', 'voorbeeld', 'ticket:1');
      expect(await store.deliveries.isSeen('ticket:1')).toBe(true);
      const cause = aCause({ deliveryKey: 'ticket:1' });
      const again = reportFact(connection, { type: 'CodeRequested', source: 'ticket' }, cause);
      expect(await refusal(store.connections.save(again))).toBe('delivery-seen');
      const stale = reportFact(
        { ...connection, version: 1 },
        { type: 'CodeRequested', source: 'ticket' },
        cause,
      );
      expect(await refusal(store.connections.save(stale))).toBe('delivery-seen');
    });

    it('refuses as a mistake a step that the table of transitions does not know, or entries that do not fit', async () => {
      const connection = await request();
      const change = reportFact(connection, { type: 'CodeRequested', source: 'operator' }, aCause());
      const illegal = { ...change, after: { ...change.after, state: 'activated' as const } };
      await expect(store.connections.save(illegal)).rejects.toThrow(/cannot become activated/);
      await expect(store.connections.save({ ...change, entries: [] })).rejects.toThrow(/needs one entry/);
      const skipped = { ...change, after: { ...change.after, version: 4 } };
      await expect(store.connections.save(skipped)).rejects.toThrow(/needs one entry/);
    });

    it('by several writers of one version succeeds for exactly one', async () => {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 2, max: 6 }), fc.uuid(), async (writers, companyId) => {
          const connection = await request(companyId);
          const outcomes = await settled(
            Array.from({ length: writers }, (_, index) =>
              store.connections.save(
                reportFact(
                  connection,
                  { type: 'CodeRequested', source: 'operator' },
                  aCause({ by: `operator:${index}` }),
                ),
              ),
            ),
          );
          expect(outcomes.sort()).toEqual([...Array(writers - 1).fill('concurrent-change'), 'done']);
          expect(await store.connections.history(connection.connectionId, 2)).toHaveLength(1);
        }),
        { numRuns: 10 },
      );
    });
  });

  describe('taking a code', () => {
    it('removes it from the stock, and is refused when somebody else was faster', async () => {
      await store.stock.add([{ code: 'A', expiresAt: later(9_000) }], aCause());
      const [code] = await store.stock.available(later(0), 1);
      const one = await request('cmp_one');
      const two = await request('cmp_two');
      await save(issueCode(one, code!, aPolicy(), aCause()));
      expect(await store.stock.available(later(0), 1)).toEqual([]);
      expect(await refusal(store.connections.save(issueCode(two, code!, aPolicy(), aCause())))).toBe(
        'code-gone',
      );
      expect((await store.connections.find(two.connectionId))?.state).toBe('code-requested');
    });

    it('by 50 takers of 20 codes gives each code to one', async () => {
      const codes = Array.from({ length: 20 }, (_, index) => ({
        code: `CODE-${index}`,
        expiresAt: later(9_000),
      }));
      await store.stock.add(codes, aCause());
      const takers = await Promise.all(Array.from({ length: 50 }, (_, index) => request(`cmp_${index}`)));
      const take = async (connection: Connection, from: number): Promise<string> => {
        for (let look = 0; look < 60; look += 1) {
          const available = await store.stock.available(later(0), 20);
          const code = available[(from + look) % Math.max(1, available.length)];
          if (code === undefined) return 'empty';
          const [outcome] = await settled([
            store.connections.save(issueCode(connection, code, aPolicy(), aCause())),
          ]);
          if (outcome === 'done') return code.codeId;
        }
        return 'gave up';
      };
      const taken = await Promise.all(takers.map((connection, index) => take(connection, index * 7)));
      const won = taken.filter((outcome) => outcome.startsWith('code_'));
      expect(new Set(won).size).toBe(20);
      expect(won).toHaveLength(20);
      expect(taken.filter((outcome) => outcome === 'empty')).toHaveLength(30);
    });
  });

  describe('activation', () => {
    it('claims the tenant and maps the administrations in one transaction', async () => {
      const connection = await tested();
      const environment = (await store.environments.find('voorbeeld'))!;
      const mapping = mapToSoleConnection(environment, connection.connectionId, aCause());
      await store.connections.save(activate(connection, '12345678', aCause()), mapping);
      expect(await store.tenants.claimedBy(someTenantId)).toBe(connection.connectionId);
      expect((await store.connections.find(connection.connectionId))?.state).toBe('activated');
      expect((await store.environments.find('voorbeeld'))?.administrations[0]?.connectionId).toBe(
        connection.connectionId,
      );
      expect(await store.environments.history('voorbeeld')).toHaveLength(2);
    });

    it('writes nothing when the environment has changed meanwhile', async () => {
      const connection = await tested();
      const environment = (await store.environments.find('voorbeeld'))!;
      const mapping = mapToSoleConnection(environment, connection.connectionId, aCause())!;
      await store.environments.save(anEnvironmentChange({ ...environment, name: 'Anders' }, environment));
      expect(await refusal(store.connections.save(activate(connection, '12345678', aCause()), mapping))).toBe(
        'concurrent-change',
      );
      expect(await store.tenants.claimedBy(someTenantId)).toBeUndefined();
    });

    it('and a registration that were decided on each other’s former state exclude each other', async () => {
      const connection = await tested();
      const before = (await store.environments.find('voorbeeld'))!;
      const change = activate(connection, '12345678', aCause());
      const { environmentId, version } = before;
      const requiring = {
        ...change,
        effects: [...change.effects, { kind: 'require-environment' as const, environmentId, version }],
      };
      const { connectionId } = connection;
      const decidedOn = [{ connectionId, version: connection.version }];
      const registration = { ...anEnvironmentChange({ ...before, name: 'Anders' }, before), decidedOn };
      await store.environments.save(registration);
      expect(await refusal(store.connections.save(requiring))).toBe('concurrent-change');
      await save(change);
      const after = (await store.environments.find('voorbeeld'))!;
      const late = { ...anEnvironmentChange({ ...after, name: 'Later' }, after), decidedOn };
      expect(await refusal(store.environments.save(late))).toBe('concurrent-change');
      expect((await store.environments.find('voorbeeld'))?.name).toBe('Anders');
    });

    it('is refused while another connection holds the tenant, and possible after its release', async () => {
      const first = await tested('een', '11111111');
      const second = await tested('twee', '22222222');
      const activated = await save(activate(first, '11111111', aCause()));
      const other = activate(second, '22222222', aCause());
      expect(await refusal(store.connections.save(other))).toBe('tenant-claimed');
      await save(cancel(activated, aCause())!);
      expect(await store.tenants.claimedBy(someTenantId)).toBeUndefined();
      await save(other);
      expect(await store.tenants.claimedBy(someTenantId)).toBe(second.connectionId);
    });

    it('of several connections with one tenant succeeds for exactly one', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 2, max: 5 }),
          fc.integer({ min: 100, max: 999_999 }),
          async (rivals, seed) => {
            const tenantId = `8bdf18fd-21cc-11e9-b307-${String(seed).padStart(12, '0')}`;
            const connections: Connection[] = [];
            for (let index = 0; index < rivals; index += 1) {
              connections.push(await tested(`env-${seed}-${index}`, `${seed}${index}`, tenantId));
            }
            const outcomes = await settled(
              connections.map((connection, index) =>
                store.connections.save(activate(connection, `${seed}${index}`, aCause())),
              ),
            );
            expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
            expect(await store.tenants.claimedBy(tenantId)).toBe(
              connections[outcomes.indexOf('done')]?.connectionId,
            );
          },
        ),
        { numRuns: 5 },
      );
    });

    it('accepts the number in any spelling, seen in this tenant or in none', async () => {
      const connection = await tested();
      await store.tenants.rememberSeen('1234-5678', someTenantId);
      await save(activate(connection, '1234 5678', aCause()));
      expect((await store.connections.find(connection.connectionId))?.state).toBe('activated');
    });

    it.each([
      ['is registered twice', async () => void (await tested('ander', '12345678', otherTenantId))],
      ['was seen in another tenant', async () => store.tenants.rememberSeen('12345678', otherTenantId)],
      [
        'was seen in two tenants',
        async () => {
          await store.tenants.rememberSeen('12345678', someTenantId);
          await store.tenants.rememberSeen('12345678', otherTenantId);
        },
      ],
    ])('is refused when the company number %s', async (_, meanwhile) => {
      const connection = await tested();
      await meanwhile();
      expect(await refusal(store.connections.save(activate(connection, '12345678', aCause())))).toBe(
        'identity-not-sole',
      );
      expect(await store.tenants.claimedBy(someTenantId)).toBeUndefined();
    });

    it('is refused for a number that nobody registered, or that is registered for another company', async () => {
      const connection = await tested();
      await tested('ander', '87654321', otherTenantId);
      expect(await refusal(store.connections.save(activate(connection, '99999999', aCause())))).toBe(
        'identity-not-sole',
      );
      expect(await refusal(store.connections.save(activate(connection, '87654321', aCause())))).toBe(
        'identity-not-sole',
      );
    });
  });

  it('a fresh decision comes before any other refusal', async () => {
    const connection = await tested();
    await store.tenants.rememberSeen('12345678', otherTenantId);
    await save(reportFact(connection, { type: 'CodeRequested', source: 'operator' }, aCause()));
    expect(await refusal(store.connections.save(activate(connection, '12345678', aCause())))).toBe(
      'concurrent-change',
    );
  });

  it('an expired code is no longer in the way of the next', async () => {
    await store.stock.add([{ code: 'A', expiresAt: later(9_000) }], aCause());
    const [code] = await store.stock.available(later(0), 1);
    const issued = await save(issueCode(await request(), code!, aPolicy(), aCause()));
    const expired = await save(expireCode(issued, aCause()));
    expect(await store.connections.find(issued.connectionId)).toEqual(expired);
  });
}
