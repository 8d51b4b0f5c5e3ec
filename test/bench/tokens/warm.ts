import { percentile } from '../report.ts';
import type { Member } from './crew.ts';
import type { Ground } from './ground.ts';

export interface WarmReads {
  readonly inProcessOpsPerSecond: number;
  readonly sharedOpsPerSecond: number;
  readonly sharedP50Ms: number;
  readonly sharedP99Ms: number;
}

/**
 * One process reads a token that is good for long, one read after another: first what it has at hand, then with a new
 * cache for each read, so that each reads the shared item, as the first call of a new process does.
 */
export async function warmReads(ground: Ground, member: Member, forMs: number): Promise<WarmReads> {
  const tenantId = await ground.addTenant(Date.now());
  const inProcess = await member.ask('readInProcess', { tenantId, forMs });
  const waits = await member.ask('readShared', { tenantId, forMs });
  return {
    inProcessOpsPerSecond: Math.round(inProcess),
    sharedOpsPerSecond: Math.round((1000 * waits.length) / waits.reduce((sum, wait) => sum + wait, 0)),
    sharedP50Ms: hundredths(percentile(waits, 50)),
    sharedP99Ms: hundredths(percentile(waits, 99)),
  };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
