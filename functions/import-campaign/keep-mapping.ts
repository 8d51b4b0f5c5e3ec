import type { Connection } from '../../shared/domain/connection/connection.ts';
import {
  type Administration,
  type Environment,
  notExported,
} from '../../shared/domain/environment/environment.ts';
import { type CellProblem, cellProblem } from './read-row.ts';

/**
 * Where a row would take an administration from the connection that it is exported through. Operators and customers map
 * them while a company is onboarded, and exports follow at once: a file that is older would send them to another
 * company's books, for a thousand customers at a time. What no connection exists for yet is the file's own word.
 */
export function mappingProblems(
  before: Environment,
  after: Environment,
  connections: readonly Connection[],
): readonly CellProblem[] {
  return before.administrations.flatMap(({ administrationId, connectionId }) => {
    const connection = connections.find((one) => one.connectionId === connectionId);
    const isExported = connection !== undefined && connection.state !== 'cancelled';
    if (!isExported && connectionId !== notExported) return [];
    const index = after.administrations.findIndex((one) => one.administrationId === administrationId);
    const next: Administration | undefined = after.administrations[index];
    if (next === undefined ? !isExported : next.connectionId === connectionId) return [];
    const through = isExported ? `through connection ${connection.connectionId} (${connection.state})` : '';
    const path = next === undefined ? 'administrations' : `administrations.${index}`;
    const message =
      next === undefined
        ? `one that is exported ${through} is not listed any more: list it, or take it out with register-environment first.`
        : `is ${isExported ? `exported ${through}` : 'kept from being exported'}, and the row says otherwise: leave its company out, or change it with map first.`;
    return [cellProblem({ path, message })];
  });
}
