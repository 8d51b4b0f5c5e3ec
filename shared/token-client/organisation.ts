import * as z from 'zod';
import type { VismaToken } from '../contracts/tokens/token-broker.ts';
import { isSameCompany } from '../domain/tenant/identity.ts';
import { VismaWrongOrganisation } from './errors.ts';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** Part of Visma's ExtendedOrganizationDto; absent, null and empty are the same: none. */
const organisationsRead = z.array(
  z.object({
    organizationCd: z.union([z.string(), z.number()]).transform(String),
    name: text,
    corporateId: text,
  }),
);

/**
 * Whether `read`, the JSON that `GET /v1/organization` answers to this token, shows exactly the organisations that were
 * judged to be the customer's own, at the activation or by a health check since. One client reaches every customer's
 * books: this is what keeps one customer's documents out of another's. Numbers are compared where there are any; an
 * organisation without one, or with what cannot be one, must have the same code and name, and still no other number.
 */
export function isMappedOrganisation(token: Pick<VismaToken, 'organisations'>, read: unknown): boolean {
  const parsed = organisationsRead.safeParse(read);
  return parsed.success && isSameCompany(token.organisations, parsed.data);
}

/** Throws `VismaWrongOrganisation` unless `isMappedOrganisation`. Call it before the first write with a token. */
export function assertMappedOrganisation(
  token: Pick<VismaToken, 'organisations' | 'connectionId'>,
  read: unknown,
): void {
  if (!isMappedOrganisation(token, read)) throw new VismaWrongOrganisation(token);
}
