import { describe } from 'vitest';
import { tokenStoreContract } from '../../doubles/contracts/tokens.contract.ts';
import { inMemoryTokens } from '../../doubles/in-memory/tokens.ts';

describe('the double of the tokens’ table', () => {
  tokenStoreContract(async () => inMemoryTokens());
});
