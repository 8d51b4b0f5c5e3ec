import { expect, it } from 'vitest';
import type { Token } from '../../../shared/domain/token/token.ts';
import type { RememberedFailure, TokenStore } from '../../../shared/domain/token/token-store.ts';
import { someTenantId } from '../../builders/connection.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const key = { tenantId: someTenantId, clientKey: 'client-a' };

export const aToken = (change: Partial<Token> = {}): Token => ({
  accessToken: 'a.b.c',
  tokenId: 'id-1',
  issuedAt: now,
  expiresAt: now + 3_600_000,
  secretVersion: 'v1',
  ...change,
});

const aFailure = (change: Partial<RememberedFailure> = {}): RememberedFailure => ({
  value: { failure: 'tenant-disconnected', reason: 'not-integrated' },
  until: now + 60_000,
  count: 0,
  ...change,
});

/** What every store of tokens does, the table and its double alike. */
export function tokenStoreContract(open: () => Promise<TokenStore>): void {
  const lease = (seenFence: number, owner = 'p1') => ({ owner, until: now + 12_000, seenFence });

  it('knows nothing at first', async () => {
    const store = await open();
    expect(await store.read(key)).toBeUndefined();
    expect(await store.readClientFailure('client-a')).toBeUndefined();
  });

  it('gives the lease to one of those who saw the same', async () => {
    const store = await open();
    const fences = await Promise.all(['p1', 'p2', 'p3'].map((owner) => store.acquire(key, lease(0, owner))));
    expect(fences.filter((fence) => fence !== undefined)).toEqual([1]);
    const shared = await store.read(key);
    expect(shared?.lease?.owner).toBe(['p1', 'p2', 'p3'][fences.indexOf(1)]);
    expect(shared?.fence).toBe(1);
  });

  it('knows its own lease again when the answer to it was lost', async () => {
    const store = await open();
    await store.acquire(key, lease(0, 'p1'));
    expect(await store.acquire(key, lease(0, 'p1'))).toBe(1);
    expect(await store.acquire(key, lease(0, 'p2'))).toBeUndefined();
  });

  it('ends the lease with a token, whole', async () => {
    const store = await open();
    const fence = (await store.acquire(key, lease(0))) ?? 0;
    const outcome = { token: aToken(), refreshNotBefore: now + 5_000, rejectedAt: now - 5 };
    expect(await store.settle(key, fence, outcome)).toBe(true);
    expect(await store.read(key)).toEqual({
      fence: 2,
      token: aToken(),
      refreshNotBefore: now + 5_000,
      rejectedAt: now - 5,
    });
  });

  it('keeps the token beside a failure, and forgets the failure with the next token', async () => {
    const store = await open();
    const first = (await store.acquire(key, lease(0))) ?? 0;
    await store.settle(key, first, { token: aToken(), refreshNotBefore: now });
    const second = (await store.acquire(key, lease(2))) ?? 0;
    await store.settle(key, second, { failure: aFailure({ count: 3 }) });
    expect(await store.read(key)).toMatchObject({ token: aToken(), failure: aFailure({ count: 3 }) });
    const third = (await store.acquire(key, lease(4))) ?? 0;
    await store.settle(key, third, { token: aToken({ tokenId: 'id-2' }), refreshNotBefore: now });
    expect(await store.read(key)).toEqual({
      fence: 6,
      token: aToken({ tokenId: 'id-2' }),
      refreshNotBefore: now,
    });
  });

  it.each([
    ['a token', { token: aToken({ tokenId: 'late' }), refreshNotBefore: now }],
    ['a failure', { failure: aFailure() }],
  ] as const)('refuses %s of a holder whom another has replaced', async (_, outcome) => {
    const store = await open();
    const slow = (await store.acquire(key, lease(0, 'slow'))) ?? 0;
    const quick = (await store.acquire(key, lease(1, 'quick'))) ?? 0;
    expect(await store.settle(key, slow, outcome)).toBe(false);
    expect(await store.settle(key, quick, { token: aToken(), refreshNotBefore: now })).toBe(true);
    expect(await store.settle(key, slow, outcome)).toBe(false);
    expect((await store.read(key))?.token).toEqual(aToken());
  });

  it('refuses whoever saw it before the last settlement', async () => {
    const store = await open();
    const fence = (await store.acquire(key, lease(0))) ?? 0;
    await store.settle(key, fence, { token: aToken(), refreshNotBefore: now });
    expect(await store.acquire(key, lease(fence))).toBeUndefined();
    expect(await store.acquire(key, lease(0))).toBeUndefined();
  });

  it('keeps tenants and clients apart', async () => {
    const store = await open();
    await store.acquire(key, lease(0));
    expect(await store.acquire({ ...key, clientKey: 'client-b' }, lease(0))).toBe(1);
    expect(await store.acquire({ ...key, tenantId: 'another' }, lease(0))).toBe(1);
  });

  it('replaces what is remembered of a client for whoever has read it, and keeps clients apart', async () => {
    const store = await open();
    const first = { ...aFailure({ value: { failure: 'client-rejected' }, count: 1 }), tenantId: 'one' };
    const second = { ...first, until: first.until + 1, count: 2, tenantId: 'two' };
    const answers = await Promise.all([
      store.replaceClientFailure('client-a', undefined, first),
      store.replaceClientFailure('client-a', undefined, second),
    ]);
    expect(answers.toSorted()).toEqual([false, true]);
    const stored = await store.readClientFailure('client-a');
    expect(stored).toEqual(answers[0] ? first : second);
    expect(await store.replaceClientFailure('client-a', { ...second, count: 7 }, first)).toBe(false);
    expect(await store.replaceClientFailure('client-a', stored, { ...second, count: 3 })).toBe(true);
    expect(await store.readClientFailure('client-a')).toEqual({ ...second, count: 3 });
    expect(await store.readClientFailure('client-b')).toBeUndefined();
  });
}
