import * as z from 'zod';
import type { HealthSchedule } from '../../domain/connection/health.ts';
import { parseAs } from '../parsing.ts';
import { healthKey, healthPk, healthPlace, placeOf } from './keys.ts';
import { deleteItem } from './single-writes.ts';
import { queryItems, type Table } from './table.ts';

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
