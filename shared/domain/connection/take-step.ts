import type { EnvironmentChange } from '../environment/environment.ts';
import type { Cause } from '../history/entry.ts';
import type { Connection, ConnectionChange } from './connection.ts';
import { consumeNextFact } from './facts.ts';
import { nextStep, type Step } from './next-step.ts';
import { type ConnectionRepository, onFreshState } from './repository.ts';
import { restingStates } from './transitions.ts';

/** What every task of the workflow is made of. */
export interface TaskWorld {
  readonly connections: ConnectionRepository;
  readonly clock: () => Date;
}

/** One execution of the onboarding. */
export interface Execution {
  readonly connectionId: string;
  readonly attempt: number;
}

/** Waiting does not make it known, so the name says what the retry policy needs to know (shared/platform/errors.ts). */
export class UnknownConnection extends Error {
  override readonly name = 'PermanentError';
  constructor(connectionId: string) {
    super(`There is no connection ${connectionId}.`);
  }
}

/**
 * The frame of every task: reads fresh, takes pending facts into account, and lets `decide` act only while the stored
 * state asks for `step`. So a task that is repeated after its answer was lost, or that belongs to a replaced attempt,
 * answers what the state asks for and changes nothing. Repeated while another writer is first.
 */
export function takeStep<Decision>(
  world: TaskWorld,
  execution: Execution,
  step: Step['next'],
  decide: (connection: Connection, cause: Cause) => Promise<Decision>,
): Promise<Decision | Step> {
  return onFreshState(async () => {
    const connection = await freshConnection(world, execution);
    const cause = workflowCause(connection, world.clock());
    const asked = nextStep(connection, execution.attempt, cause.at);
    return asked.next === step ? await decide(connection, cause) : asked;
  });
}

/** The stored connection with its pending facts taken into account, unless the attempt was replaced or it is at rest. */
export async function freshConnection(world: TaskWorld, execution: Execution): Promise<Connection> {
  const { connections, clock } = world;
  let connection = await connections.find(execution.connectionId);
  if (connection === undefined) throw new UnknownConnection(execution.connectionId);
  if (connection.attempt !== execution.attempt || restingStates.includes(connection.state)) return connection;
  const entries = await connections.history(connection.connectionId, connection.consumedFact);
  for (;;) {
    const change = consumeNextFact(connection, entries, workflowCause(connection, clock()));
    if (change === undefined) return connection;
    await connections.save(change);
    connection = change.after;
  }
}

/** Writes the change and answers what its outcome asks for. */
export async function saveStep(
  connections: ConnectionRepository,
  change: ConnectionChange,
  environment?: EnvironmentChange,
): Promise<Step> {
  await connections.save(change, environment);
  return nextStep(change.after, change.after.attempt, change.after.changedAt);
}

export function workflowCause(connection: Connection, now: Date): Cause {
  return { at: now.toISOString(), by: 'workflow', correlationId: connection.correlationId };
}
