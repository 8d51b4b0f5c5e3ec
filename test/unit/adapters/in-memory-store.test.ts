import { describe } from 'vitest';
import { storeContract } from '../../doubles/contracts/store.contract.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

describe('the in-memory store', () => storeContract(async () => createInMemoryStore()));
