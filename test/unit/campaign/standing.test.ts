import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isVendorsTurn, standingOf, standings } from '../../../shared/domain/campaign/standing.ts';
import {
  type Connection,
  type ConnectionState,
  connectionStates,
} from '../../../shared/domain/connection/connection.ts';
import { aConnection, aTestedConnection } from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { later, someTime } from '../../builders/history.ts';

const one = anEnvironment();
const of = (state: ConnectionState, more: Partial<Connection> = {}) => aConnection({ state, ...more });
const standing = (...connections: readonly Connection[]) => standingOf(one, connections).standing;

describe('how far an environment is', () => {
  it.each([
    ['nothing-asked', undefined, {}],
    ['nothing-asked', 'cancelled', {}],
    ['code-awaited', 'code-requested', {}],
    ['code-expired', 'expired', {}],
    ['code-issued', 'code-issued', {}],
    ['test-failed', 'code-issued', { lastFailure: 'no-licence' }],
    ['tenant-id-missing', 'app-integrated', {}],
    ['test-failed', 'app-integrated', { lastFailure: 'wrong-organisation' }],
    ['test-running', 'tenant-id-received', {}],
    ['mapping-missing', 'access-tested', {}],
    ['attention-needed', 'needs-attention', {}],
    ['disconnected', 'disconnected', {}],
    ['done', 'activated', { spendCloudInformedAt: someTime }],
  ] as const)('is %s with a company that is %s %o', (expected, state, more) => {
    expect(standing(...(state === undefined ? [] : [of(state, more)]))).toBe(expected);
  });

  it('is not done before Spend Cloud knows, which is our turn', () => {
    const { spendCloudInformedAt: _told, ...untold } = aTestedConnection({ state: 'activated' });
    expect(standing(untold)).toBe('test-running');
    expect(isVendorsTurn(standing(untold))).toBe(true);
    expect(standingOf(one, [untold]).active).toBe(0);
    expect(standing(aTestedConnection({ state: 'activated' }))).toBe('done');
  });

  it('is as far as the company furthest behind, since when that is there', () => {
    const companies = ['1', '2', '3'].map((number) => aCompany({ corporateId: number.repeat(8) }));
    const each = (states: readonly ConnectionState[]) =>
      states.map((state, index) =>
        of(state, {
          companyId: companies[index]?.companyId ?? '',
          changedAt: later(index),
          spendCloudInformedAt: someTime,
        }),
      );
    expect(standingOf({ companies }, each(['activated', 'code-issued', 'access-tested']))).toEqual({
      standing: 'code-issued',
      since: later(1),
      active: 1,
    });
    expect(standingOf({ companies }, each(['activated', 'activated']))).toMatchObject({
      standing: 'nothing-asked',
      active: 2,
    });
    expect(standingOf({ companies }, each(['activated', 'activated', 'activated']))).toMatchObject({
      standing: 'done',
      active: 3,
    });
  });

  it('is ours only where the customer can do nothing for any company', () => {
    const companies = ['1', '2'].map((number) => aCompany({ corporateId: number.repeat(8) }));
    const both = (...states: readonly ConnectionState[]) =>
      standingOf(
        { companies },
        states.map((state, index) => of(state, { companyId: companies[index]?.companyId ?? '' })),
      ).standing;
    expect(both('code-requested', 'code-issued')).toBe('code-issued');
    expect(both('needs-attention', 'access-tested')).toBe('mapping-missing');
    expect(both('tenant-id-received', 'disconnected')).toBe('disconnected');
    expect(both('tenant-id-received', 'code-requested')).toBe('code-awaited');
    expect(both('activated', 'needs-attention')).toBe('test-running');
  });

  it('is that nothing was asked where there is no company', () => {
    expect(standingOf({ companies: [] }, [])).toEqual({
      standing: 'nothing-asked',
      since: undefined,
      active: 0,
    });
  });

  it('is one of the standings for whatever is stored, and done only if every company is', () => {
    const companies = ['1', '2', '3'].map((number) => aCompany({ corporateId: number.repeat(8) }));
    const stored = fc.tuple(fc.constantFrom(...connectionStates), fc.boolean());
    fc.assert(
      fc.property(fc.array(stored, { maxLength: 3 }), (states) => {
        const connections = states.map(([state, told], index) =>
          of(state, {
            companyId: companies[index]?.companyId ?? '',
            ...(told ? { spendCloudInformedAt: someTime } : {}),
          }),
        );
        const result = standingOf({ companies }, connections);
        expect(standings).toContain(result.standing);
        const working = states.filter(([state, told]) => state === 'activated' && told).length;
        expect(result.active).toBe(working);
        expect(result.standing === 'done').toBe(working === 3);
      }),
    );
  });
});
