import type {
  Administration,
  Company,
  Environment,
  EnvironmentChange,
} from '../../shared/domain/environment/environment.ts';
import { writeEntry } from '../../shared/domain/history/entry.ts';
import { companyIdOf } from '../../shared/platform/ids.ts';
import { aCause, someTime } from './history.ts';

export const environmentIdByDefault = 'voorbeeld';

export function aCompany(overrides: Partial<Company> & { environmentId?: string } = {}): Company {
  const { environmentId = environmentIdByDefault, ...fields } = overrides;
  const corporateId = fields.corporateId ?? '12345678';
  return {
    companyId: companyIdOf(environmentId, corporateId),
    name: 'Voorbeeld Holding B.V.',
    corporateId,
    ...fields,
  };
}

export function anAdministration(overrides: Partial<Administration> = {}): Administration {
  return { administrationId: 'adm-1', name: 'Voorbeeld Holding', ...overrides };
}

/** Takes part, one company, one administration that nobody mapped, one contact. */
export function anEnvironment(overrides: Partial<Environment> = {}): Environment {
  const environmentId = overrides.environmentId ?? environmentIdByDefault;
  return {
    environmentId,
    name: 'Voorbeeld Groep',
    locale: 'nl',
    contacts: [{ email: `finance@${environmentId}.example`, name: 'Finance' }],
    contactPerson: { email: 'consultant@vendor.example', name: 'Consultant' },
    exportFormats: ['Visma.net Financials'],
    companies: [aCompany({ environmentId })],
    administrations: [anAdministration()],
    version: 1,
    changedAt: someTime,
    ...overrides,
  };
}

/** The next version of an environment with one entry that tells of it; a registration when there is no `before`. */
export function anEnvironmentChange(
  after: Environment,
  before?: Environment,
  deliveryKey?: string,
): EnvironmentChange {
  const sequence = (before?.version ?? 0) + 1;
  return {
    before,
    after: { ...after, version: sequence },
    entries: [
      writeEntry(
        { aggregate: 'environment', aggregateId: after.environmentId, sequence },
        before === undefined ? 'EnvironmentRegistered' : 'EnvironmentChanged',
        aCause(deliveryKey === undefined ? {} : { deliveryKey }),
        { environmentId: after.environmentId },
      ),
    ],
    ...(deliveryKey === undefined ? {} : { deliveryKey }),
  };
}
