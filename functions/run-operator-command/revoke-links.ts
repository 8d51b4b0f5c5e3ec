import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import { onFreshState, Refusal } from '../../shared/domain/connection/repository.ts';
import { revokeConnectLinks } from '../../shared/domain/environment/link-requests.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { noEnvironment, ok } from './answers.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';

/** `RevokeConnectLinks`: a link went to somebody who should not have it. Later mails bring new ones. */
export function revokeLinks(
  { environments }: OperatorDependencies,
  { environmentId }: CommandOf<'RevokeConnectLinks'>,
  cause: CommandCause,
): Promise<HttpAnswer> {
  return onFreshState(async () => {
    const environment = await environments.find(environmentId);
    if (environment === undefined) return noEnvironment(environmentId);
    try {
      await environments.save(revokeConnectLinks(environment, cause));
      return ok({ environmentId, outcome: 'revoked' });
    } catch (error) {
      if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
      return ok({ environmentId, outcome: 'repeated' });
    }
  });
}
