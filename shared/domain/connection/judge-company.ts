import type { Environment } from '../environment/environment.ts';
import type { EnvironmentRepository } from '../environment/repository.ts';
import { identityShown, judgeIdentity } from '../tenant/identity.ts';
import type { TenantRepository } from '../tenant/repository.ts';
import type { Connection, Organisation } from './connection.ts';
import { isApproved } from './onboarding.ts';

export interface CompanyJudgement {
  readonly environment: Environment;
  /** As an operator or the import registered it; what a customer says is no registration. */
  readonly corporateId: string | undefined;
  readonly outcome: 'granted' | 'identity-mismatch' | 'identity-unclear';
}

/**
 * Whether the organisations read from the connection's tenant are its company's: because its registered number says so
 * beyond doubt, or because enough operators approved this tenant. Asked when access is tested and again when it is
 * activated, since the registration may have changed in between.
 */
export async function judgeCompany(
  world: { readonly environments: EnvironmentRepository; readonly tenants: TenantRepository },
  connection: Connection,
  tenantId: string,
  organisations: readonly Organisation[],
): Promise<CompanyJudgement> {
  const environment = await world.environments.find(connection.environmentId);
  if (environment === undefined) throw new UnknownEnvironment(connection);
  const company = environment.companies.find(({ companyId }) => companyId === connection.companyId);
  const corporateId = company?.corporateId;
  if (isApproved(connection, identityShown(organisations, corporateId)))
    return { environment, corporateId, outcome: 'granted' };
  const identity = corporateId === undefined ? undefined : await world.tenants.findIdentity(corporateId);
  return { environment, corporateId, outcome: judgeIdentity(organisations, tenantId, identity) };
}

/** Waiting does not make it known, so the name says what the retry policy needs to know (shared/platform/errors.ts). */
class UnknownEnvironment extends Error {
  override readonly name = 'PermanentError';
  constructor({ connectionId, environmentId }: Connection) {
    super(`The environment ${environmentId} of ${connectionId} is not registered.`);
  }
}
