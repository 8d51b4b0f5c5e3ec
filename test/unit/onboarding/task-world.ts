import type { Connection } from '../../../shared/domain/connection/connection.ts';
import { requestConnection } from '../../../shared/domain/connection/onboarding.ts';
import { aConnection, aPolicy, aTestedConnection } from '../../builders/connection.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { aCause, someTime } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const { connectionId, environmentId, companyId } = aConnection();

export { connectionId, environmentId };
export const execution = { connectionId, attempt: 1 };
export const policy = aPolicy();

/** Everything that the tasks need, over a store of its own. */
export function world(now = someTime) {
  const store = createInMemoryStore();
  let at = now;
  const woken: string[] = [];
  return {
    ...store,
    policy,
    random: () => 0,
    clock: () => new Date(at),
    setTime: (next: string) => {
      at = next;
    },
    woken,
    executions: {
      wake: async (token: string) => {
        woken.push(token);
        return 'woken' as const;
      },
    },
    stored: async () => {
      const connection = await store.connections.find(connectionId);
      if (connection === undefined) throw new Error('It was never stored.');
      return connection;
    },
    told: () => store.entries().map((entry) => entry.type),
  };
}

/** A connection that was just requested, with its history. */
export async function requested(now = someTime) {
  const its = world(now);
  await its.connections.save(
    requestConnection({ connectionId, environmentId, companyId }, aCause({ at: now })),
  );
  return its;
}

/** A connection that passed the access test. */
export function tested(overrides: Partial<Connection> = {}, environment = anEnvironment()) {
  const its = world();
  its.given({ connections: [aTestedConnection(overrides)], environments: [environment] });
  return its;
}
