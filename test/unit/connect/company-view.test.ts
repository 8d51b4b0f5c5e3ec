import { describe, expect, it } from 'vitest';
import { companyViews } from '../../../functions/connect-page/company-view.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import type { Environment } from '../../../shared/domain/environment/environment.ts';
import { withSingleStops } from '../../../shared/platform/punctuation.ts';
import {
  aConnectionWithTenant,
  aDisconnectedConnection,
  aTestedConnection,
} from '../../builders/connection.ts';
import { aCompany, anAdministration, anEnvironment } from '../../builders/environment.ts';
import { someTime } from '../../builders/history.ts';

function viewOf(connection: Connection, environment = anEnvironment()) {
  return companyViews(environment, [connection], new Date(someTime))[0];
}

function withCompanies(overrides: Partial<Environment>): Environment {
  const other = aCompany({ corporateId: '87654321', name: 'Voorbeeld Transport B.V.' });
  return anEnvironment({ companies: [aCompany(), other], ...overrides });
}

describe('what the page says of a company', () => {
  it('says that it works once Spend Cloud knows', () => {
    const { spendCloudInformedAt: _not, ...untold } = aTestedConnection({ state: 'activated' });
    const views = [viewOf(untold), viewOf(aTestedConnection({ state: 'activated' }))];
    expect(views.map((view) => [view?.situation, view?.steps.active, view?.actions])).toEqual([
      ['finishing', 'now', []],
      ['active', 'done', []],
    ]);
  });

  it('asks for the mapping where it is missing, and only there', () => {
    const mapped = [anAdministration({ connectionId: aTestedConnection().connectionId })];
    expect([
      viewOf(aTestedConnection(), withCompanies({}))?.situation,
      viewOf(aTestedConnection(), withCompanies({ administrations: mapped }))?.situation,
      viewOf(aTestedConnection())?.situation,
    ]).toEqual(['mapping', 'finishing', 'finishing']);
  });

  it.each([
    ['not-integrated', 'code-issued', true, ['integrated', 'tenant-id', 'code-again']],
    ['tenant-claimed', 'code-issued', true, ['tenant-id', 'code-again']],
    // The code was used in the wrong place: a new one comes first.
    ['wrong-organisation', 'code-issued', false, ['new-code', 'tenant-id']],
    // It was used in the right place.
    ['no-licence', 'app-integrated', false, ['integrated', 'tenant-id']],
    ['missing-scopes', 'app-integrated', false, ['integrated', 'tenant-id']],
    ['missing-scopes', 'expired', false, ['integrated', 'tenant-id', 'new-code']],
  ] as const)('shows after %s in %s only what helps', (lastFailure, state, showsCode, actions) => {
    const view = viewOf(aConnectionWithTenant({ state, lastFailure }));
    expect([view?.failure, view?.code !== undefined, view?.actions]).toEqual([
      lastFailure,
      showsCode,
      actions,
    ]);
  });

  it.each([
    ['not-integrated', undefined, 'integrate'],
    ['no-licence', 'no-licence', 'access'],
    ['missing-scopes', 'missing-scopes', 'integrate'],
    ['identity-changed', undefined, 'access'],
  ] as const)('tells of a disconnection for %s how it is mended and where', (reason, failure, step) => {
    const connection = aDisconnectedConnection();
    const disconnection = connection.disconnection && { ...connection.disconnection, reason };
    const view = viewOf({ ...connection, ...(disconnection && { disconnection }) });
    expect([view?.situation, view?.failure]).toEqual(['disconnected', failure]);
    const problem = Object.entries(view?.steps ?? {}).find(([, status]) => status === 'problem');
    expect(problem?.[0]).toBe(step);
  });
});

describe('a sentence that ends with a name', () => {
  it('ends once', () => {
    expect(withSingleStops('Kies Voorbeeld B.V.. Klaar... Ja.')).toBe('Kies Voorbeeld B.V. Klaar... Ja.');
  });
});
