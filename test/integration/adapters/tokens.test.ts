import { afterAll, beforeAll, describe } from 'vitest';
import { openTable } from '../../../shared/adapters/dynamodb/table.ts';
import { createTokenStore } from '../../../shared/adapters/dynamodb/tokens.ts';
import { tokenStoreContract } from '../../doubles/contracts/tokens.contract.ts';
import { type Database, startDatabase } from '../dynoxide.ts';

describe('the tokens’ table', () => {
  let database: Database | undefined;
  beforeAll(async () => {
    database = await startDatabase();
  });
  afterAll(() => database?.stop());

  tokenStoreContract(async () => {
    if (database === undefined) throw new Error('The database did not start.');
    return createTokenStore(openTable(await database.createTable(), database.client));
  });
});
