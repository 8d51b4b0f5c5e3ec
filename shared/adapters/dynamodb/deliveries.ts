import * as z from 'zod';
import type { DeliveryRepository } from '../../domain/delivery/repository.ts';
import { parseAs } from '../parsing.ts';
import { deliveryWrite } from './delivery-items.ts';
import { entryWrites } from './history-items.ts';
import { deliveryItemKey, ticketItemKey } from './keys.ts';
import { outcomeEntry } from './own-entries.ts';
import { updateItem } from './single-writes.ts';
import { readItem, type Table } from './table.ts';
import { transact, type Write } from './transaction.ts';
import { writeDigestOf } from './transaction-rules.ts';

/** The table holds no empty sets. */
const texts = z
  .set(z.string())
  .default(new Set())
  .transform((found) => [...found].sort());
const ticketItem = z.object({ sentUuids: texts, sentMessageIds: texts, sentTextDigests: texts });

export function createDeliveryRepository(table: Table): DeliveryRepository {
  return {
    isSeen: async (deliveryKey) => (await readItem(table, deliveryItemKey(deliveryKey))) !== undefined,
    conclude: async (deliveryKey, outcome, cause) => {
      const entry = outcomeEntry(deliveryKey, outcome, cause);
      await transact(table, [
        deliveryWrite(deliveryKey, cause.at),
        // The entry outlives the delivery's item, and says the same.
        ...entryWrites([entry], writeDigestOf(entry)).map(
          (write): Write => ({ ...write, refusal: 'delivery-seen' }),
        ),
      ]);
    },
    findTicket: async (ticketKey) => {
      const item = await readItem(table, ticketItemKey(ticketKey));
      if (item === undefined) return undefined;
      return { ticketKey, ...parseAs(ticketItem, item, 'A stored ticket') };
    },
    rememberSent: async (ticketKey, uuids) => {
      if (uuids.length === 0) return;
      await updateItem(table, ticketItemKey(ticketKey), 'ADD sentUuids :uuids', {
        values: { ':uuids': new Set(uuids) },
      });
    },
    admitAnswer: (ticketKey, { answerId, textDigest }, atMost) =>
      updateItem(
        table,
        ticketItemKey(ticketKey),
        'ADD answerIds :answerIds, sentTextDigests :texts',
        {
          values: {
            ':answerIds': new Set([answerId]),
            ':texts': new Set([textDigest]),
            ':answerId': answerId,
            ':atMost': atMost,
          },
        },
        'attribute_not_exists(answerIds) OR contains(answerIds, :answerId) OR size(answerIds) < :atMost',
      ),
    rememberMessage: async (ticketKey, messageId) => {
      await updateItem(table, ticketItemKey(ticketKey), 'ADD sentMessageIds :ids', {
        values: { ':ids': new Set([messageId]) },
      });
    },
  };
}
