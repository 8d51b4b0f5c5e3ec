import type { TenantReading } from '../../domain/tenant/identity.ts';

/** A vendor's answer that is not a success, reduced to what its meaning hangs on. */
export interface VismaFailure {
  readonly from: 'token' | 'api';
  readonly status: number;
  /** `error` of the token endpoint (RFC 6749 5.2), the fault code of the ERP API; both can be missing. */
  readonly code: string | undefined;
}

export type Meaning =
  | Exclude<TenantReading['outcome'], 'read'>
  /** Asked again, after `Retry-After` if it says so. */
  | 'transient'
  /** Nothing that the documents know: for a person to look at. */
  | 'unexpected';

/** Those that a caller is told; the others are thrown. */
export type FailedMeaning = Exclude<Meaning, 'transient' | 'unexpected'>;

interface Row {
  readonly from: VismaFailure['from'];
  readonly statuses: 'any' | readonly number[] | 'server';
  readonly codes: 'any' | readonly string[];
  readonly meaning: Meaning;
  readonly source: string;
}

/** 408 and 425 ask for a repetition by their definition (RFC 9110 15.5.9, RFC 8470 5.2). */
const askAgain = [408, 425, 429] as const;

/**
 * Every failure of Visma's that is told apart, first match wins. Network errors and timeouts are transient before any
 * answer is there. The token endpoint's texts are unconfirmed, so it is read by class (visma.md 1.5).
 */
const vismaFailures: readonly Row[] = [
  { from: 'token', statuses: askAgain, codes: 'any', meaning: 'transient', source: 'visma.md 1.5, 1.6' },
  { from: 'token', statuses: 'server', codes: 'any', meaning: 'transient', source: 'visma.md 1.5, 3.7' },
  {
    from: 'token',
    statuses: 'any',
    codes: ['temporarily_unavailable', 'server_error'],
    meaning: 'transient',
    source: 'visma.md 1.5 [S33]',
  },
  {
    // Ours: a wrong secret, a deleted client, a grant type that is not enabled for it. Never blamed on the customer.
    from: 'token',
    statuses: 'any',
    codes: ['invalid_client', 'unauthorized_client', 'unsupported_grant_type'],
    meaning: 'client-rejected',
    source: 'visma.md 1.5',
  },
  { from: 'token', statuses: [401], codes: 'any', meaning: 'client-rejected', source: 'RFC 6749 5.2' },
  {
    // Customers choose which permissions they grant (visma.md 1.5, last paragraph).
    from: 'token',
    statuses: [400],
    codes: ['invalid_scope'],
    meaning: 'missing-scopes',
    source: 'visma.md 1.5 [S35]',
  },
  { from: 'token', statuses: [400], codes: 'any', meaning: 'not-integrated', source: 'visma.md 1.5 [S13]' },
  { from: 'api', statuses: askAgain, codes: 'any', meaning: 'transient', source: 'visma.md 3.5 [S55]' },
  {
    // Seen with the Customer tenant too, whose usual answer is 401: the mail on a missing licence names both causes.
    from: 'api',
    statuses: 'any',
    codes: ['12027'],
    meaning: 'no-licence',
    source: 'visma.md 3.5 [S10]',
  },
  { from: 'api', statuses: 'server', codes: 'any', meaning: 'transient', source: 'visma.md 3.7' },
  {
    // The token was just issued, so it is the tenant that the API doesn't know: the Customer's instead of the Company's.
    from: 'api',
    statuses: [401],
    codes: 'any',
    meaning: 'wrong-organisation',
    source: 'visma.md 3.5 [S9]',
  },
  { from: 'api', statuses: [403], codes: 'any', meaning: 'missing-scopes', source: 'visma.md 3.5' },
];

export function meaningOf(failure: VismaFailure): Meaning {
  const row = vismaFailures.find(
    ({ from, statuses, codes }) =>
      from === failure.from &&
      (statuses === 'any' ||
        (statuses === 'server' ? failure.status >= 500 : statuses.includes(failure.status))) &&
      (codes === 'any' || (failure.code !== undefined && codes.includes(failure.code))),
  );
  return row?.meaning ?? 'unexpected';
}
