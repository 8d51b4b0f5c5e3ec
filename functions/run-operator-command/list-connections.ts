import * as z from 'zod';
import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import {
  type Connection,
  type ConnectionState,
  connectionStates,
} from '../../shared/domain/connection/connection.ts';
import type { Environment } from '../../shared/domain/environment/environment.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { invalid, noEnvironment, ok } from './answers.ts';
import type { OperatorDependencies } from './dependencies.ts';

interface Page {
  readonly connections: readonly Connection[];
  readonly cursor?: string;
}

/** `ListConnections`: of an environment, in a state (latest change first), or all, state by state. */
export async function listConnections(
  dependencies: OperatorDependencies,
  command: CommandOf<'ListConnections'>,
): Promise<HttpAnswer> {
  const { environmentId, state, limit } = command;
  const start = command.cursor === undefined ? undefined : parseCursor(command.cursor);
  if (command.cursor !== undefined && start === undefined) {
    return invalid([{ path: 'cursor', message: 'is none of ours: start without one' }]);
  }
  if (environmentId !== undefined) {
    const environment = await dependencies.environments.find(environmentId);
    if (environment === undefined) return noEnvironment(environmentId);
    const own = await dependencies.connections.findByEnvironment(environmentId);
    const connections = own.filter((connection) => state === undefined || connection.state === state);
    return ok({ connections: await rows(dependencies, connections) });
  }
  const page = await pageOf(dependencies, state === undefined ? connectionStates : [state], limit, start);
  return ok({
    connections: await rows(dependencies, page.connections),
    ...(page.cursor === undefined ? {} : { cursor: page.cursor }),
  });
}

/** Goes through the states one after the other until the page is full. */
async function pageOf(
  { connections }: OperatorDependencies,
  states: readonly ConnectionState[],
  limit: number,
  start: Cursor | undefined,
): Promise<Page> {
  const found: Connection[] = [];
  let inState = start?.inState;
  for (const state of states.slice(
    Math.max(0, states.indexOf(start?.state ?? states[0] ?? 'code-requested')),
  )) {
    if (found.length >= limit) return { connections: found, cursor: writeCursor({ state }) };
    const page = await connections.listByState(state, {
      limit: limit - found.length,
      ...(inState === undefined ? {} : { cursor: inState }),
    });
    found.push(...page.connections);
    if (page.cursor !== undefined) {
      return { connections: found, cursor: writeCursor({ state, inState: page.cursor }) };
    }
    inState = undefined;
  }
  return { connections: found };
}

const cursorSchema = z.object({ state: z.enum(connectionStates), inState: z.string().optional() });
type Cursor = z.infer<typeof cursorSchema>;

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function parseCursor(text: string): Cursor | undefined {
  try {
    return cursorSchema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

async function rows(
  { environments }: OperatorDependencies,
  connections: readonly Connection[],
): Promise<readonly object[]> {
  const ids = [...new Set(connections.map(({ environmentId }) => environmentId))];
  const found = await Promise.all(ids.map((id) => environments.find(id)));
  const byId = new Map(
    found.flatMap((environment) => (environment ? [[environment.environmentId, environment]] : [])),
  );
  return connections.map((connection) => row(connection, byId.get(connection.environmentId)));
}

function row(connection: Connection, environment: Environment | undefined): object {
  const { connectionId, environmentId, companyId, state, attention, lastFailure, changedAt } = connection;
  const health = (connection.health ?? connection.disconnection)?.reason;
  return {
    connectionId,
    environmentId,
    environmentName: environment?.name ?? '',
    companyName: environment?.companies.find((company) => company.companyId === companyId)?.name ?? '',
    state,
    ...(attention === undefined ? {} : { attention: attention.reason }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
    ...(health === undefined ? {} : { health }),
    changedAt,
  };
}
