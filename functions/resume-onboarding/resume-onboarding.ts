import { nextStep, type Step } from '../../shared/domain/connection/next-step.ts';
import type { ConnectionRepository } from '../../shared/domain/connection/repository.ts';
import { type Execution, UnknownConnection } from '../../shared/domain/connection/take-step.ts';
import type { Clock } from '../../shared/platform/clock.ts';

/** Where an execution begins: a first one at the request, a later one wherever the stored state is. */
export async function resumeOnboarding(
  world: { readonly connections: ConnectionRepository; readonly clock: Clock },
  { connectionId, attempt }: Execution,
): Promise<Step> {
  const connection = await world.connections.find(connectionId);
  if (connection === undefined) throw new UnknownConnection(connectionId);
  return nextStep(connection, attempt, world.clock().toISOString());
}
