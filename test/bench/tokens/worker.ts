/** A process of `bench:tokens`. Plain Node runs it, so whatever it imports has types that can be taken off. */
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Table } from '../../../shared/adapters/dynamodb/table.ts';
import { isToken, type TokenCache } from '../../../shared/domain/token/token-cache.ts';
import type { Clock } from '../../../shared/platform/clock.ts';
import { inParallel } from '../report.ts';
import { openCache, openTokenTable } from './cache.ts';
import { invokeService } from './invoke-service.ts';
import { openPeer } from './peers.ts';
import type { Reply, Request, Surroundings, Tasks } from './tasks.ts';

let place: { readonly surroundings: Surroundings; readonly table: Table } | undefined;
let ask: (() => Promise<unknown>) | undefined;
let wave: { readonly cache: TokenCache; readonly clock: { now: number } } | undefined;

function open(clock?: Clock): ReturnType<typeof openCache> {
  const { surroundings, table } = known(place);
  return openCache(surroundings, table, clock);
}

function known<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('The tasks came in a wrong order.');
  return value;
}

async function tokenOf(cache: TokenCache, tenantId: string): Promise<string> {
  const answer = await cache.get(tenantId);
  if (!isToken(answer)) throw new Error(`There was no token: ${answer.failure}`);
  return answer.accessToken;
}

const tasks: Tasks = {
  surround: async (surroundings) => {
    place = { surroundings, table: openTokenTable(surroundings) };
    // The connection to the table is there before anything is measured, as in a process that has run for a while.
    await open().store.readClientFailure('nobody');
  },

  prepare: async ({ contender, tenantId }) => {
    if (contender === 'broker') {
      const { cache } = open();
      ask = () => tokenOf(cache, tenantId);
    } else {
      const { surroundings, table } = known(place);
      ask = await openPeer(contender, surroundings, table, tenantId);
    }
  },

  stampede: async ({ callers, at }) => {
    const get = known(ask);
    await pause(Math.max(1, at - Date.now()));
    return Promise.all(
      Array.from({ length: callers }, async () => {
        const before = performance.now();
        await get();
        return performance.now() - before;
      }),
    );
  },

  startWave: async () => {
    const clock = { now: 0 };
    wave = { clock, cache: open(() => new Date(clock.now)).cache };
  },

  wave: async ({ at, tenantIds }) => {
    const { cache, clock } = known(wave);
    clock.now = at;
    await inParallel(tenantIds, 10, async (tenantId) => {
      await tokenOf(cache, tenantId);
    });
  },

  readInProcess: async ({ tenantId, forMs }) => {
    const { cache } = open();
    const read = async (milliseconds: number) => {
      const begin = performance.now();
      let reads = 0;
      while (performance.now() - begin < milliseconds) {
        // The clock is looked at now and then: a look takes as long as a read.
        for (let more = 0; more < 100; more += 1) await tokenOf(cache, tenantId);
        reads += 100;
      }
      return (1000 * reads) / (performance.now() - begin);
    };
    await read(forMs / 4);
    return read(forMs);
  },

  readShared: async ({ tenantId, forMs }) => {
    const shared = open();
    const read = async (milliseconds: number) => {
      const waits: number[] = [];
      const begin = performance.now();
      while (performance.now() - begin < milliseconds) {
        const before = performance.now();
        await tokenOf(shared.another(), tenantId);
        waits.push(performance.now() - before);
      }
      return waits;
    };
    await read(forMs / 4);
    return read(forMs);
  },

  invoke: invokeService,
};

process.on('message', ({ task, input }: Request) => {
  // Which input belongs to which task is checked where it is sent.
  (tasks[task] as (input: unknown) => Promise<unknown>)(input).then(
    (result) => reply({ ok: true, result }),
    (error: unknown) => reply({ ok: false, error: inspect(error) }),
  );
});
process.on('disconnect', () => process.exit());

function reply(message: Reply): void {
  // Nobody to answer any more: then this process is about to end.
  process.send?.(message, undefined, undefined, () => undefined);
}
