import type { HealthMessage } from '../../shared/contracts/queues/health.ts';
import { momentOf, stretchesFrom } from '../../shared/domain/connection/check-times.ts';
import type { HealthPolicy, HealthSchedule } from '../../shared/domain/connection/health.ts';
import type { Clock } from '../../shared/platform/clock.ts';

export interface Planner {
  readonly healthSchedule: HealthSchedule;
  readonly queue: { send(message: HealthMessage, delaySeconds?: number): Promise<void> };
  readonly policy: HealthPolicy;
  readonly clock: Clock;
}

/** Messages that are sent at once. */
const sentAtOnce = 10;

/**
 * Queues a check for each connection that is due from `at` on, each for its own moment. Planned twice, a connection is
 * read twice and nothing else: a failure counts once in a period.
 */
export async function planChecks(
  { healthSchedule, queue, policy, clock }: Planner,
  at: string,
): Promise<number> {
  const checks: { readonly message: HealthMessage; readonly delaySeconds: number }[] = [];
  for (const stretch of stretchesFrom(new Date(at), policy)) {
    const { period } = stretch;
    for (const { connectionId, place } of await healthSchedule.due(stretch)) {
      const delaySeconds = (momentOf(period, place, policy) - clock().getTime()) / 1000;
      checks.push({ message: { kind: 'check', connectionId, period }, delaySeconds });
    }
  }
  for (let from = 0; from < checks.length; from += sentAtOnce) {
    const some = checks.slice(from, from + sentAtOnce);
    await Promise.all(some.map(({ message, delaySeconds }) => queue.send(message, delaySeconds)));
  }
  return checks.length;
}
