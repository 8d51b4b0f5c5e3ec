import { isChecked } from '../../shared/domain/connection/health.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { conflict, noConnection, ok } from './answers.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';

/** `CheckHealth`: queued, since Visma may take its time; the history then says what came of it (`HealthChecked`). */
export async function checkHealth(
  { connections, checkHealth: queue }: OperatorDependencies,
  connectionId: string,
  { by, deliveryKey }: CommandCause,
): Promise<HttpAnswer> {
  const connection = await connections.find(connectionId);
  if (connection === undefined) return noConnection(connectionId);
  const { state, environmentId } = connection;
  if (!isChecked(connection)) {
    return conflict(
      `${connectionId} is ${state}: only an activated or a disconnected connection has its health checked. Test its access with RetryAccessTest.`,
    );
  }
  await queue(connectionId, { by, deliveryKey });
  return ok({ connectionId, environmentId, state, outcome: 'queued' });
}
