import { percentile } from '../report.ts';
import type { Member } from './crew.ts';
import type { Ground } from './ground.ts';
import type { Contender } from './tasks.ts';

export interface Cell {
  readonly processes: number;
  /** In each process. */
  readonly callers: number;
}

export interface Stampede extends Cell {
  readonly contender: Contender;
  /** Of the repetition with the most. */
  readonly tokenRequests: number;
  /** Of the repetition with the fewest. */
  readonly fewestTokenRequests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * All callers of all processes ask for the token of one tenant at the same instant, when the only token that anybody
 * has is expired. Each repetition has a tenant of its own and processes that have nothing at hand.
 */
export async function stampede(
  ground: Ground,
  members: readonly Member[],
  contender: Contender,
  { processes, callers }: Cell,
  repetitions: number,
): Promise<Stampede> {
  const crowd = members.slice(0, processes);
  if (crowd.length < processes) throw new Error(`There are ${crowd.length} processes, not ${processes}.`);
  const waits: number[] = [];
  const requests: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const tenantId = await ground.addExpiredTenant();
    await Promise.all(crowd.map((member) => member.ask('prepare', { contender, tenantId })));
    const before = ground.tokenRequests();
    // Long enough for the message to reach all of them.
    const at = Date.now() + 50 + 20 * processes;
    const answers = await Promise.all(crowd.map((member) => member.ask('stampede', { callers, at })));
    waits.push(...answers.flat());
    requests.push(ground.tokenRequests() - before);
  }
  return {
    contender,
    processes,
    callers,
    tokenRequests: Math.max(...requests),
    fewestTokenRequests: Math.min(...requests),
    p50Ms: Math.round(percentile(waits, 50)),
    p99Ms: Math.round(percentile(waits, 99)),
  };
}
