import { normaliseCorporateId } from '../tenant/identity.ts';
import type { Company, Environment } from './environment.ts';

/** One spelling per name: case and blanks do not tell names apart. */
export function normaliseName(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

export function sameName(one: string, other: string): boolean {
  return normaliseName(one) === normaliseName(other);
}

/** A company's name may end with a full stop ("B.V."), and then a sentence that ends with it has one already. */
export function withSingleStops(text: string): string {
  return text.replace(/(?<!\.)\.\.(?!\.)/g, '.');
}

/** Whether a text names the company: its number or its name. */
export function isMeant(
  company: { readonly name: string; readonly corporateId?: string | undefined },
  text: string,
): boolean {
  const number = normaliseCorporateId(company.corporateId ?? '');
  return sameName(company.name, text) || (number !== '' && number === normaliseCorporateId(text));
}

/** Which of an environment's companies the names and numbers mean, and which texts mean none. */
export function findCompanies(
  environment: Environment,
  texts: readonly string[],
): { readonly companies: readonly Company[]; readonly unknown: readonly string[] } {
  const companies = new Map<string, Company>();
  const unknown: string[] = [];
  for (const text of texts) {
    const company = environment.companies.find((candidate) => isMeant(candidate, text));
    if (company === undefined) unknown.push(text);
    else companies.set(company.companyId, company);
  }
  return { companies: [...companies.values()], unknown };
}

/** The texts of a list separated by `;`, without blanks and repetitions. */
export function splitCompanies(list: string | undefined): readonly string[] {
  const texts = (list ?? '').split(';').map((text) => text.trim());
  return [...new Set(texts.filter((text) => text !== ''))];
}
