import * as z from 'zod';
import type { Organisation } from '../../domain/connection/connection.ts';
import type { RateLimit } from '../../domain/tenant/rate-limit.ts';
import { parseAs, parseJson } from '../parsing.ts';
import type { FailedMeaning } from './errors.ts';
import { ask, type Outside } from './request.ts';

/** Part of ExtendedOrganizationDto (visma.md 3.2 [S11][S22]). Absent, null and empty numbers are the same: none. */
const organisations = z.array(
  z.object({
    organizationCd: z.union([z.string(), z.number()]).transform((value) => String(value).trim()),
    name: z.string().nullish(),
    corporateId: z.string().nullish(),
  }),
);

export type OrganisationsAnswer =
  | {
      readonly outcome: 'read';
      readonly organisations: readonly Organisation[];
      readonly rateLimit?: RateLimit;
    }
  | { readonly outcome: FailedMeaning };

/** `GET /v1/organization` with a token of the tenant: proves token, tenant, licence and scope, and says who it is. */
export async function readOrganisations(
  apiUrl: string,
  accessToken: string,
  outside: Outside,
): Promise<OrganisationsAnswer> {
  const answer = await ask(
    "Visma's API",
    'api',
    `${apiUrl.replace(/\/+$/, '')}/v1/organization`,
    { headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` } },
    faultCodeIn,
    outside,
  );
  if (!answer.ok) return { outcome: answer.meaning };
  const read = parseAs(organisations, parseJson(answer.text), "Visma's list of organisations");
  const { rateLimit } = answer;
  return {
    outcome: 'read',
    ...(rateLimit === undefined ? {} : { rateLimit }),
    organisations: read.map(({ organizationCd, name, corporateId }) => {
      const number = corporateId?.trim() ?? '';
      return { organizationCd, name: name?.trim() ?? '', ...(number === '' ? {} : { corporateId: number }) };
    }),
  };
}

/**
 * `12027` of an IPPException body (visma.md 3.5 [S10][S50]). Read from the text, because gateways answer XML or
 * nothing at all where JSON is documented.
 */
function faultCodeIn(text: string): string | undefined {
  return /Exception(?:FaultCode|MessageID)["'>:\s]+(\d+)/i.exec(text)?.[1];
}
