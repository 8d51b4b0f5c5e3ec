import type { TokenRefusal, TokenRequest } from '../../shared/contracts/tokens/token-broker.ts';
import type { Connection } from '../../shared/domain/connection/connection.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import { type Environment, notExported } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Clock } from '../../shared/platform/clock.ts';

/** An active connection: its tenant is the one that was claimed for it. */
interface ActiveConnection {
  readonly connection: Connection;
  readonly tenantId: string;
  readonly companyName: string;
}

export type LookUp = (request: TokenRequest) => Promise<ActiveConnection | TokenRefusal>;

/** Ways kept in process; a stage has a few thousand administrations. */
const keptMaximum = 10_000;

/**
 * Finds the connection that a request means and whether it may have a token. What was found is kept for `seconds`: a
 * new mapping, an activation that ended counts that much later. A refusal is not kept, since somebody mends it.
 */
export function createLookUp(world: {
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly clock: Clock;
  readonly seconds: number;
}): LookUp {
  const kept = new Map<string, { readonly found: ActiveConnection; readonly at: number }>();
  return async (request) => {
    const name =
      'connectionId' in request
        ? JSON.stringify([request.connectionId])
        : JSON.stringify([request.environmentId, request.administrationId]);
    const now = world.clock().getTime();
    const known = kept.get(name);
    // A clock that was set back makes nothing younger.
    if (known !== undefined && known.at <= now && now < known.at + world.seconds * 1000) return known.found;
    kept.delete(name);
    const found = await find(world, request);
    if ('failure' in found) return found;
    const oldest = kept.size < keptMaximum ? undefined : kept.keys().next().value;
    if (oldest !== undefined) kept.delete(oldest);
    // From before the reads: what they saw is at least that old.
    kept.set(name, { found, at: now });
    return found;
  };
}

async function find(
  { connections, environments }: { connections: ConnectionRepository; environments: EnvironmentRepository },
  request: TokenRequest,
): Promise<ActiveConnection | TokenRefusal> {
  if ('connectionId' in request) {
    const connection = await connections.find(request.connectionId);
    if (connection === undefined) return { failure: 'connection-not-active', state: 'unknown' };
    return judge(connection, await environments.find(connection.environmentId));
  }
  const environment = await environments.find(request.environmentId);
  const mapped = environment?.administrations.find(
    ({ administrationId }) => administrationId === request.administrationId,
  )?.connectionId;
  if (mapped === undefined || mapped === notExported) return { failure: 'administration-not-mapped' };
  const connection = await connections.find(mapped);
  // A mapping may only name the environment's own connections; one of another environment would be another customer's.
  if (connection === undefined || connection.environmentId !== request.environmentId) {
    return { failure: 'administration-not-mapped' };
  }
  return judge(connection, environment);
}

function judge(
  connection: Connection,
  environment: Environment | undefined,
): ActiveConnection | TokenRefusal {
  const { state, tenantId, companyId } = connection;
  if (state === 'disconnected') return { failure: 'tenant-disconnected', reason: 'disconnected' };
  if (state !== 'activated' || tenantId === undefined) return { failure: 'connection-not-active', state };
  const company = environment?.companies.find((one) => one.companyId === companyId);
  return { connection, tenantId, companyName: company?.name ?? environment?.name ?? '' };
}
