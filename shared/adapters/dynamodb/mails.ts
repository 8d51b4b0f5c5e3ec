import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { MailRepository, Reservation } from '../../domain/mail/repository.ts';
import { TransientError } from '../../platform/errors.ts';
import { parseAs } from '../parsing.ts';
import { mailKey } from './keys.ts';
import { deleteItem, putItem, updateItem } from './single-writes.ts';
import { readItem, type Table } from './table.ts';

const mailItem = z.object({
  status: z.enum(['reserved', 'sent']),
  at: z.string(),
  holder: z.string().optional(),
});

const reserveTries = 3;

export function createMailRepository(table: Table): MailRepository {
  return {
    reserve: async (mailId, at, staleBefore): Promise<Reservation> => {
      // Tells our own reservation, whose answer was lost and which the SDK repeated, from somebody else's.
      const holder = randomUUID();
      for (let tries = 1; tries <= reserveTries; tries += 1) {
        const mine = await putItem(
          table,
          mailKey(mailId),
          { status: 'reserved', at, holder },
          {
            expression: 'attribute_not_exists(pk) OR (#status = :reserved AND #at < :stale)',
            names: { '#status': 'status', '#at': 'at' },
            values: { ':reserved': 'reserved', ':stale': staleBefore },
          },
        );
        if (mine) return { status: 'mine' };
        const item = await readItem(table, mailKey(mailId));
        // Released between the two calls: free again.
        if (item === undefined) continue;
        const stored = parseAs(mailItem, item, 'A stored mail');
        if (stored.status === 'sent') return { status: 'sent' };
        return stored.holder === holder ? { status: 'mine' } : { status: 'unclear', since: stored.at };
      }
      throw new TransientError('A mail was reserved and released again and again.');
    },
    markSent: async (mailId, messageId, at) => {
      await updateItem(
        table,
        mailKey(mailId),
        'SET #status = :sent, #at = :at, messageId = :messageId',
        {
          names: { '#status': 'status', '#at': 'at' },
          values: { ':sent': 'sent', ':at': at, ':messageId': messageId },
        },
        'attribute_not_exists(pk) OR #status <> :sent',
      );
    },
    release: async (mailId) => {
      await deleteItem(table, mailKey(mailId), {
        expression: '#status = :reserved',
        names: { '#status': 'status' },
        values: { ':reserved': 'reserved' },
      });
    },
  };
}
