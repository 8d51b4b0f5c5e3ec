import { type Environment, linkGenerationOf } from '../../shared/domain/environment/environment.ts';
import { type Clock, plusSeconds } from '../../shared/platform/clock.ts';
import { signConnectLink } from '../../shared/platform/connect-links.ts';
import type { SigningKeys } from '../../shared/platform/signatures.ts';

/** Signs links at the moment of sending: nothing that is stored or queued holds one. */
export function createConnectUrls(settings: {
  readonly baseUrl: string;
  readonly days: number;
  /** Newest first: the first signs. */
  readonly keys: SigningKeys;
  readonly clock: Clock;
}): (environment: Environment) => Promise<string> {
  return async (environment) => {
    const [key = ''] = await settings.keys.read();
    const link = signConnectLink(
      {
        environmentId: environment.environmentId,
        generation: linkGenerationOf(environment),
        expiresAt: plusSeconds(settings.clock(), settings.days * 24 * 3600),
      },
      key,
    );
    return `${settings.baseUrl}/connect/${link}`;
  };
}
