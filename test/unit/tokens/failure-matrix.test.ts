import { describe, expect, it } from 'vitest';
import type { IssueOutcome } from '../../../shared/domain/token/token.ts';
import { policy, type Rig, tokenIn, tokenRig } from './token-rig.ts';

const minute = 60_000;

/** The same sequence in every run. */
function pseudoRandom(): () => number {
  let state = 12_345;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** One process asks every `everyMs` for `forMs`; what it was answered. */
async function askSteadily(rig: Rig, ask: () => Promise<object>, everyMs: number, forMs: number) {
  const answers: string[] = [];
  for (let passed = 0; passed < forMs; passed += everyMs) {
    const outcome = await rig.time.until(ask());
    answers.push('failure' in outcome ? String(outcome.failure) : 'token');
    await rig.time.pass(everyMs);
  }
  return answers;
}

describe('the provider', () => {
  it('is slower than the lease: others take over, the late write is refused, everybody has a token', async () => {
    const rig = tokenRig();
    const [one, two, three] = [rig.process(), rig.process(), rig.process()];
    rig.provider.latencyMs = 14_000;
    const slow = one.get();
    await rig.time.pass(1_000);
    rig.provider.latencyMs = 300;
    const others = await rig.time.until(Promise.all([two.get(), three.get()]));
    expect(others.map((outcome) => tokenIn(outcome).accessToken)).toEqual(['token-2', 'token-2']);
    // What the slow one brings is good, but what is stored is what everybody uses.
    expect(tokenIn(await rig.time.until(slow)).accessToken).toBe('token-2');
    expect(rig.provider.requests).toHaveLength(2);
    const shared = await rig.store.read({
      tenantId: rig.provider.requests[0]!.tenantId,
      clientKey: 'client-a',
    });
    expect(shared?.token?.accessToken).toBe('token-2');
  });

  it('answers 500: a good token serves through the outage, and the pauses grow', async () => {
    const rig = tokenRig();
    const process = rig.process();
    await rig.time.until(process.get());
    rig.provider.answer = () => ({ outcome: 'away' });
    await rig.time.pass(0.9 * 60 * minute);
    const answers = await askSteadily(rig, () => process.get(), 1_000, 3 * minute);
    expect(new Set(answers)).toEqual(new Set(['token']));
    // 5, 10, 20, 40, 60, 60 … of which half is chance: about 3.75 + 7.5 + 15 + 30 + 45 + 45 s.
    expect(rig.provider.requests.length - 1).toBeLessThanOrEqual(7);
    expect(rig.provider.requests.length - 1).toBeGreaterThanOrEqual(4);
  });

  it('answers 500 and there is no token: callers are told when to come back, one request at a time', async () => {
    const rig = tokenRig();
    const processes = Array.from({ length: 8 }, () => rig.process());
    rig.provider.answer = () => ({ outcome: 'away' });
    const outcomes = await rig.time.until(Promise.all(processes.map((process) => process.get())));
    expect(new Set(outcomes.map((outcome) => ('failure' in outcome ? outcome.failure : 'token')))).toEqual(
      new Set(['temporarily-unavailable']),
    );
    for (const outcome of outcomes) {
      expect('retryAfterSeconds' in outcome && outcome.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect('retryAfterSeconds' in outcome && outcome.retryAfterSeconds).toBeLessThanOrEqual(5);
    }
    expect(rig.provider.requests).toHaveLength(1);
    rig.provider.answer = undefined;
    await rig.time.pass(5_000);
    expect(tokenIn(await rig.time.until(processes[0]!.get())).accessToken).toBe('token-2');
  });

  it('answers 429 with Retry-After: it is obeyed for every tenant of the client', async () => {
    const rig = tokenRig();
    const process = rig.process();
    rig.provider.answer = () => ({ outcome: 'away', retryAfterSeconds: 90 });
    await rig.time.until(process.get({ tenantId: 'first' }));
    await rig.time.pass(10_000);
    expect(await rig.time.until(process.get({ tenantId: 'second' }))).toMatchObject({
      failure: 'temporarily-unavailable',
      retryAfterSeconds: expect.toSatisfy((seconds: number) => seconds >= 78 && seconds <= 80 + 30),
    });
    expect(rig.provider.requests).toHaveLength(1);
    rig.provider.answer = undefined;
    await rig.time.pass(111_000);
    const both = () =>
      rig.time.until(Promise.all([process.get({ tenantId: 'first' }), process.get({ tenantId: 'second' })]));
    // One finds out whether the pause is over; the other waits for that.
    await both();
    expect(rig.provider.requests).toHaveLength(2);
    await rig.time.pass(8_000);
    expect((await both()).map((outcome) => 'accessToken' in outcome)).toEqual([true, true]);
    expect(rig.provider.requests).toHaveLength(3);
  });

  it('asks for a pause of a day: nobody is obeyed for longer than the policy says', async () => {
    const rig = tokenRig();
    const process = rig.process();
    rig.provider.answer = () => ({ outcome: 'away', retryAfterSeconds: 86_400 });
    expect(await rig.time.until(process.get())).toEqual({
      failure: 'temporarily-unavailable',
      retryAfterSeconds: policy.longestRetryAfterSeconds,
    });
  });

  it('repeats a token that has 20 seconds left: it serves, is not asked for all the time, and is replaced', async () => {
    const rig = tokenRig();
    rig.provider.repeats = true;
    rig.provider.lifetimeSeconds = 100;
    const [one, two] = [rig.process(), rig.process()];
    await rig.time.until(one.get());
    // The shared item is lost; the provider still answers the old token.
    await rig.time.pass(80_000);
    const other = rig.process();
    const answers = await askSteadily(rig, () => other.get(), 1_000, 40_000);
    expect(answers.filter((answer) => answer !== 'token').length).toBeLessThanOrEqual(4);
    expect(answers.at(-1)).toBe('token');
    expect(rig.provider.requests.length).toBeLessThanOrEqual(8);
    const now = rig.time.now();
    const token = tokenIn(await rig.time.until(two.get()));
    expect(rig.provider.expiry.get(token.accessToken)).toBeGreaterThan(now);
  });

  it('issues tokens of a minute: they are used for most of it', async () => {
    const rig = tokenRig();
    rig.provider.lifetimeSeconds = 60;
    const [one, two] = [rig.process(), rig.process()];
    const both = () => Promise.all([one.get(), two.get()]);
    for (let second = 0; second < 600; second += 1) {
      for (const outcome of await rig.time.until(both())) {
        expect(rig.provider.expiry.get(tokenIn(outcome).accessToken)).toBeGreaterThan(rig.time.now());
      }
      await rig.time.pass(1_000);
    }
    // A refresh every 48 to 54 seconds.
    expect(rig.provider.requests.length).toBeGreaterThanOrEqual(11);
    expect(rig.provider.requests.length).toBeLessThanOrEqual(13);
  });

  it.each([
    ['a scope is missing', { failure: 'tenant-disconnected', reason: 'missing-scopes' }],
    ['the tenant was removed', { failure: 'tenant-disconnected', reason: 'not-integrated' }],
    ['the client is refused', { failure: 'client-rejected' }],
  ] as const)('says that %s: that is answered, and asked again once a minute', async (_, failure) => {
    const rig = tokenRig();
    const process = rig.process();
    const refusal: IssueOutcome = { outcome: 'refused', failure };
    rig.provider.answer = () => refusal;
    expect(await rig.time.until(process.get())).toEqual(failure);
    await askSteadily(rig, () => process.get(), 1_000, 5 * minute);
    expect(rig.provider.requests.length).toBeLessThanOrEqual(6);
    rig.provider.answer = undefined;
    await rig.time.pass(minute);
    expect(tokenIn(await rig.time.until(process.get())).accessToken).toMatch(/^token-/);
  });

  it('refuses the client: after two tenants have met it nobody asks, and then one for all', async () => {
    const rig = tokenRig();
    const process = rig.process();
    rig.provider.answer = () => ({ outcome: 'refused', failure: { failure: 'client-rejected' } });
    const tenants = Array.from({ length: 50 }, (_, index) => `tenant ${index}`);
    const all = () => rig.time.until(Promise.all(tenants.map((tenantId) => process.get({ tenantId }))));
    for (const tenantId of tenants) {
      expect(await rig.time.until(process.get({ tenantId }))).toEqual({ failure: 'client-rejected' });
    }
    expect(rig.provider.requests).toHaveLength(2);
    for (let minutes = 0; minutes < 4; minutes += 1) {
      await rig.time.pass(100_000);
      expect(new Set((await all()).map((outcome) => 'failure' in outcome && outcome.failure))).toEqual(
        new Set(['client-rejected']),
      );
    }
    expect(rig.provider.requests.length).toBeLessThanOrEqual(2 + 4);
    rig.provider.answer = undefined;
    await rig.time.pass(120_000);
    await all();
    await rig.time.pass(60_000);
    expect((await all()).every((outcome) => 'accessToken' in outcome)).toBe(true);
  });

  it('refuses the client for one tenant only: the others go on', async () => {
    const rig = tokenRig();
    const process = rig.process();
    rig.provider.answer = (tenantId) =>
      tenantId === 'bad' ? { outcome: 'refused', failure: { failure: 'client-rejected' } } : undefined;
    for (let minutes = 0; minutes < 5; minutes += 1) {
      expect(await rig.time.until(process.get({ tenantId: 'bad' }))).toEqual({ failure: 'client-rejected' });
      tokenIn(await rig.time.until(process.get({ tenantId: `good ${minutes}` })));
      await rig.time.pass(61_000);
    }
  });

  it('has asked for a pause: whoever was told comes back spread out, and one first', async () => {
    const rig = tokenRig(pseudoRandom());
    const process = rig.process();
    rig.provider.answer = () => ({ outcome: 'away', retryAfterSeconds: 90 });
    const tenants = Array.from({ length: 200 }, (_, index) => `tenant ${index}`);
    await rig.time.until(process.get({ tenantId: tenants[0]! }));
    await rig.time.until(Promise.all(tenants.map((tenantId) => process.get({ tenantId }))));
    expect(rig.provider.requests).toHaveLength(1);
    rig.provider.answer = undefined;
    await rig.time.pass(88_000);
    for (let second = 0; second < 60; second += 1) {
      await rig.time.until(Promise.all(tenants.map((tenantId) => process.get({ tenantId }))));
      await rig.time.pass(1_000);
    }
    const perSecond = Map.groupBy(rig.provider.requests, ({ at }) => Math.floor(at / 1000));
    expect(Math.max(...[...perSecond.values()].map((requests) => requests.length))).toBeLessThanOrEqual(30);
    expect(rig.provider.requests.length).toBeGreaterThanOrEqual(tenants.length);
  });

  it('accepts only the previous secret: each tenant asks once a minute, not all the time', async () => {
    const rig = tokenRig();
    rig.provider.acceptedVersion = 'v0';
    const process = rig.process();
    await askSteadily(rig, () => process.get(), 1_000, 5 * minute);
    expect(rig.provider.requests.length).toBeLessThanOrEqual(6);
  });

  it('is asked once when a secret was promoted, though processes hear of it one after the other', async () => {
    const rig = tokenRig();
    rig.provider.secretVersion = 'v2';
    const processes = Array.from({ length: 20 }, (_, index) =>
      rig.process(index % 2 === 0 ? { knownVersion: 'v1' } : {}),
    );
    await askSteadily(rig, () => Promise.all(processes.map((process) => process.get())), 5_000, 5 * minute);
    expect(rig.provider.requests).toHaveLength(1);
  });

  it('repeats its token for the whole last fifth: it is asked a few times only', async () => {
    const rig = tokenRig();
    rig.provider.repeats = true;
    const process = rig.process();
    const answers = await askSteadily(rig, () => process.get(), 5_000, 60 * minute);
    expect(answers.filter((answer) => answer !== 'token').length).toBeLessThanOrEqual(2);
    expect(rig.provider.requests.length).toBeLessThanOrEqual(12);
  });

  it('is away for a moment while a refused token is replaced: that costs a moment, not a minute', async () => {
    const rig = tokenRig();
    const process = rig.process();
    const first = tokenIn(await rig.time.until(process.get()));
    rig.provider.answer = () => ({ outcome: 'away' });
    expect(await rig.time.until(process.get({ rejected: first.tokenId }))).toMatchObject({
      failure: 'temporarily-unavailable',
    });
    rig.provider.answer = undefined;
    await rig.time.pass(6_000);
    expect(tokenIn(await rig.time.until(process.get({ rejected: first.tokenId }))).accessToken).toBe(
      'token-3',
    );
  });

  it('answers what no document explains: nobody hammers it', async () => {
    const rig = tokenRig();
    const process = rig.process();
    rig.provider.answer = () => ({ outcome: 'unexplained' });
    const answers = await askSteadily(rig, () => process.get(), 1_000, 3 * minute);
    expect(new Set(answers)).toEqual(new Set(['temporarily-unavailable']));
    expect(rig.provider.requests.length).toBeLessThanOrEqual(3);
  });
});

describe('the holder of the lease', () => {
  it('is killed: the others wait for its lease and no longer', async () => {
    const rig = tokenRig();
    const [holder, one, two] = [rig.process(), rig.process(), rig.process()];
    void holder.get();
    await rig.time.pass(200);
    holder.kill();
    const before = rig.time.now();
    const tokens = await rig.time.until(Promise.all([one.get(), two.get()]));
    expect(tokens.map((outcome) => tokenIn(outcome).accessToken)).toEqual(['token-2', 'token-2']);
    expect(rig.time.now() - before).toBeGreaterThanOrEqual(policy.leaseSeconds * 1000);
    expect(rig.time.now() - before).toBeLessThan(policy.waitSeconds * 1000);
  });

  it('was killed long ago: nobody waits', async () => {
    const rig = tokenRig();
    const [holder, one] = [rig.process(), rig.process()];
    void holder.get();
    await rig.time.pass(200);
    holder.kill();
    await rig.time.pass(10 * minute);
    const before = rig.time.now();
    await rig.time.until(one.get());
    expect(rig.time.now() - before).toBeLessThan(1_000);
  });

  it('is paused past its lease and then writes: what came later stays', async () => {
    const rig = tokenRig();
    const [paused, quick] = [rig.process(), rig.process()];
    const late = paused.get();
    await rig.time.pass(100);
    paused.delayMs = 60_000;
    const token = tokenIn(await rig.time.until(quick.get()));
    expect(token.accessToken).toBe('token-2');
    await rig.time.until(late);
    const shared = await rig.store.read({
      tenantId: rig.provider.requests[0]!.tenantId,
      clientKey: 'client-a',
    });
    expect(shared?.token?.accessToken).toBe('token-2');
    expect(shared?.lease).toBeUndefined();
  });
});

describe('clocks that differ by two minutes', () => {
  it.each([
    [0, 120_000],
    [120_000, 0],
    [-60_000, 60_000],
    [60_000, -60_000],
  ])('%i ms and %i ms: still one request, and no token after its end', async (first, second) => {
    const rig = tokenRig();
    const processes = [first, second, first, second].map((skewMs) => rig.process({ skewMs }));
    await rig.time.until(Promise.all(processes.map((process) => process.get())));
    expect(rig.provider.requests).toHaveLength(1);
    for (let minutes = 0; minutes < 130; minutes += 1) {
      await rig.time.pass(minute);
      for (const process of processes) {
        const token = tokenIn(await rig.time.until(process.get()));
        expect(rig.provider.expiry.get(token.accessToken)).toBeGreaterThan(rig.time.now());
      }
    }
    expect(rig.provider.requests.length).toBeLessThanOrEqual(4);
  });

  it('and a provider that is away: a token serves until its end by the slowest clock, and not beyond', async () => {
    const rig = tokenRig();
    const [ahead, behind] = [rig.process({ skewMs: 60_000 }), rig.process({ skewMs: -60_000 })];
    await rig.time.until(ahead.get());
    await rig.time.until(behind.get());
    rig.provider.answer = () => ({ outcome: 'away' });
    let served = 0;
    for (let second = 0; second < 3_700; second += 10) {
      const outcome = await rig.time.until(behind.get());
      if (!('failure' in outcome)) {
        expect(rig.provider.expiry.get(outcome.accessToken)).toBeGreaterThan(rig.time.now());
        served = second;
      }
      await rig.time.pass(10_000);
    }
    expect(served).toBeGreaterThan(3_600 - 250);
  });
});
