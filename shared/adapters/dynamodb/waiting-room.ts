import * as z from 'zod';
import { waits } from '../../domain/connection/next-step.ts';
import { onFreshState, Refusal, type Waiting, type WaitingRoom } from '../../domain/connection/repository.ts';
import { parseAs } from '../parsing.ts';
import { waitingForStockKey, waitingKey } from './keys.ts';
import { queryPrefix, readItem, type Table } from './table.ts';
import { put, remove, transact, type Write } from './transaction.ts';

const shape = {
  taskToken: z.string(),
  wait: z.enum(waits),
  attempt: z.number().int(),
  since: z.string(),
} satisfies Record<keyof Waiting, z.ZodType>;
const waitingItem = z.object(shape);
const stockItem = z.object({ connectionId: z.string(), since: z.string() });

/** The token and the place in the stock's queue are one transaction, so that neither exists without the other. */
export function createWaitingRoom(table: Table): WaitingRoom {
  const find = async (connectionId: string): Promise<Waiting | undefined> => {
    const item = await readItem(table, waitingKey(connectionId));
    return item === undefined ? undefined : parseAs(waitingItem, item, 'A stored wait');
  };
  /** A refused write is done when the stored token says that it should be refused, and else repeated. */
  const unless = (isMoot: (stored: Waiting | undefined) => boolean, connectionId: string, writes: Write[]) =>
    onFreshState(async () => {
      try {
        await transact(table, writes);
      } catch (error) {
        if (!(error instanceof Refusal) || !isMoot(await find(connectionId))) throw error;
      }
    });
  return {
    enter: (connectionId, waiting) =>
      unless((stored) => stored !== undefined && stored.attempt > waiting.attempt, connectionId, [
        put(waitingKey(connectionId), waiting, 'concurrent-change', {
          expression: 'attribute_not_exists(pk) OR attempt <= :attempt',
          values: { ':attempt': waiting.attempt },
        }),
        waiting.wait === 'wait-for-stock'
          ? put(waitingForStockKey(connectionId), { connectionId, since: waiting.since })
          : remove(waitingForStockKey(connectionId)),
      ]),
    find,
    leave: (connectionId, taskToken) =>
      unless((stored) => stored?.taskToken !== taskToken, connectionId, [
        remove(waitingKey(connectionId), 'concurrent-change', {
          expression: 'taskToken = :token',
          values: { ':token': taskToken },
        }),
        remove(waitingForStockKey(connectionId)),
      ]),
    waitingForStock: async () => {
      const items = await queryPrefix(table, 'STOCK', 'WAITING#');
      return items
        .map((item) => parseAs(stockItem, item, 'A stored wait for the stock'))
        .sort((a, b) => (`${a.since}#${a.connectionId}` < `${b.since}#${b.connectionId}` ? -1 : 1))
        .map(({ connectionId }) => connectionId);
    },
  };
}
