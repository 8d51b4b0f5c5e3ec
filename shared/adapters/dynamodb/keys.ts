import type { Membership } from '../../domain/campaign/membership.ts';
import { rungShards } from '../../domain/campaign/repository.ts';
import type { Standing } from '../../domain/campaign/standing.ts';
import type { ConnectionState } from '../../domain/connection/connection.ts';
import { normaliseEmail } from '../../domain/environment/environment.ts';
import type { Aggregate } from '../../domain/history/entry.ts';
import { digest } from '../../platform/ids.ts';
import { deliveryIdOf } from './own-entries.ts';

/** Keys of the one table; docs/data-model.md lists them with the reads they serve. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const stateIndex = 'byState';

/** A state's connections are spread over so many partitions of the index, since "code-issued" alone can hold most of them. */
export const stateShards = 4;

export const connectionKey = (connectionId: string): Key => ({
  pk: `CONNECTION#${connectionId}`,
  sk: 'CONNECTION',
});

export const waitingKey = (connectionId: string): Key => ({
  pk: `CONNECTION#${connectionId}`,
  sk: 'WAITING',
});

export const environmentKey = (environmentId: string): Key => ({
  pk: `ENVIRONMENT#${environmentId}`,
  sk: 'ENVIRONMENT',
});

export const connectionOfEnvironmentKey = (environmentId: string, connectionId: string): Key => ({
  pk: `ENVIRONMENT#${environmentId}`,
  sk: `CONNECTION#${connectionId}`,
});

export const contactKey = (email: string, environmentId: string): Key => ({
  pk: `CONTACT#${normaliseEmail(email)}`,
  sk: `ENVIRONMENT#${environmentId}`,
});

export const ticketItemKey = (ticketKey: string): Key => ({ pk: `TICKET#${ticketKey}`, sk: 'TICKET' });

export const connectionOfTicketKey = (ticketKey: string, connectionId: string): Key => ({
  pk: `TICKET#${ticketKey}`,
  sk: `CONNECTION#${connectionId}`,
});

export const ticketOfConnectionKey = (connectionId: string, ticketKey: string): Key => ({
  pk: `CONNECTION#${connectionId}`,
  sk: `TICKET#${ticketKey}`,
});

/** `number` is normalised. */
export const identityKey = (number: string): Key => ({ pk: `CORPORATE_ID#${number}`, sk: 'IDENTITY' });

export const claimKey = (tenantId: string): Key => ({ pk: `TENANT#${tenantId}`, sk: 'CLAIM' });

export const integratedKey = (tenantId: string): Key => ({ pk: `TENANT#${tenantId}`, sk: 'INTEGRATED' });

export const stockKey: Key = { pk: 'STOCK', sk: 'STOCK' };

export const codeInStockKey = (expiresAt: string, codeId: string): Key => ({
  pk: 'STOCK',
  sk: `CODE#${expiresAt}#${codeId}`,
});

export const knownCodeKey = (codeId: string): Key => ({ pk: `CODE#${codeId}`, sk: 'CODE' });

export const waitingForStockKey = (connectionId: string): Key => ({
  pk: 'STOCK',
  sk: `WAITING#${connectionId}`,
});

export const deliveryItemKey = (deliveryKey: string): Key => ({
  pk: `DELIVERY#${deliveryIdOf(deliveryKey)}`,
  sk: 'DELIVERY',
});

export const mailKey = (mailId: string): Key => ({ pk: `MAIL#${mailId}`, sk: 'MAIL' });

export const answerKey = (answerId: string): Key => ({ pk: `ANSWER#${answerId}`, sk: 'ANSWER' });

export const healthPk = 'HEALTH';

/** Of a connection that is checked: by its place in the period, so that one query answers who is due. */
export const healthKey = (connectionId: string): Key => ({
  pk: healthPk,
  sk: `${healthPlace(placeOf(connectionId))}#${connectionId}`,
});

/** Four hexadecimal digits, so that text order is the order of places. */
export const healthPlace = (place: number): string => place.toString(16).padStart(4, '0');

/** Where in its period a connection is checked (shared/domain/connection/check-times.ts). */
export function placeOf(connectionId: string): number {
  return Number.parseInt(digest('health', connectionId).slice(0, 4), 16);
}

export const historyPk = (aggregate: Aggregate, aggregateId: string): string =>
  `${aggregate.toUpperCase()}#${aggregateId}`;

/** Six digits, so that text order is number order up to 999,999 entries of one aggregate. */
export const historySk = (sequence: number): string => `HISTORY#${String(sequence).padStart(6, '0')}`;

/** Of a connection in the index `byState`. */
export function stateKeys(connection: {
  readonly connectionId: string;
  readonly state: ConnectionState;
  readonly changedAt: string;
}): { readonly statePk: string; readonly stateSk: string } {
  const shard = Number.parseInt(digest(connection.connectionId).slice(0, 8), 16) % stateShards;
  return {
    statePk: statePk(connection.state, shard),
    stateSk: `${connection.changedAt}#${connection.connectionId}`,
  };
}

export const statePk = (state: ConnectionState, shard: number): string => `STATE#${state}#${shard}`;

export const healthTallyKey = (period: number | string): Key => ({
  pk: `HEALTH_TALLY#${period}`,
  sk: 'TALLY',
});

export const campaignKey = (campaignId: string): Key => ({ pk: 'CAMPAIGN', sk: `CAMPAIGN#${campaignId}` });

export const snapshotKey = (campaignId: string, at: string): Key => ({
  pk: `CAMPAIGN#${campaignId}`,
  sk: `SNAPSHOT#${at}`,
});

export const membershipKey = (environmentId: string): Key => ({
  pk: `ENVIRONMENT#${environmentId}`,
  sk: 'MEMBERSHIP',
});

/** Of an environment that waits for a rung, so that one query answers who is due. */
export const reminderKey = (
  { campaignId, nextRung }: Pick<Membership, 'campaignId' | 'nextRung'>,
  environmentId: string,
): Key => ({ pk: reminderPk(campaignId, nextRung, rungShardOf(environmentId)), sk: environmentId });

export const reminderPk = (campaignId: string, rung: number, shard: number): string =>
  `REMINDER#${campaignId}#${String(rung).padStart(3, '0')}#${shard}`;

/** Of an environment that an operator paused. */
export const pausedKey = (campaignId: string, environmentId: string): Key => ({
  pk: `REMINDER#${campaignId}#PAUSED`,
  sk: environmentId,
});

export const rungShardOf = (environmentId: string): number =>
  Number.parseInt(digest('rung', environmentId).slice(0, 8), 16) % rungShards;

/** Of a membership in the index `byState`. */
export function standingKeys({
  environmentId,
  campaignId,
  standing,
  standingSince,
}: Pick<Membership, 'environmentId' | 'campaignId' | 'standing' | 'standingSince'>): {
  readonly statePk: string;
  readonly stateSk: string;
} {
  const shard = Number.parseInt(digest(environmentId).slice(0, 8), 16) % stateShards;
  return { statePk: standingPk(campaignId, standing, shard), stateSk: `${standingSince}#${environmentId}` };
}

export const standingPk = (campaignId: string, standing: Standing, shard: number): string =>
  `CAMPAIGN#${campaignId}#${standing}#${shard}`;

/** In the tokens' own table. */
export const tokenKey = ({ tenantId, clientKey }: { tenantId: string; clientKey: string }): Key => ({
  pk: `TOKEN#${tenantId}`,
  sk: `CLIENT#${clientKey}`,
});

/** In the tokens' own table. */
export const clientFailureKey = (clientKey: string): Key => ({ pk: `CLIENT#${clientKey}`, sk: 'FAILURE' });

export const importKey = (importId: string): Key => ({ pk: `IMPORT#${importId}`, sk: 'IMPORT' });

/** Of a batch that is done. */
export const importBatchKey = (importId: string, batch: number): Key => ({
  pk: `IMPORT#${importId}`,
  sk: `BATCH#${batch}`,
});
