import { nextStep, type Step } from '../../shared/domain/connection/next-step.ts';
import { expireCode, noticeExpiry } from '../../shared/domain/connection/onboarding.ts';
import {
  type Execution,
  saveStep,
  type TaskWorld,
  takeStep,
} from '../../shared/domain/connection/take-step.ts';

/**
 * The wait for the customer timed out: for the reminder first, and then for the code's end. A fact that came in the last
 * moment counts; clocks that differ wait again.
 */
export function expireInvitationCode(world: TaskWorld, execution: Execution): Promise<Step> {
  return takeStep(world, execution, 'wait-for-customer', async (connection, cause) => {
    const { expiresAt = cause.at, noticeAt = expiresAt } = connection.invitationCode ?? {};
    if (expiresAt <= cause.at) return saveStep(world.connections, expireCode(connection, cause));
    if (noticeAt <= cause.at) return saveStep(world.connections, noticeExpiry(connection, cause));
    return nextStep(connection, execution.attempt, cause.at);
  });
}
