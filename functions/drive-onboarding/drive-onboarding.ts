import * as z from 'zod';
import {
  type BusEvent,
  busEvent,
  deadExecutionStatuses,
  executionStatusChange,
} from '../../shared/contracts/events/event.ts';
import { jsonText } from '../../shared/contracts/json-text.ts';
import { type OnboardingInput, onboardingInput } from '../../shared/contracts/workflow/onboarding.ts';
import type { Executions } from '../../shared/domain/connection/executions.ts';
import { flagForAttention, isAtRest, resumeMapped } from '../../shared/domain/connection/onboarding.ts';
import { onFreshState, type WaitingRoom } from '../../shared/domain/connection/repository.ts';
import { freshConnection, type TaskWorld, workflowCause } from '../../shared/domain/connection/take-step.ts';
import { isMappingComplete } from '../../shared/domain/environment/environment.ts';
import type { EnvironmentRepository } from '../../shared/domain/environment/repository.ts';
import { PermanentError } from '../../shared/platform/errors.ts';

export interface Driver extends TaskWorld {
  readonly environments: EnvironmentRepository;
  readonly waitingRoom: WaitingRoom;
  readonly executions: Executions;
}

/** A message of the workflow queue. */
export const driveMessage = z.discriminatedUnion('source', [busEvent, executionStatusChange]);
export type DriveMessage = z.infer<typeof driveMessage>;

/**
 * Turns what was written into movement: starts executions, wakes those that wait, and puts a connection whose execution
 * died before an operator. A wake is no message: who is woken looks for himself, so doubles and late ones do no harm.
 */
export async function driveOnboarding(driver: Driver, message: DriveMessage): Promise<void> {
  if (message.source === 'aws.states') return flagDead(driver, message.detail);
  const { detail } = message;
  switch (message['detail-type']) {
    case 'OnboardingStarted':
      return driver.executions.start(connectionOf(message), attemptOf(message));
    case 'CodeRequested':
    case 'IntegrationReported':
    case 'TenantIdReported':
    case 'AccessTestRetryRequested':
    case 'ConnectionCancelled':
      return wake(driver, connectionOf(message));
    case 'AdministrationsMapped':
      return continueMapped(driver, detail.environmentId ?? detail.aggregateId);
    case 'InvitationCodesAdded':
      return wakeAll(driver, await driver.waitingRoom.waitingForStock());
    default:
      throw new PermanentError(`The workflow does not know the event ${message['detail-type']}.`);
  }
}

function connectionOf({ detail, ...message }: BusEvent): string {
  if (detail.connectionId === undefined)
    throw new PermanentError(`${message['detail-type']} names no connection.`);
  return detail.connectionId;
}

function attemptOf({ detail, ...message }: BusEvent): number {
  if (detail.attempt === undefined) throw new PermanentError(`${message['detail-type']} names no attempt.`);
  return detail.attempt;
}

async function wake({ waitingRoom, executions }: Driver, connectionId: string): Promise<void> {
  const waiting = await waitingRoom.find(connectionId);
  if (waiting === undefined) return;
  await executions.wake(waiting.taskToken);
  await waitingRoom.leave(connectionId, waiting.taskToken);
}

/** Connections that are woken at once: fast enough for hundreds, gentle to the quota of task answers. */
const wakesAtOnce = 10;

async function wakeAll(driver: Driver, connectionIds: readonly string[]): Promise<void> {
  for (let from = 0; from < connectionIds.length; from += wakesAtOnce) {
    await Promise.all(connectionIds.slice(from, from + wakesAtOnce).map((id) => wake(driver, id)));
  }
}

/**
 * A connection waits until *every* administration of its environment is mapped, so the last mapping may be another
 * connection's: all of the environment are woken. One that an operator was already called for goes on by itself.
 */
async function continueMapped(driver: Driver, environmentId: string): Promise<void> {
  const ofEnvironment = await driver.connections.findByEnvironment(environmentId);
  const environment = await driver.environments.find(environmentId);
  for (const { connectionId } of ofEnvironment) {
    if (environment !== undefined && isMappingComplete(environment, connectionId)) {
      await onFreshState(async () => {
        const connection = await driver.connections.find(connectionId);
        const change = connection && resumeMapped(connection, workflowCause(connection, driver.clock()));
        if (change !== undefined) await driver.connections.save(change);
      });
    }
  }
  await wakeAll(
    driver,
    ofEnvironment.map(({ connectionId }) => connectionId),
  );
}

async function flagDead(
  driver: Driver,
  detail: { readonly name: string; readonly status: string; readonly input?: string | null | undefined },
): Promise<void> {
  if (!deadExecutionStatuses.some((status) => status === detail.status)) return;
  const execution = executionOf(detail);
  await onFreshState(async () => {
    const connection = await freshConnection(driver, execution);
    if (connection.attempt !== execution.attempt || isAtRest(connection)) return;
    const cause = workflowCause(connection, driver.clock());
    await driver.connections.save(flagForAttention(connection, 'execution-ended', cause));
  });
}

/** From the input, or where the event leaves it out (it does above a size) from the name `<connectionId>-<attempt>`. */
function executionOf(detail: { name: string; input?: string | null | undefined }): OnboardingInput {
  const [, connectionId, attempt] = /^(.+)-(\d+)$/.exec(detail.name) ?? [];
  const named = onboardingInput.safeParse({ connectionId, attempt: Number(attempt) });
  const given = jsonText(onboardingInput).safeParse(detail.input);
  if (given.success) return given.data;
  if (named.success) return named.data;
  throw new PermanentError('The execution tells neither by its input nor by its name whose it was.');
}
