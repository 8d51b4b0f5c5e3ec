import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { dueFrom } from '../../../shared/domain/token/freshness.ts';
import { aToken } from '../../doubles/contracts/tokens.contract.ts';

it('spreads the refreshes of tokens of one moment evenly over a tenth of their lifetime', () => {
  const { issuedAt, expiresAt } = aToken();
  const lifetime = expiresAt - issuedAt;
  const tenths = Array<number>(10).fill(0);
  for (let number = 0; number < 10_000; number += 1) {
    const tokenId = createHash('sha256').update(String(number)).digest('hex');
    const place = ((dueFrom(aToken({ tokenId })) - issuedAt) / lifetime - 0.8) / 0.1;
    expect(place).toBeGreaterThanOrEqual(0);
    expect(place).toBeLessThan(1);
    tenths[Math.floor(place * 10)]! += 1;
  }
  expect(Math.min(...tenths)).toBeGreaterThan(850);
  expect(Math.max(...tenths)).toBeLessThan(1_150);
});
