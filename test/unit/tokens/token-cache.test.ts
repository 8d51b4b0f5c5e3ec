import { describe, expect, it } from 'vitest';
import type { Token } from '../../../shared/domain/token/token.ts';
import { someTenantId } from '../../builders/connection.ts';
import { start, tokenIn, tokenRig } from './token-rig.ts';

const refused = (reason: 'not-integrated' | 'missing-scopes') => () =>
  ({ outcome: 'refused', failure: { failure: 'tenant-disconnected', reason } }) as const;

describe('the token cache', () => {
  it.each([
    [1, 1],
    [1, 100],
    [8, 10],
    [32, 100],
  ])('asks once for %i processes with %i callers each', async (processes, callers) => {
    const rig = tokenRig();
    const all = Array.from({ length: processes }, () => rig.process()).flatMap((process) =>
      Array.from({ length: callers }, () => process.get()),
    );
    const tokens = (await rig.time.until(Promise.all(all))).map(tokenIn);
    expect(new Set(tokens.map(({ accessToken }) => accessToken))).toEqual(new Set(['token-1']));
    expect(rig.provider.requests).toHaveLength(1);
  });

  it('serves from the process until the last fifth of the lifetime, and then refreshes once', async () => {
    const rig = tokenRig();
    const [one, two] = [rig.process(), rig.process()];
    await rig.time.until(Promise.all([one.get(), two.get()]));
    await rig.time.pass(0.79 * 3_600_000);
    await rig.time.until(Promise.all([one.get(), two.get()]));
    expect(rig.provider.requests).toHaveLength(1);
    await rig.time.pass(0.1 * 3_600_000);
    await rig.time.until(Promise.all([one.get(), two.get()]));
    await rig.time.until(Promise.all([one.get(), two.get()]));
    expect(rig.provider.requests).toHaveLength(2);
    expect(tokenIn(await rig.time.until(two.get())).accessToken).toBe('token-2');
  });

  it('lets others use the good token while one refreshes ahead', async () => {
    const rig = tokenRig();
    const [one, two] = [rig.process(), rig.process()];
    await rig.time.until(Promise.all([one.get(), two.get()]));
    await rig.time.pass(0.91 * 3_600_000);
    rig.provider.latencyMs = 9_000;
    const slow = one.get();
    await rig.time.pass(1_000);
    const before = rig.time.now();
    expect(tokenIn(await rig.time.until(two.get())).accessToken).toBe('token-1');
    expect(rig.time.now() - before).toBeLessThan(1_000);
    expect(tokenIn(await rig.time.until(slow)).accessToken).toBe('token-2');
  });

  it('refreshes with a new secret version, while the old token serves', async () => {
    const rig = tokenRig();
    const process = rig.process();
    await rig.time.until(process.get());
    rig.provider.secretVersion = 'v2';
    rig.provider.answer = () => ({ outcome: 'away' });
    await rig.time.pass(10_000);
    expect(tokenIn(await rig.time.until(process.get())).accessToken).toBe('token-1');
    rig.provider.answer = undefined;
    await rig.time.pass(60_000);
    expect(tokenIn(await rig.time.until(process.get()))).toMatchObject({
      accessToken: 'token-3',
      secretVersion: 'v2',
    });
    await rig.time.until(process.get());
    expect(rig.provider.requests).toHaveLength(3);
  });

  it('replaces a refused token once, for everybody who reports it', async () => {
    const rig = tokenRig();
    const [one, two] = [rig.process(), rig.process()];
    const first = tokenIn(await rig.time.until(one.get()));
    await rig.time.until(two.get());
    await rig.time.pass(1_000);
    const again = await rig.time.until(
      Promise.all([one, two, one, two].map((process) => process.get({ rejected: first.tokenId }))),
    );
    expect(again.map((outcome) => tokenIn(outcome).accessToken)).toEqual(Array(4).fill('token-2'));
    expect(rig.provider.requests).toHaveLength(2);
    // Late: it is not current any more.
    expect(tokenIn(await rig.time.until(two.get({ rejected: first.tokenId }))).accessToken).toBe('token-2');
    expect(rig.provider.requests).toHaveLength(2);
  });

  it('replaces refused tokens once a minute at most', async () => {
    const rig = tokenRig();
    const process = rig.process();
    let token: Token = tokenIn(await rig.time.until(process.get()));
    const answers: string[] = [];
    for (let second = 0; second < 180; second += 5) {
      await rig.time.pass(5_000);
      const outcome = await rig.time.until(process.get({ rejected: token.tokenId }));
      answers.push('failure' in outcome ? outcome.failure : 'token');
      if (!('failure' in outcome)) token = outcome;
    }
    expect(rig.provider.requests.length).toBeLessThanOrEqual(1 + 3 + 1);
    expect(rig.provider.requests.length).toBeGreaterThanOrEqual(1 + 3);
    expect(new Set(answers)).toEqual(new Set(['token', 'temporarily-unavailable']));
  });

  it('does not answer a refused token again when the provider repeats it', async () => {
    const rig = tokenRig();
    rig.provider.repeats = true;
    const process = rig.process();
    const first = tokenIn(await rig.time.until(process.get()));
    expect(await rig.time.until(process.get({ rejected: first.tokenId }))).toEqual({
      failure: 'temporarily-unavailable',
      retryAfterSeconds: 60,
    });
  });

  it('answers from memory while the store is away, as long as the token is good', async () => {
    const rig = tokenRig();
    const process = rig.process();
    await rig.time.until(process.get());
    process.cutOff = true;
    await rig.time.pass(0.95 * 3_600_000);
    expect(tokenIn(await rig.time.until(process.get())).accessToken).toBe('token-1');
    await rig.time.pass(0.05 * 3_600_000);
    await expect(rig.time.until(process.get())).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('keeps tenants apart', async () => {
    const rig = tokenRig();
    const process = rig.process();
    const other = await rig.time.until(process.get({ tenantId: 'another' }));
    rig.provider.answer = (tenantId) => (tenantId === someTenantId ? refused('not-integrated')() : undefined);
    expect(await rig.time.until(process.get())).toEqual({
      failure: 'tenant-disconnected',
      reason: 'not-integrated',
    });
    expect(await rig.time.until(process.get({ tenantId: 'another' }))).toEqual(other);
    expect(tokenIn(other).issuedAt).toBeGreaterThanOrEqual(start);
  });
});
