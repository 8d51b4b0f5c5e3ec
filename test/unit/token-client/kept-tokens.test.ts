import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TokenFor } from '../../../shared/token-client/errors.ts';
import { aToken, keptTokensRig, type Question, settle, someone, tokenIdOf } from './rig.ts';

describe('a token that was answered', () => {
  it('is used again for a minute, counted from the question', async () => {
    const rig = keptTokensRig();
    const first = rig.tokens.get(someone);
    await settle();
    rig.pass(20);
    await rig.open[0]!.answer(aToken());
    expect(await first).toEqual(aToken());
    rig.pass(39.9);
    expect(await rig.tokens.get(someone)).toEqual(aToken());
    expect(rig.asked).toHaveLength(1);
    rig.pass(0.1);
    expect(await rig.fetch(someone, aToken({ accessToken: 'token-2' }))).toMatchObject({
      accessToken: 'token-2',
    });
    expect(rig.asked).toHaveLength(2);
  });

  it.each([
    ['its last minute', 90, 30],
    ['the last tenth of what was left', 20, 18],
  ])('is not used in %s', async (_, lifetime, usable) => {
    const rig = keptTokensRig();
    await rig.fetch(someone, aToken({ expiresAt: new Date(rig.now() + lifetime * 1000).toISOString() }));
    // 90 s: a tenth is 9 s. 20 s: a tenth is 2 s.
    const until = lifetime === 90 ? 60 : usable;
    rig.pass(until - 0.1);
    await rig.tokens.get(someone);
    expect(rig.asked).toHaveLength(1);
    rig.pass(0.1);
    void rig.tokens.get(someone);
    await settle();
    expect(rig.asked).toHaveLength(2);
  });

  it('says nothing of its age when the clock was set back', async () => {
    const rig = keptTokensRig();
    await rig.fetch(someone, aToken());
    rig.pass(-1);
    void rig.tokens.get(someone);
    await settle();
    expect(rig.asked).toHaveLength(2);
  });

  it('belongs to one administration or connection', async () => {
    const rig = keptTokensRig();
    const others: TokenFor[] = [
      { environmentId: 'bakkerij', administrationId: '2' },
      { environmentId: 'bakkerij', administrationId: '' },
      { environmentId: '["bakkerij","1"]', administrationId: '1' },
      { connectionId: 'bakkerij' },
    ];
    await rig.fetch(someone, aToken());
    for (const [index, other] of others.entries()) {
      const accessToken = `other-${index}`;
      expect(await rig.fetch(other, aToken({ accessToken }))).toMatchObject({ accessToken });
    }
    expect(await rig.tokens.get(someone)).toEqual(aToken());
    expect(rig.asked).toHaveLength(5);
  });

  it('goes when many others were used since', async () => {
    const rig = keptTokensRig({ maximumEntries: 2 });
    const [a, b, c] = ['a', 'b', 'c'].map((connectionId) => ({ connectionId }));
    for (const of of [a!, b!]) await rig.fetch(of, aToken({ accessToken: of.connectionId }));
    await rig.tokens.get(a!);
    await rig.fetch(c!, aToken({ accessToken: 'c' }));
    await rig.tokens.get(a!);
    expect(rig.asked).toHaveLength(3);
    void rig.tokens.get(b!);
    await settle();
    expect(rig.asked).toHaveLength(4);
  });
});

describe('asking at the same moment', () => {
  it('is one request, and its failure is everybody’s', async () => {
    const rig = keptTokensRig();
    const all = Promise.allSettled(Array.from({ length: 20 }, () => rig.tokens.get(someone)));
    await settle();
    expect(rig.asked).toHaveLength(1);
    await rig.open[0]!.fail(new Error('away'));
    expect((await all).map(({ status }) => status)).toEqual(Array(20).fill('rejected'));
    expect(await rig.fetch(someone, aToken())).toEqual(aToken());
  });

  it('about a refused token is one report', async () => {
    const rig = keptTokensRig();
    await rig.fetch(someone, aToken());
    const all = Promise.all(Array.from({ length: 20 }, () => rig.tokens.get(someone, 'token-1')));
    await settle();
    expect(rig.asked.map(({ rejectedTokenId }) => rejectedTokenId)).toEqual([
      undefined,
      tokenIdOf('token-1'),
    ]);
    // Whoever asks meanwhile waits for the new one too.
    const another = rig.tokens.get(someone);
    await rig.open[0]!.answer(aToken({ accessToken: 'token-2' }));
    expect(new Set((await all).map(({ accessToken }) => accessToken))).toEqual(new Set(['token-2']));
    expect(await another).toMatchObject({ accessToken: 'token-2' });
    // Somebody who was refused with the first one, and says so late.
    expect(await rig.tokens.get(someone, 'token-1')).toMatchObject({ accessToken: 'token-2' });
    expect(rig.asked).toHaveLength(2);
  });

  it('and learning of a refusal meanwhile is a request of its own, whose answer stays', async () => {
    const rig = keptTokensRig();
    void rig.tokens.get(someone);
    const reported = rig.tokens.get(someone, 'token-1');
    await settle();
    const [before, after] = rig.open as [Question, Question];
    await after.answer(aToken({ accessToken: 'token-2' }));
    await before.answer(aToken());
    expect(await reported).toMatchObject({ accessToken: 'token-2' });
    expect(await rig.tokens.get(someone)).toMatchObject({ accessToken: 'token-2' });
    expect(rig.asked).toHaveLength(2);
  });
});

describe('whatever the order', () => {
  const names = ['a', 'b'].map((connectionId) => ({ connectionId }));
  const who = fc.constantFrom(...names);
  const step = fc.oneof(
    fc.record({ do: fc.constant('ask' as const), of: who }),
    fc.record({ do: fc.constant('report' as const), of: who }),
    fc.record({
      do: fc.constant('answer' as const),
      which: fc.nat(5),
      fails: fc.boolean(),
      lifetime: fc.constantFrom(5, 40, 100, 3_600),
      repeats: fc.boolean(),
    }),
    fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(0.5, 3, 20, 61) }),
  );

  it('no answer is too old, refused, another’s or older than one that was known', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const rig = keptTokensRig();
        const wrong: string[] = [];
        /** What the broker answered, by access token; it may repeat itself unless it is told of a refusal. */
        const answers = new Map<string, Question & { expiresAt: number }>();
        const latest = new Map<TokenFor, string>(names.map((of) => [of, `${of.connectionId}-before`]));
        let made = 0;
        for (const one of steps) {
          switch (one.do) {
            case 'pass':
              rig.pass(one.seconds);
              break;
            case 'answer': {
              const question = rig.open[one.which % Math.max(1, rig.open.length)];
              if (question === undefined) break;
              if (one.fails) {
                await question.fail(new Error('away'));
                break;
              }
              const last = latest.get(question.of)!;
              const repeats = one.repeats && tokenIdOf(last) !== question.rejectedTokenId;
              if (!repeats) made += 1;
              const accessToken = repeats ? last : `token-${made}`;
              const expiresAt = rig.now() + one.lifetime * 1000;
              latest.set(question.of, accessToken);
              if (question.number > (answers.get(accessToken)?.number ?? 0)) {
                answers.set(accessToken, { ...question, expiresAt });
              }
              await question.answer(aToken({ accessToken, expiresAt: new Date(expiresAt).toISOString() }));
              break;
            }
            case 'ask':
            case 'report': {
              const rejected = one.do === 'report' ? latest.get(one.of) : undefined;
              const questions = rig.asked.length;
              const newest = rig.asked.filter(({ of }) => of === one.of).at(-1);
              const joins =
                newest !== undefined &&
                rig.open.includes(newest) &&
                (rejected === undefined || newest.rejectedTokenId === tokenIdOf(rejected));
              let atOnce: string | undefined;
              rig.tokens.get(one.of, rejected).then(
                ({ accessToken }) => {
                  atOnce = accessToken;
                  if (accessToken === rejected) wrong.push(`${accessToken} was refused`);
                  if (answers.get(accessToken)?.of !== one.of) wrong.push(`${accessToken} is another's`);
                },
                () => undefined,
              );
              await settle();
              if (atOnce === undefined) {
                expect(rig.asked.length - questions).toBe(joins ? 0 : 1);
                break;
              }
              const from = answers.get(atOnce)!;
              expect(rig.asked).toHaveLength(questions);
              expect(rig.now() - from.at).toBeLessThan(60_000);
              expect(rig.now()).toBeLessThan(from.expiresAt);
              const known = [...answers.values()].filter(({ of }) => of === one.of);
              expect(from.number).toBe(Math.max(...known.map(({ number }) => number)));
              break;
            }
          }
          expect(wrong).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});
