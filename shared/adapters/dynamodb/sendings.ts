import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Reservation, Sendings } from '../../domain/sending/sendings.ts';
import { TransientError } from '../../platform/errors.ts';
import { parseAs } from '../parsing.ts';
import { answerKey, type Key, mailKey } from './keys.ts';
import { deleteItem, putItem, updateItem } from './single-writes.ts';
import { readItem, type Table } from './table.ts';

const sendingItem = z.object({
  status: z.enum(['reserved', 'sent']),
  at: z.string(),
  holder: z.string().optional(),
});

const reserveTries = 3;

/** E-mails by their `mailId`. */
export function createMailRepository(table: Table): Sendings {
  return createSendings(table, mailKey);
}

/** Answers on tickets by their `answerId`. */
export function createAnswerRepository(table: Table): Sendings {
  return createSendings(table, answerKey);
}

function createSendings(table: Table, keyOf: (id: string) => Key): Sendings {
  return {
    reserve: async (id, at, staleBefore): Promise<Reservation> => {
      // Tells our own reservation, whose answer was lost and which the SDK repeated, from somebody else's.
      const holder = randomUUID();
      for (let tries = 1; tries <= reserveTries; tries += 1) {
        const mine = await putItem(
          table,
          keyOf(id),
          { status: 'reserved', at, holder },
          {
            expression: 'attribute_not_exists(pk) OR (#status = :reserved AND #at < :stale)',
            names: { '#status': 'status', '#at': 'at' },
            values: { ':reserved': 'reserved', ':stale': staleBefore },
          },
        );
        if (mine) return { status: 'mine' };
        const item = await readItem(table, keyOf(id));
        // Released between the two calls: free again.
        if (item === undefined) continue;
        const stored = parseAs(sendingItem, item, 'A stored sending');
        if (stored.status === 'sent') return { status: 'sent' };
        return stored.holder === holder ? { status: 'mine' } : { status: 'unclear', since: stored.at };
      }
      throw new TransientError('A sending was reserved and released again and again.');
    },
    markSent: async (id, messageId, at) => {
      await updateItem(
        table,
        keyOf(id),
        `SET #status = :sent, #at = :at${messageId === undefined ? '' : ', messageId = :messageId'}`,
        {
          names: { '#status': 'status', '#at': 'at' },
          values: {
            ':sent': 'sent',
            ':at': at,
            ...(messageId === undefined ? {} : { ':messageId': messageId }),
          },
        },
        'attribute_not_exists(pk) OR #status <> :sent',
      );
    },
    release: async (id) => {
      await deleteItem(table, keyOf(id), {
        expression: '#status = :reserved',
        names: { '#status': 'status' },
        values: { ':reserved': 'reserved' },
      });
    },
  };
}
