import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { IssueOutcome } from '../../../shared/domain/token/token.ts';
import { isToken } from '../../../shared/domain/token/token-cache.ts';
import { type Process, policy, tokenRig } from './token-rig.ts';

/** What can happen between two calls. */
const deed = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('ask' as const),
      process: fc.nat(3),
      callers: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('report' as const), process: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.oneof(fc.nat(500), fc.nat(20_000), fc.nat(2_000_000)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), process: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('stall' as const),
      process: fc.nat(3),
      ms: fc.constantFrom(0, 20_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('secret' as const), version: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('provider' as const),
      latencyMs: fc.constantFrom(5, 300, 5_000, 11_000, 14_000),
      lifetimeSeconds: fc.constantFrom(20, 60, 600, 3_600),
      repeats: fc.boolean(),
      answer: fc.constantFrom<IssueOutcome | undefined>(
        undefined,
        undefined,
        { outcome: 'away' },
        { outcome: 'away', retryAfterSeconds: 30 },
        { outcome: 'refused', failure: { failure: 'tenant-disconnected', reason: 'not-integrated' } },
        { outcome: 'unexplained' },
      ),
    }),
  },
);

it('whatever happens: no token after its end, no refused token again, no caller who waits for ever, no hammering', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { minLength: 5, maxLength: 40 }),
      fc.array(fc.integer({ min: -60_000, max: 60_000 }), { minLength: 4, maxLength: 4 }),
      fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
      async (deeds, skews, chance) => {
        const rig = tokenRig(() => chance.next().value ?? 0.5);
        const processes: Process[] = skews.map((skewMs) => rig.process({ skewMs }));
        const lastToken = new Map<Process, string>();
        const waiting = new Set<{ readonly process: Process }>();
        const problems: string[] = [];
        const stalled = new Set<Process>();
        const ask = (process: Process, rejected?: string) => {
          const asked = rig.time.now();
          const caller = { process };
          waiting.add(caller);
          void process.get(rejected === undefined ? {} : { rejected }).then((outcome) => {
            waiting.delete(caller);
            const waited = rig.time.now() - asked;
            // A wait, then a lease's worth of asking; a stalled process is slow by itself.
            const longest = (policy.waitSeconds + 14 + 3) * 1000 + (stalled.has(process) ? 240_000 : 0);
            if (waited > longest) problems.push(`waited ${waited} ms`);
            if (!isToken(outcome)) return;
            lastToken.set(process, outcome.tokenId);
            if (outcome.tokenId === rejected) problems.push(`the refused ${rejected} again`);
            const left = (rig.provider.expiry.get(outcome.accessToken) ?? 0) - rig.time.now();
            // Short lifetimes leave a tenth as a margin, which clocks that differ by more can use up; so can a stall.
            const short =
              (rig.provider.lifetime.get(outcome.accessToken) ?? 0) < 1_200 || stalled.has(process);
            if (left <= 0 && !short) problems.push(`a token ${-left} ms after its end`);
          });
        };
        for (const one of deeds) {
          const process = 'process' in one ? processes[one.process] : undefined;
          if (one.kind === 'ask' && process) {
            for (let caller = 0; caller < one.callers; caller += 1) ask(process);
          } else if (one.kind === 'report' && process) {
            const rejected = lastToken.get(process);
            if (rejected !== undefined) ask(process, rejected);
          } else if (one.kind === 'pass') await rig.time.pass(one.ms);
          else if (one.kind === 'kill' && process) {
            process.kill();
            processes[processes.indexOf(process)] = rig.process({ skewMs: skews[0] ?? 0 });
          } else if (one.kind === 'stall' && process) {
            process.delayMs = one.ms;
            stalled.add(process);
          } else if (one.kind === 'secret') rig.provider.secretVersion = `v${one.version}`;
          else if (one.kind === 'provider') {
            const { answer } = one;
            const { latencyMs, lifetimeSeconds, repeats } = one;
            Object.assign(rig.provider, {
              latencyMs,
              lifetimeSeconds,
              repeats,
              answer: answer && (() => answer),
            });
          }
        }
        // In the end the provider is well again and everybody who is alive gets a token.
        Object.assign(rig.provider, {
          latencyMs: 300,
          lifetimeSeconds: 3_600,
          repeats: false,
          answer: undefined,
        });
        for (const process of processes) process.delayMs = 0;
        await rig.time.pass((policy.longestRetryAfterSeconds + 60) * 1000);
        const before = rig.provider.requests.length;
        const last = await rig.time.until(Promise.all(processes.map((process) => process.get())));
        expect(last.map(isToken)).toEqual(processes.map(() => true));
        expect(rig.provider.requests.length - before).toBeLessThanOrEqual(1);
        expect(problems).toEqual([]);
        expect([...waiting].filter(({ process }) => processes.includes(process))).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
