import { type Connection, isWorking } from '../connection/connection.ts';
import type { Environment } from '../environment/environment.ts';

/**
 * How far an environment is: as far as its company that is furthest behind, of those for which the customer can do
 * something where there are any. In this order, and a reminder's text follows it.
 */
export const standings = [
  'nothing-asked',
  'code-awaited',
  'code-expired',
  'code-issued',
  'tenant-id-missing',
  'test-running',
  'test-failed',
  'attention-needed',
  'mapping-missing',
  'disconnected',
  'done',
] as const;
export type Standing = (typeof standings)[number];

/** Environments of a campaign: those that have not moved yet, those that have, and both. */
export function totalsOf(counts: Readonly<Record<Standing, number>>): {
  readonly left: number;
  readonly done: number;
  readonly all: number;
} {
  const { done } = counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { left: all - done, done, all };
}

/** We or Visma are to act: the customer is not reminded. */
export function isVendorsTurn(standing: Standing): boolean {
  return standing === 'code-awaited' || standing === 'test-running' || standing === 'attention-needed';
}

/**
 * The standing, and since when by what is stored of its connections; `undefined` where nothing tells. Done is who has
 * a company and all of whose companies work: active, and Spend Cloud knows it. A cancelled onboarding leaves the company
 * where it was: to be moved.
 */
export function standingOf(
  environment: Pick<Environment, 'companies' | 'administrations'>,
  connections: readonly Connection[],
): { readonly standing: Standing; readonly since: string | undefined; readonly active: number } {
  const each = environment.companies.map(({ companyId }) => ({
    standing: standingOfCompany(companyId, environment, connections),
    since: connections.find((one) => one.companyId === companyId)?.changedAt,
  }));
  const active = each.filter(({ standing }) => standing === 'done').length;
  const [behind] = each.toSorted((one, other) => place(one.standing) - place(other.standing));
  return { standing: behind?.standing ?? 'nothing-asked', since: behind?.since, active };
}

/** What is ours comes behind all that is the customer's: else one company that waits for us would silence every other. */
function place(standing: Standing): number {
  const turn = standing === 'done' ? 2 : isVendorsTurn(standing) ? 1 : 0;
  return turn * standings.length + standings.indexOf(standing);
}

/** Of one company; what the connection page shows of it (`company-view.ts`) has the same next step. */
export function standingOfCompany(
  companyId: string,
  { companies, administrations }: Pick<Environment, 'companies' | 'administrations'>,
  connections: readonly Connection[],
): Standing {
  const connection = connections.find((one) => one.companyId === companyId);
  switch (connection?.state) {
    case undefined:
    case 'cancelled':
      return 'nothing-asked';
    case 'code-requested':
      return 'code-awaited';
    case 'expired':
      // Once access was tested the code has been used, most likely: what the test found is to be put right.
      return connection.lastFailure === undefined ? 'code-expired' : 'test-failed';
    case 'code-issued':
    case 'app-integrated':
      if (connection.lastFailure !== undefined) return 'test-failed';
      // After an operator refused a tenant it is integrated all the same.
      return connection.state === 'app-integrated' || connection.integratedAt !== undefined
        ? 'tenant-id-missing'
        : 'code-issued';
    case 'tenant-id-received':
      return 'test-running';
    case 'access-tested':
      // A sole company gets its administrations by itself, and what nobody can choose any more is ours to look at.
      return companies.length > 1 && administrations.some(({ connectionId }) => connectionId === undefined)
        ? 'mapping-missing'
        : 'test-running';
    case 'needs-attention':
      return 'attention-needed';
    case 'disconnected':
      return 'disconnected';
    case 'activated':
      // Until Spend Cloud has taken the word of it, something of ours is still running.
      return isWorking(connection) ? 'done' : 'test-running';
  }
}
