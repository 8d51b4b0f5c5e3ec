import { nextStep, type Step } from '../../shared/domain/connection/next-step.ts';
import { onFreshState } from '../../shared/domain/connection/repository.ts';
import { type Execution, freshConnection, type TaskWorld } from '../../shared/domain/connection/take-step.ts';

/** After a wait: takes the facts into account that came meanwhile, oldest first. None, after a spurious wake, is fine. */
export function applyFact(world: TaskWorld, execution: Execution): Promise<Step> {
  return onFreshState(async () => {
    const connection = await freshConnection(world, execution);
    return nextStep(connection, execution.attempt, world.clock().toISOString());
  });
}
