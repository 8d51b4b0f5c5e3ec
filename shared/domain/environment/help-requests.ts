import { type Cause, type HistoryEntry, writeEntry } from '../history/entry.ts';
import type { Environment, EnvironmentChange } from './environment.ts';

/** What a customer may ask help with. Enumerated: what he would write himself could hold a code or a tenant ID. */
export const helpTopics = [
  'cannot-find-integrate-button',
  'not-an-administrator',
  'wrong-company',
  'no-code-received',
  'test-keeps-failing',
  'other',
] as const;
export type HelpTopic = (typeof helpTopics)[number];

export interface HelpRequest {
  readonly topic: HelpTopic;
  /** Of the environment; absent when it is about none of them in particular. */
  readonly companyId?: string;
}

const pauseMs = 24 * 3600_000;

/** Calls an operator. `undefined` when the same was asked for within a day: he has its mail. */
export function requestHelp(
  environment: Environment,
  entries: readonly HistoryEntry[],
  { topic, companyId }: HelpRequest,
  cause: Cause,
): EnvironmentChange | undefined {
  const last = entries.findLast(
    ({ type, detail }) =>
      type === 'HelpRequested' && detail.topic === topic && detail.companyId === companyId,
  );
  if (last !== undefined && Date.parse(cause.at) - Date.parse(last.at) < pauseMs) return undefined;
  const { environmentId } = environment;
  const sequence = environment.version + 1;
  return {
    before: environment,
    after: { ...environment, version: sequence, changedAt: cause.at },
    entries: [
      writeEntry({ aggregate: 'environment', aggregateId: environmentId, sequence }, 'HelpRequested', cause, {
        environmentId,
        topic,
        ...(companyId === undefined ? {} : { companyId }),
      }),
    ],
    ...(cause.deliveryKey === undefined ? {} : { deliveryKey: cause.deliveryKey }),
  };
}
