import type {
  ClientFailure,
  SharedToken,
  TokenKey,
  TokenStore,
} from '../../../shared/domain/token/token-store.ts';

/** The tokens' table in memory, with its conditions. */
export function inMemoryTokens(): TokenStore {
  const items = new Map<string, SharedToken>();
  const failures = new Map<string, ClientFailure>();
  const nameOf = ({ tenantId, clientKey }: TokenKey) => `${tenantId} ${clientKey}`;
  return {
    read: async (key) => items.get(nameOf(key)),
    acquire: async (key, { owner, until, seenFence }) => {
      const item = items.get(nameOf(key));
      const fence = seenFence + 1;
      if (item?.fence === fence && item.lease?.owner === owner) return fence;
      if ((item?.fence ?? 0) !== seenFence) return undefined;
      items.set(nameOf(key), {
        ...item,
        fence,
        lease: { owner, until },
      });
      return fence;
    },
    settle: async (key, fence, outcome) => {
      const item = items.get(nameOf(key));
      if (item?.fence !== fence) return false;
      const { lease: _lease, failure: _failure, ...rest } = item;
      items.set(nameOf(key), { ...rest, ...outcome, fence: fence + 1 });
      return true;
    },
    readClientFailure: async (clientKey) => failures.get(clientKey),
    replaceClientFailure: async (clientKey, seen, next) => {
      const stored = failures.get(clientKey);
      const isSeen = stored?.until === seen?.until && stored?.count === seen?.count;
      if (isSeen && stored?.tenantId === seen?.tenantId) failures.set(clientKey, next);
      return isSeen && stored?.tenantId === seen?.tenantId;
    },
  };
}
