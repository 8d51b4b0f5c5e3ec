import type { UnmatchedReason } from '../delivery/repository.ts';
import { normaliseName, sameName } from '../environment/company-names.ts';
import type { Environment } from '../environment/environment.ts';

/** Whose environment a message is about, or why an operator must look. */
export type Requester = { readonly environment: Environment } | { readonly unmatched: UnmatchedReason };

/**
 * Resolves the environment by the requester's registered address. What a field names only tells one's own environments
 * apart: it never opens another one. `namedExists` says whether the name is an environment's at all.
 */
export function resolveRequester(
  ownEnvironments: readonly Environment[],
  named: string | undefined,
  namedExists: boolean,
): Requester {
  const [first, ...others] = ownEnvironments;
  if (first === undefined)
    return { unmatched: namedExists ? 'requester-not-registered' : 'unknown-requester' };
  if (named !== undefined) {
    const matches = ownEnvironments.filter((environment) => isNamed(environment, named));
    const [match, ...further] = matches;
    if (match === undefined) return { unmatched: 'other-environment-named' };
    return further.length === 0 ? { environment: match } : { unmatched: 'several-environments' };
  }
  return others.length === 0 ? { environment: first } : { unmatched: 'several-environments' };
}

/** Whether a field's text is the environment's id or name. */
export function isNamed(environment: Environment, named: string): boolean {
  return [environment.environmentId, environment.name].some((name) => sameName(name, named));
}

/** The environment id that a field's text could be, for looking it up. */
export function asEnvironmentId(named: string): string | undefined {
  const id = normaliseName(named);
  return /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(id) ? id : undefined;
}
