import * as z from 'zod';
import type { HealthSchedule, HealthTally } from '../../domain/connection/health.ts';
import { parseAs } from '../parsing.ts';
import { healthKey, healthPk, healthPlace, healthTallyKey, placeOf } from './keys.ts';
import { deleteItem, updateItem } from './single-writes.ts';
import { queryItems, readItem, type Table } from './table.ts';

const due = z.object({ connectionId: z.string() });

/** Reads what `connections.ts` writes when a connection comes into a state in which it is checked. */
export function createHealthSchedule(table: Table): HealthSchedule {
  return {
    due: async ({ from, to }) => {
      const items = await queryItems(table, {
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': healthPk,
          ':from': `${healthPlace(from)}#`,
          ':to': `${healthPlace(to - 1)}#~`,
        },
        ConsistentRead: true,
      });
      return items.map((item) => {
        const { connectionId } = parseAs(due, item, 'A planned health check');
        return { connectionId, place: placeOf(connectionId) };
      });
    },
    end: async (connectionId, version) => {
      await deleteItem(table, healthKey(connectionId), {
        expression: '#version <= :version',
        names: { '#version': 'version' },
        values: { ':version': version },
      });
    },
  };
}

const tallyItem = z.object({ healthy: z.number().default(0), failing: z.number().default(0) });
/** A week: the day before is the oldest that is asked for. */
const keptSeconds = 7 * 24 * 3600;

/** Counts of one period each. */
export function createHealthTally(table: Table): HealthTally {
  return {
    count: async (period, outcome, at) => {
      await updateItem(
        table,
        healthTallyKey(period),
        'ADD #outcome :one SET expiresAtEpoch = if_not_exists(expiresAtEpoch, :gone)',
        {
          names: { '#outcome': outcome },
          values: { ':one': 1, ':gone': Math.ceil(at.getTime() / 1000) + keptSeconds },
        },
      );
    },
    read: async (period) =>
      parseAs(tallyItem, (await readItem(table, healthTallyKey(period))) ?? {}, 'A tally of health checks'),
  };
}
