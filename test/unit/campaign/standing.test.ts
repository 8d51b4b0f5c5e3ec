import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { companyViews, type Situation } from '../../../functions/connect-page/company-view.ts';
import {
  isVendorsTurn,
  type Standing,
  standingOf,
  standingOfCompany,
  standings,
} from '../../../shared/domain/campaign/standing.ts';
import {
  accessTestFailures,
  type Connection,
  type ConnectionState,
  connectionStates,
} from '../../../shared/domain/connection/connection.ts';
import { aConnection, aTestedConnection } from '../../builders/connection.ts';
import { aCompany, anAdministration, anEnvironment } from '../../builders/environment.ts';
import { later, someTime } from '../../builders/history.ts';

const one = anEnvironment();
const { administrations } = one;
const of = (state: ConnectionState, more: Partial<Connection> = {}) => aConnection({ state, ...more });
const standing = (...connections: readonly Connection[]) => standingOf(one, connections).standing;

describe('how far an environment is', () => {
  it.each([
    ['nothing-asked', undefined, {}],
    ['nothing-asked', 'cancelled', {}],
    ['code-awaited', 'code-requested', {}],
    ['code-expired', 'expired', {}],
    ['code-expired', 'expired', { integratedAt: someTime }],
    ['test-failed', 'expired', { lastFailure: 'no-licence' }],
    ['code-issued', 'code-issued', {}],
    ['test-failed', 'code-issued', { lastFailure: 'no-licence' }],
    ['tenant-id-missing', 'app-integrated', {}],
    ['tenant-id-missing', 'code-issued', { integratedAt: someTime }],
    ['test-failed', 'app-integrated', { lastFailure: 'wrong-organisation' }],
    ['test-running', 'tenant-id-received', {}],
    ['test-running', 'access-tested', {}],
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
    expect(
      standingOf({ companies, administrations }, each(['activated', 'code-issued', 'access-tested'])),
    ).toEqual({
      standing: 'code-issued',
      since: later(1),
      active: 1,
    });
    expect(standingOf({ companies, administrations }, each(['activated', 'activated']))).toMatchObject({
      standing: 'nothing-asked',
      active: 2,
    });
    expect(
      standingOf({ companies, administrations }, each(['activated', 'activated', 'activated'])),
    ).toMatchObject({
      standing: 'done',
      active: 3,
    });
  });

  it('is ours only where the customer can do nothing for any company', () => {
    const companies = ['1', '2'].map((number) => aCompany({ corporateId: number.repeat(8) }));
    const both = (...states: readonly ConnectionState[]) =>
      standingOf(
        { companies, administrations },
        states.map((state, index) => of(state, { companyId: companies[index]?.companyId ?? '' })),
      ).standing;
    expect(both('code-requested', 'code-issued')).toBe('code-issued');
    expect(both('needs-attention', 'access-tested')).toBe('mapping-missing');
    expect(both('tenant-id-received', 'disconnected')).toBe('disconnected');
    expect(both('tenant-id-received', 'code-requested')).toBe('code-awaited');
    expect(both('activated', 'needs-attention')).toBe('test-running');
  });

  it('is that administrations are to be chosen only where the customer has a choice', () => {
    const companies = ['1', '2'].map((number) => aCompany({ corporateId: number.repeat(8) }));
    const tested = companies.map(({ companyId }) => aTestedConnection({ companyId }));
    expect(standingOf({ companies, administrations }, tested).standing).toBe('mapping-missing');
    const mapped = [anAdministration({ connectionId: tested[0]?.connectionId ?? '' })];
    expect(standingOf({ companies, administrations: mapped }, tested).standing).toBe('test-running');
    expect(standingOf({ companies, administrations: [] }, tested).standing).toBe('test-running');
  });

  it('has the next step that the connection page shows', () => {
    const [shown = one.companies[0]!, works] = [aCompany(), aCompany({ corporateId: '2' })];
    const steps: Readonly<Record<Standing, readonly Situation[]>> = {
      'nothing-asked': ['not-requested', 'ended'],
      'code-awaited': ['code-coming'],
      'code-expired': ['expired'],
      'code-issued': ['integrate', 'expired'],
      'tenant-id-missing': ['tenant-id'],
      'test-running': ['testing', 'finishing'],
      'test-failed': ['failed'],
      // The customer may correct his Tenant ID while an operator looks at it.
      'attention-needed': ['with-us', 'failed'],
      'mapping-missing': ['mapping'],
      disconnected: ['disconnected'],
      done: ['active'],
    };
    const stored = fc.record({
      state: fc.constantFrom(...connectionStates),
      lastFailure: fc.option(fc.constantFrom(...accessTestFailures), { nil: undefined }),
      integratedAt: fc.option(fc.constant(someTime), { nil: undefined }),
      spendCloudInformedAt: fc.option(fc.constant(someTime), { nil: undefined }),
      companies: fc.constantFrom([shown], [shown, works]),
      administrations: fc.constantFrom([], [anAdministration()], [anAdministration({ connectionId: 'con' })]),
    });
    fc.assert(
      fc.property(stored, ({ companies, administrations: some, ...fields }) => {
        const known = Object.entries(fields).filter(([, value]) => value !== undefined);
        const connection = aConnection({ companyId: shown.companyId, ...Object.fromEntries(known) });
        const environment = anEnvironment({ companies, administrations: some });
        const [view] = companyViews(environment, [connection], new Date(someTime));
        const step = standingOfCompany(shown.companyId, environment, [connection]);
        expect(steps[step]).toContain(view?.situation);
      }),
      { numRuns: 500 },
    );
  });

  it('is that nothing was asked where there is no company', () => {
    expect(standingOf({ companies: [], administrations }, [])).toEqual({
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
        const result = standingOf({ companies, administrations }, connections);
        expect(standings).toContain(result.standing);
        const working = states.filter(([state, told]) => state === 'activated' && told).length;
        expect(result.active).toBe(working);
        expect(result.standing === 'done').toBe(working === 3);
      }),
    );
  });
});
