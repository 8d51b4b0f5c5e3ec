import { type Cause, type HistoryEntry, writeEntry } from '../history/entry.ts';
import { type Environment, type EnvironmentChange, linkGenerationOf } from './environment.ts';

/** Whoever asks more often is sent to the mail that he got: anybody can ask. */
const pauseMs = 10 * 60_000;

/** Every link that was mailed until now opens nothing any more. */
export function revokeConnectLinks(environment: Environment, cause: Cause): EnvironmentChange {
  return told(
    environment,
    { ...environment, linkGeneration: linkGenerationOf(environment) + 1 },
    'ConnectLinksRevoked',
    cause,
  );
}

/** Has a link mailed to the registered contacts. `undefined` when one was asked for a moment ago. */
export function requestConnectLink(
  environment: Environment,
  entries: readonly HistoryEntry[],
  cause: Cause,
): EnvironmentChange | undefined {
  const last = entries.findLast(({ type }) => type === 'ConnectLinkRequested');
  if (last !== undefined && Date.parse(cause.at) - Date.parse(last.at) < pauseMs) return undefined;
  return told(environment, environment, 'ConnectLinkRequested', cause);
}

function told(
  before: Environment,
  next: Environment,
  type: 'ConnectLinksRevoked' | 'ConnectLinkRequested',
  cause: Cause,
): EnvironmentChange {
  const { environmentId } = before;
  const sequence = before.version + 1;
  const of = { aggregate: 'environment', aggregateId: environmentId, sequence } as const;
  return {
    before,
    after: { ...next, version: sequence, changedAt: cause.at },
    entries: [writeEntry(of, type, cause, { environmentId })],
    ...(cause.deliveryKey === undefined ? {} : { deliveryKey: cause.deliveryKey }),
  };
}
