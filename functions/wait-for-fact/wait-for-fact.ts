import type { Connection } from '../../shared/domain/connection/connection.ts';
import type { Executions } from '../../shared/domain/connection/executions.ts';
import { isOver, type Wait } from '../../shared/domain/connection/next-step.ts';
import type { OnboardingPolicy } from '../../shared/domain/connection/policy.ts';
import type { ConnectionRepository, WaitingRoom } from '../../shared/domain/connection/repository.ts';
import { type Execution, UnknownConnection } from '../../shared/domain/connection/take-step.ts';
import { isMappingComplete } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import type { Stock } from '../../shared/domain/stock/stock.ts';
import { type Clock, plusSeconds } from '../../shared/platform/clock.ts';

export interface WaitWorld {
  readonly connections: ConnectionRepository;
  readonly environments: EnvironmentRepository;
  readonly stock: Stock;
  readonly waitingRoom: WaitingRoom;
  readonly executions: Pick<Executions, 'wake'>;
  readonly policy: OnboardingPolicy;
  readonly clock: Clock;
}

/**
 * Stores the task token and then looks whether there is anything left to wait for. Whatever is written before the look
 * is seen by it, whatever is written after finds the token: so no fact falls in between.
 */
export async function waitForFact(
  world: WaitWorld,
  input: Execution & { readonly wait: Wait; readonly taskToken: string },
): Promise<void> {
  const { connectionId, attempt, wait, taskToken } = input;
  const since = world.clock().toISOString();
  await world.waitingRoom.enter(connectionId, { taskToken, wait, attempt, since });
  const connection = await world.connections.find(connectionId);
  if (connection === undefined) throw new UnknownConnection(connectionId);
  const facts = await world.connections.history(connectionId, connection.consumedFact);
  if (!isOver(wait, connection, attempt, facts, await look(world, wait, connection))) return;
  await world.executions.wake(taskToken);
  await world.waitingRoom.leave(connectionId, taskToken);
}

/** Reads only what this wait is about. */
async function look(
  { environments, stock, policy, clock }: WaitWorld,
  wait: Wait,
  { environmentId, connectionId }: Connection,
): Promise<{ stockAvailable: boolean; mappingComplete: boolean }> {
  if (wait === 'wait-for-stock') {
    const codes = await stock.available(plusSeconds(clock(), policy.minimumCodeLifetimeSeconds), 1);
    return { stockAvailable: codes.length > 0, mappingComplete: false };
  }
  if (wait !== 'wait-for-mapping') return { stockAvailable: false, mappingComplete: false };
  const environment = await environments.find(environmentId);
  return {
    stockAvailable: false,
    mappingComplete: environment !== undefined && isMappingComplete(environment, connectionId),
  };
}
