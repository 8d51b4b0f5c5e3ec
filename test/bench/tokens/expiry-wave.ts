import { inParallel } from '../report.ts';
import type { Member } from './crew.ts';
import { type Ground, lifetimeMs } from './ground.ts';

export interface ExpiryWave {
  readonly tenants: number;
  readonly tokenRequests: number;
  readonly peakRequestsPerSecond: number;
  /** From the first request to the last. */
  readonly seconds: number;
}

/** Seconds between two times that a process asks for the same tenant's token. */
export const askedEverySeconds = 10;
const minuteMs = 60_000;

/**
 * Tokens of an hour that were issued, and so expire, within one minute, while every process asks for every tenant's token
 * every ten seconds.
 *
 * The clock is virtual, and goes from one second to the next when every process has every answer of the second: whatever
 * the machine is busy with falls into the second that it belongs to. So the requests of a second are counted exactly, and
 * an hour takes some seconds. The quiet part of the lifetime is left out: from the minute of the issue the clock is set
 * to one minute before the last fifth.
 */
export async function expiryWave(
  ground: Ground,
  members: readonly Member[],
  tenants: number,
): Promise<ExpiryWave> {
  const start = Date.now();
  const tenantIds: string[] = [];
  await inParallel(
    Array.from({ length: tenants }, (_, number) => start + (minuteMs * number) / tenants),
    20,
    async (issuedAt) => {
      tenantIds.push(await ground.addTenant(issuedAt));
    },
  );
  const groups = Array.from({ length: askedEverySeconds }, (_, phase) =>
    tenantIds.filter((_id, number) => number % askedEverySeconds === phase),
  );
  await Promise.all(members.map((member) => member.ask('startWave')));
  const requests: { readonly second: number; readonly count: number }[] = [];
  let before = ground.tokenRequests();

  /** Each process asks for another tenth of the tenants in the same second. */
  async function tick(second: number): Promise<void> {
    await Promise.all(
      members.map((member, process) => {
        const due = groups[(second + process) % askedEverySeconds] ?? [];
        return member.ask('wave', { at: start + 1000 * second, tenantIds: due });
      }),
    );
    const after = ground.tokenRequests();
    requests.push({ second, count: after - before });
    before = after;
  }

  const lifetime = lifetimeMs / 1000;
  for (let second = 60; second < 60 + askedEverySeconds; second += 1) await tick(second);
  for (let second = 0.8 * lifetime - 60; second <= lifetime + 60; second += 1) await tick(second);

  const busy = requests.filter(({ count }) => count > 0);
  return {
    tenants,
    tokenRequests: busy.reduce((sum, { count }) => sum + count, 0),
    peakRequestsPerSecond: Math.max(...requests.map(({ count }) => count)),
    seconds: busy.length === 0 ? 0 : 1 + (busy.at(-1)?.second ?? 0) - (busy[0]?.second ?? 0),
  };
}
