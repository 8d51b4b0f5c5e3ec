import { codesAddedEntry, stockId } from '../../../shared/adapters/dynamodb/own-entries.ts';
import type { IssuedCode } from '../../../shared/domain/connection/connection.ts';
import type { Stock } from '../../../shared/domain/stock/stock.ts';
import { codeIdOf } from '../../../shared/platform/ids.ts';
import type { World } from './world.ts';

export function inMemoryStock(world: World): Stock {
  const sorted = (): IssuedCode[] =>
    [...world.stock.values()].sort((a, b) =>
      `${a.expiresAt}#${a.codeId}` < `${b.expiresAt}#${b.codeId}` ? -1 : 1,
    );
  const instant = (text: string) => new Date(text).toISOString();
  return {
    add: async (codes, cause) => {
      const repeated = cause.deliveryKey !== undefined && world.deliveries.has(cause.deliveryKey);
      const listed = new Set<string>();
      const added: string[] = [];
      const answers = codes.map(({ code, expiresAt }) => {
        const codeId = codeIdOf(code);
        const again = listed.has(codeId);
        listed.add(codeId);
        if (again) return 'known';
        if (world.knownCodes.has(codeId)) {
          const own = cause.deliveryKey !== undefined && world.knownCodes.get(codeId) === cause.deliveryKey;
          return own ? 'added' : 'known';
        }
        if (repeated) return 'known';
        world.knownCodes.set(codeId, cause.deliveryKey);
        world.stock.set(codeId, { codeId, code, expiresAt: instant(expiresAt) });
        added.push(codeId);
        return 'added';
      });
      if (added.length > 0) {
        const sequence = world.historyOf('stock', stockId, 0).length + 1;
        world.append([codesAddedEntry(sequence, added, cause)], '');
        if (cause.deliveryKey !== undefined) world.deliveries.add(cause.deliveryKey);
      }
      return answers;
    },
    available: async (after, limit) =>
      structuredClone(
        sorted()
          .filter((code) => code.expiresAt > instant(after))
          .slice(0, limit),
      ),
    count: async (after) => {
      const all = sorted();
      const living = all.filter((code) => code.expiresAt > instant(after));
      const soonest = living.at(0)?.expiresAt;
      const latest = living.at(-1)?.expiresAt;
      return {
        available: living.length,
        tooOld: all.length - living.length,
        ...(soonest === undefined ? {} : { soonest }),
        ...(latest === undefined ? {} : { latest }),
      };
    },
  };
}
