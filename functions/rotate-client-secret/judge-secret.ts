import type { ClientCredentials } from '../../shared/adapters/secrets-manager/client-secret-versions.ts';
import type { TokenAnswer } from '../../shared/adapters/visma/connect.ts';
import { TransientError } from '../../shared/platform/errors.ts';

/** What the token endpoint said to a secret, request by request. */
export interface Evidence {
  readonly tokens: number;
  /** The tenant was the reason that there is no token, so the client itself was known. */
  readonly known: number;
  readonly refused: number;
  /** Answers that no document explains. */
  readonly unexplained: number;
  readonly unanswered: number;
  /** Whether the tenants are those of active connections: only then can another secret have got a token for them. */
  readonly comparable: boolean;
}

export type Judgement =
  | 'accepted'
  | 'refused'
  /** Another secret gets a token for the same tenants, this one does not: e.g. the client of another application. */
  | 'no-token'
  /** It isn't a client id and secret at all. */
  | 'malformed'
  /** Both accepted and refused, as while a change in the portal spreads, or not to be understood. */
  | 'unclear'
  /** Visma is away or throttles: nothing follows from that. */
  | 'unanswered';

export type AskForToken = (client: ClientCredentials, tenantId: string) => Promise<TokenAnswer>;

/** Known to nobody: whether a client is accepted is told before its tenant is looked at. */
const noTenant = '00000000-0000-0000-0000-000000000000';

/** Asks for a token for each of the tenants at once, or for none's where no connection is active. */
export async function gatherEvidence(
  ask: AskForToken,
  client: ClientCredentials,
  tenants: readonly string[],
): Promise<Evidence> {
  const asked = tenants.length === 0 ? [noTenant] : tenants;
  const answers = await Promise.all(asked.map((tenantId) => answerTo(ask, client, tenantId)));
  const count = (kind: Answer) => answers.filter((answer) => answer === kind).length;
  return {
    tokens: count('token'),
    known: count('known'),
    refused: count('refused'),
    unexplained: count('unexplained'),
    unanswered: count('unanswered'),
    comparable: tenants.length > 0,
  };
}

type Answer = 'token' | 'known' | 'refused' | 'unexplained' | 'unanswered';

async function answerTo(ask: AskForToken, client: ClientCredentials, tenantId: string): Promise<Answer> {
  try {
    const { outcome } = await ask(client, tenantId);
    switch (outcome) {
      case 'token':
        return 'token';
      case 'client-rejected':
        return 'refused';
      case 'not-integrated':
      case 'missing-scopes':
        return 'known';
    }
  } catch (error) {
    return error instanceof TransientError ? 'unanswered' : 'unexplained';
  }
}

/**
 * The texts by which Visma Connect refuses a client are not documented (visma.md 1.5), and a refusal that we took for a
 * tenant's would have a useless secret promoted. So a secret that gets no token at all is measured by another one.
 */
export async function judge(
  evidence: Evidence | 'malformed',
  other: () => Promise<Evidence | 'malformed'>,
): Promise<Judgement> {
  if (evidence === 'malformed') return 'malformed';
  const { tokens, known, refused, unexplained, comparable } = evidence;
  if (refused > 0) return tokens + known === 0 ? 'refused' : 'unclear';
  if (tokens > 0 || (known > 0 && !comparable)) return 'accepted';
  if (known === 0) return unexplained > 0 ? 'unclear' : 'unanswered';
  const measure = await other();
  if (measure === 'malformed') return 'accepted';
  if (measure.tokens > 0) return 'no-token';
  if (measure.refused > 0) return 'accepted';
  // Neither gets a token: the tenants may be broken themselves, and tell nothing of either secret.
  return measure.known > 0 ? 'unclear' : 'unanswered';
}

export function isRefusal(judgement: Judgement): boolean {
  return judgement === 'refused' || judgement === 'no-token' || judgement === 'malformed';
}
