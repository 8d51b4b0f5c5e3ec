import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { HealthMessage } from '../../shared/contracts/queues/health.ts';
import { healthFailures } from '../../shared/domain/connection/connection.ts';
import { checkHealth, type HealthChecker } from './check-health.ts';
import { type Planner, planChecks } from './plan-checks.ts';

interface Log {
  info(message: string, facts: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts: Readonly<Record<string, unknown>>): void;
}

/** A message of the health queue, and one line of what came of it. */
export async function runHealthMessage(
  checker: HealthChecker & Planner & { readonly log: Log },
  message: HealthMessage,
  receiveCount: number,
): Promise<void> {
  const { log } = checker;
  if (message.kind === 'plan') {
    log.info('HEALTH CHECKS PLANNED', { checks: await planChecks(checker, message.at) });
    return;
  }
  const { connectionId } = message;
  const outcome = await checkHealth(checker, message, receiveCount);
  if (outcome === 'unknown') log.warn(alarmLines.healthUnknown, { connectionId });
  else if (healthFailures.some((failure) => failure === outcome)) {
    log.warn(alarmLines.healthCheckFailed, { connectionId, outcome });
  } else log.info('HEALTH CHECKED', { connectionId, outcome });
}
