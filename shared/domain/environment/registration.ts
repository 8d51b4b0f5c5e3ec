import { isCompanyNumber, normaliseCorporateId } from '../tenant/identity.ts';
import { isMeant, normaliseName } from './company-names.ts';
import type { Contact, Locale } from './environment.ts';

/** What an operator or the import says of an environment. */
export interface Registration {
  readonly environmentId: string;
  readonly name: string;
  readonly locale: Locale;
  readonly contacts: readonly Contact[];
  readonly contactPerson: Contact;
  readonly exportFormats: readonly string[];
  readonly companies: readonly { readonly name: string; readonly corporateId: string }[];
  readonly administrations: readonly {
    readonly administrationId: string;
    readonly name: string;
    /** Company number or name. */
    readonly company?: string | undefined;
  }[];
}

export interface Problem {
  /** Path in the registration, e.g. `companies.0.corporateId`. */
  readonly path: string;
  readonly message: string;
}

/** Where a registration contradicts itself. */
export function contradictions(registration: Registration): Problem[] {
  const problems: Problem[] = [];
  const numbers = registration.companies.map((company) => normaliseCorporateId(company.corporateId));
  numbers.forEach((number, index) => {
    const path = `companies.${index}.corporateId`;
    if (!isCompanyNumber(number))
      problems.push({
        path,
        message:
          'must be the number that the company is registered by: five digits or more, not all the same',
      });
    else if (numbers.indexOf(number) < index)
      problems.push({ path, message: 'is listed twice: list each company once' });
  });
  const names = registration.companies.map((company) => normaliseName(company.name));
  names.forEach((name, index) => {
    if (names.indexOf(name) < index)
      problems.push({
        path: `companies.${index}.name`,
        message: 'is listed twice: give each company its own name',
      });
  });
  const administrationIds = registration.administrations.map(({ administrationId }) => administrationId);
  registration.administrations.forEach(({ administrationId, company }, index) => {
    const path = `administrations.${index}`;
    if (administrationIds.indexOf(administrationId) < index)
      problems.push({
        path: `${path}.administrationId`,
        message: 'is listed twice: list each administration once',
      });
    const known = registration.companies.some(
      (candidate) => company === undefined || isMeant(candidate, company),
    );
    if (company !== undefined && !known)
      problems.push({
        path: `${path}.company`,
        message: 'is none of the companies: give its number or name',
      });
  });
  return problems;
}
