import type { Organisation } from '../connection/connection.ts';
import type { RateLimit } from './rate-limit.ts';

/**
 * What a token for a tenant and one read of it showed. Transient trouble is thrown, not answered.
 * Sources: visma.md 1.5, 3.5, [S9], [S10].
 */
export type TenantReading =
  | {
      readonly outcome: 'read';
      readonly organisations: readonly Organisation[];
      /** What was left of the tenant's calls after this one. */
      readonly rateLimit?: RateLimit;
    }
  | {
      readonly outcome:
        | 'not-integrated'
        | 'wrong-organisation'
        | 'no-licence'
        | 'missing-scopes'
        | 'client-rejected';
    };

/** What is known about one company number: who registered it and in which tenants it was read. */
export interface Identity {
  readonly corporateId: string;
  readonly registrations: readonly { readonly environmentId: string; readonly companyId: string }[];
  readonly tenants: readonly string[];
  /** Tenants that Visma's webhook reported as integrated and that nobody's connection has taken up yet. */
  readonly integrated: readonly string[];
}

/** Reads company numbers as equal that differ in case, blanks, dots and dashes only. */
export function normaliseCorporateId(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Whether a text can be a company's number at all. What people type into a field that must be filled (`nvt`, `onbekend`,
 * `-`, `00000000`) would match every tenant whose own administrator did the same. Numbers of companies and of VAT have
 * seven digits or more in every country where Visma.net is sold.
 */
export function isCompanyNumber(text: string): boolean {
  const digits = normaliseCorporateId(text).replace(/[^0-9]/g, '');
  return digits.length >= 5 && !/^(.)\1*$/.test(digits);
}

/**
 * Whether two readings of a tenant show the same organisations. Exports and health checks go by this one rule: a company's
 * number decides; where there is none, or what cannot be one, code, name and whatever stands for the number must all be
 * the same. No organisation at all is nobody.
 */
export function isSameCompany(
  judged: readonly ShownOrganisation[],
  read: readonly ShownOrganisation[],
): boolean {
  const marks = (organisations: readonly ShownOrganisation[]) =>
    organisations.map(({ organizationCd, name, corporateId }) => {
      const number = normaliseCorporateId(corporateId ?? '');
      return isCompanyNumber(number) ? number : JSON.stringify([organizationCd.trim(), name.trim(), number]);
    });
  return judged.length > 0 && areSame(marks(judged), marks(read));
}

/** Whether no field of any organisation differs. */
export function isUnchanged(
  stored: readonly ShownOrganisation[],
  read: readonly ShownOrganisation[],
): boolean {
  const fields = (organisations: readonly ShownOrganisation[]) =>
    organisations.map(({ organizationCd, name, corporateId }) =>
      JSON.stringify([organizationCd, name, corporateId ?? '']),
    );
  return areSame(fields(stored), fields(read));
}

/** An `Organisation` as whoever reads the API himself has it. */
interface ShownOrganisation {
  readonly organizationCd: string;
  readonly name: string;
  readonly corporateId?: string | undefined;
}

/** In any order: Visma promises none. */
function areSame(some: readonly string[], others: readonly string[]): boolean {
  const sorted = [...others].sort();
  return some.length === others.length && [...some].sort().every((one, index) => one === sorted[index]);
}

/**
 * What an operator decides on, in one line: the registered number beside the organisations that were read. Equal lines
 * are the same question; a company without a number is told by its name.
 */
export function identityShown(
  organisations: readonly Organisation[],
  registeredCorporateId: string | undefined,
): string {
  const read = organisations.map(({ corporateId, name }) => {
    const number = normaliseCorporateId(corporateId ?? '');
    return isCompanyNumber(number) ? number : `${JSON.stringify(name)}${number}`;
  });
  return `registered ${registeredCorporateId ?? 'none'}, read ${read.sort().join(' ') || 'none'}`;
}

/** Whether every organisation has a number and none the registered one. */
export function isAnotherCompany(
  organisations: readonly Organisation[],
  registeredCorporateId: string | undefined,
): boolean {
  const numbers = organisations.map(({ corporateId }) => normaliseCorporateId(corporateId ?? ''));
  return (
    registeredCorporateId !== undefined &&
    numbers.length > 0 &&
    !numbers.includes('') &&
    !numbers.includes(registeredCorporateId)
  );
}

/**
 * Whether the organisations read from a tenant are beyond doubt the registered company. One client reaches every
 * integrated tenant, so this is what keeps one customer's books out of another customer's company.
 */
export function judgeIdentity(
  organisations: readonly Organisation[],
  tenantId: string,
  registered: Identity | undefined,
): 'granted' | 'identity-mismatch' | 'identity-unclear' {
  const numbers = organisations.map((organisation) => normaliseCorporateId(organisation.corporateId ?? ''));
  if (registered === undefined || numbers.length === 0 || numbers.includes('')) return 'identity-unclear';
  if (isAnotherCompany(organisations, registered.corporateId)) return 'identity-mismatch';
  const sole =
    organisations.length === 1 &&
    registered.registrations.length === 1 &&
    registered.tenants.every((tenant) => tenant === tenantId);
  return sole ? 'granted' : 'identity-unclear';
}
