import type { AttentionReason } from '../../shared/domain/connection/connection.ts';
import { nextStep, type Step } from '../../shared/domain/connection/next-step.ts';
import { flagForAttention } from '../../shared/domain/connection/onboarding.ts';
import { onFreshState } from '../../shared/domain/connection/repository.ts';
import {
  type Execution,
  freshConnection,
  saveStep,
  type TaskWorld,
  workflowCause,
} from '../../shared/domain/connection/take-step.ts';
import { isMappingComplete } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';

export interface Flagger extends TaskWorld {
  readonly environments: EnvironmentRepository;
}

/**
 * Puts the connection before an operator, unless the reason has passed: it is at rest, another attempt works on it, a
 * fact that came meanwhile asks for another step, or the mapping was completed in the last moment.
 */
export function flag(
  flagger: Flagger,
  input: Execution & { readonly reason: AttentionReason; readonly error?: string | undefined },
): Promise<Step> {
  return onFreshState(async () => {
    const connection = await freshConnection(flagger, input);
    const now = flagger.clock();
    const asked = nextStep(connection, input.attempt, now.toISOString());
    const concerned = stepConcerned[input.reason];
    if (asked.next === 'end' || (concerned !== undefined && asked.next !== concerned)) return asked;
    if (input.reason === 'mapping-overdue' && (await isMapped(flagger, connection))) return asked;
    const change = flagForAttention(connection, input.reason, workflowCause(connection, now), input.error);
    return saveStep(flagger.connections, change);
  });
}

/** The step that the reason is about; a reason without one is about whatever the connection was doing. */
const stepConcerned: Readonly<Partial<Record<AttentionReason, Step['next']>>> = {
  'visma-unavailable': 'test-access',
  'mapping-overdue': 'activate-connection',
};

async function isMapped(
  { environments }: Flagger,
  connection: { readonly environmentId: string; readonly connectionId: string },
): Promise<boolean> {
  const environment = await environments.find(connection.environmentId);
  return environment !== undefined && isMappingComplete(environment, connection.connectionId);
}
