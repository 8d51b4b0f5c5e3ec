import * as z from 'zod';
import type { EnvironmentRepository } from '../../domain/environment/repository.ts';
import { parseAs } from '../parsing.ts';
import { environmentWrites, parseEnvironment } from './environment-items.ts';
import { entryKey, readHistory } from './history-items.ts';
import { contactKey, environmentKey } from './keys.ts';
import { queryPrefix, readItem, readItems, type Table } from './table.ts';
import { transact } from './transaction.ts';
import { checkEnvironmentChange, writeDigestOf } from './transaction-rules.ts';

const contactItem = z.object({ environmentId: z.string() });

export function createEnvironmentRepository(table: Table): EnvironmentRepository {
  return {
    find: async (environmentId) => {
      const item = await readItem(table, environmentKey(environmentId));
      return item === undefined ? undefined : parseEnvironment(item);
    },
    findMany: async (environmentIds) =>
      (await readItems(table, environmentIds.map(environmentKey))).map(parseEnvironment),
    findByContact: async (email) => {
      const pointers = await queryPrefix(table, contactKey(email, '').pk, 'ENVIRONMENT#');
      const keys = pointers.map((item) =>
        environmentKey(parseAs(contactItem, item, 'A stored contact').environmentId),
      );
      const environments = (await readItems(table, keys)).map(parseEnvironment);
      return environments.sort((a, b) => (a.environmentId < b.environmentId ? -1 : 1));
    },
    history: (environmentId) => readHistory(table, 'environment', environmentId, 0),
    save: async (change) => {
      checkEnvironmentChange(change);
      const write = writeDigestOf(change);
      const [first] = change.entries;
      await transact(
        table,
        await environmentWrites(table, change, write),
        first === undefined ? undefined : { key: entryKey(first), write },
      );
    },
  };
}
