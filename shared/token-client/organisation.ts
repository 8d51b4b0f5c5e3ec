import * as z from 'zod';
import type { VismaToken } from '../contracts/tokens/token-broker.ts';
import { normaliseCorporateId } from '../domain/tenant/identity.ts';
import { VismaWrongOrganisation } from './errors.ts';

/** Part of Visma's ExtendedOrganizationDto; absent, null and empty are the same: none. */
const organisationsRead = z
  .array(
    z.object({
      organizationCd: z.union([z.string(), z.number()]).transform(String),
      name: z.string().nullish(),
      corporateId: z.string().nullish(),
    }),
  )
  .min(1);

/**
 * Whether `read`, the JSON that `GET /v1/organization` answers to this token, shows exactly the organisations that were
 * judged to be the customer's own when the connection was activated. One client reaches every customer's books: this is
 * what keeps one customer's documents out of another's. Numbers are compared where there are any; an organisation
 * without one must have the same code and name, and still no number.
 */
export function isMappedOrganisation(token: Pick<VismaToken, 'organisations'>, read: unknown): boolean {
  const parsed = organisationsRead.safeParse(read);
  if (!parsed.success) return false;
  const judged = token.organisations.map(shown).sort();
  const found = parsed.data.map(shown).sort();
  return judged.length === found.length && judged.every((one, index) => one === found[index]);
}

/** Throws `VismaWrongOrganisation` unless `isMappedOrganisation`. Call it before the first write with a token. */
export function assertMappedOrganisation(
  token: Pick<VismaToken, 'organisations' | 'connectionId'>,
  read: unknown,
): void {
  if (!isMappedOrganisation(token, read)) throw new VismaWrongOrganisation(token);
}

function shown(organisation: z.output<typeof organisationsRead>[number]): string {
  const number = normaliseCorporateId(organisation.corporateId ?? '');
  if (number !== '') return number;
  return JSON.stringify([organisation.organizationCd.trim(), organisation.name?.trim() ?? '']);
}
