import { afterAll, beforeAll, describe } from 'vitest';
import { createCampaignRepository } from '../../../shared/adapters/dynamodb/campaigns.ts';
import { createConnectionRepository } from '../../../shared/adapters/dynamodb/connections.ts';
import { createDeliveryRepository } from '../../../shared/adapters/dynamodb/deliveries.ts';
import { createEnvironmentRepository } from '../../../shared/adapters/dynamodb/environments.ts';
import {
  createHealthSchedule,
  createHealthTally,
} from '../../../shared/adapters/dynamodb/health-schedule.ts';
import { createImportRepository } from '../../../shared/adapters/dynamodb/imports.ts';
import { createAnswerRepository, createMailRepository } from '../../../shared/adapters/dynamodb/sendings.ts';
import { createStock } from '../../../shared/adapters/dynamodb/stock.ts';
import { openTable } from '../../../shared/adapters/dynamodb/table.ts';
import { createTenantRepository } from '../../../shared/adapters/dynamodb/tenants.ts';
import { createWaitingRoom } from '../../../shared/adapters/dynamodb/waiting-room.ts';
import { storeContract } from '../../doubles/contracts/store.contract.ts';
import type { Store } from '../../doubles/in-memory-store.ts';
import { type Database, startDatabase } from '../dynoxide.ts';

describe('the table', () => {
  let database: Database | undefined;
  beforeAll(async () => {
    database = await startDatabase();
  });
  afterAll(() => database?.stop());

  storeContract(async (): Promise<Store> => {
    if (database === undefined) throw new Error('The database did not start.');
    const table = openTable(await database.createTable(), database.client);
    return {
      connections: createConnectionRepository(table),
      environments: createEnvironmentRepository(table),
      tenants: createTenantRepository(table),
      stock: createStock(table),
      deliveries: createDeliveryRepository(table),
      waitingRoom: createWaitingRoom(table),
      healthSchedule: createHealthSchedule(table),
      healthTally: createHealthTally(table),
      campaigns: createCampaignRepository(table),
      imports: createImportRepository(table),
      mails: createMailRepository(table),
      answers: createAnswerRepository(table),
    };
  });
});
