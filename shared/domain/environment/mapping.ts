import { type Cause, writeEntry } from '../history/entry.ts';
import type { Environment, EnvironmentChange } from './environment.ts';

/** One company: all administrations that nobody mapped are that connection's. `undefined` when nothing is to be mapped. */
export function mapToSoleConnection(
  environment: Environment,
  connectionId: string,
  cause: Cause,
): EnvironmentChange | undefined {
  if (environment.companies.length !== 1) return undefined;
  const unmapped = environment.administrations.filter(
    (administration) => administration.connectionId === undefined,
  );
  if (unmapped.length === 0) return undefined;
  return mapAdministrations(
    environment,
    new Map(unmapped.map((administration) => [administration.administrationId, connectionId])),
    cause,
  );
}

/** Maps the named administrations; the caller has checked that they and the connections are the environment's. */
export function mapAdministrations(
  environment: Environment,
  mapping: ReadonlyMap<string, string>,
  cause: Cause,
): EnvironmentChange {
  const sequence = environment.version + 1;
  const after: Environment = {
    ...environment,
    administrations: environment.administrations.map((administration) => {
      const connectionId = mapping.get(administration.administrationId);
      return connectionId === undefined ? administration : { ...administration, connectionId };
    }),
    version: sequence,
    changedAt: cause.at,
  };
  const entry = writeEntry(
    { aggregate: 'environment', aggregateId: environment.environmentId, sequence },
    'AdministrationsMapped',
    cause,
    { environmentId: environment.environmentId, connectionIds: [...new Set(mapping.values())] },
  );
  return {
    before: environment,
    after,
    entries: [entry],
    ...(cause.deliveryKey === undefined ? {} : { deliveryKey: cause.deliveryKey }),
  };
}
