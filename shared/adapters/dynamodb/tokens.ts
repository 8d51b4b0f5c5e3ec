import * as z from 'zod';
import type {
  RememberedFailure,
  Settlement,
  SharedToken,
  TokenKey,
  TokenStore,
} from '../../domain/token/token-store.ts';
import { parseAs } from '../parsing.ts';
import { clientFailureKey, tokenKey } from './keys.ts';
import { putItem, updateItem } from './single-writes.ts';
import { readItem, type Table } from './table.ts';
import { isNew } from './transaction.ts';

const rememberedFailure = z.object({
  value: z.discriminatedUnion('failure', [
    z.object({
      failure: z.literal('tenant-disconnected'),
      reason: z.enum(['not-integrated', 'missing-scopes']),
    }),
    z.object({ failure: z.literal('client-rejected') }),
    z.object({ failure: z.literal('temporarily-unavailable'), retryAfterSeconds: z.number() }),
  ]),
  until: z.number(),
  count: z.number().int(),
});

const clientFailure = rememberedFailure.extend({
  tenantId: z.string(),
  probing: z.exactOptional(z.literal(true)),
});

const sharedItem = z.object({
  fence: z.number().int(),
  token: z.exactOptional(
    z.object({
      accessToken: z.string(),
      tokenId: z.string(),
      issuedAt: z.number(),
      expiresAt: z.number(),
      secretVersion: z.string(),
    }),
  ),
  refreshNotBefore: z.exactOptional(z.number()),
  rejectedAt: z.exactOptional(z.number()),
  failure: z.exactOptional(rememberedFailure),
  lease: z.exactOptional(z.object({ owner: z.string(), until: z.number() })),
});

/** An item outlives its token by a day: its failure may still count, and nothing relies on its deletion. */
const keptSeconds = 24 * 3600;

/** The tokens' table. Each write raises `fence`, and is refused unless the item is as it was when it was looked at. */
export function createTokenStore(table: Table): TokenStore {
  const read = async (key: TokenKey): Promise<SharedToken | undefined> => {
    const item = await readItem(table, tokenKey(key));
    return item === undefined ? undefined : parseAs(sharedItem, item, 'A stored token');
  };
  return {
    read,
    acquire: async (key, { owner, until, seenFence }) => {
      const fence = seenFence + 1;
      const acquired = await updateItem(
        table,
        tokenKey(key),
        'SET fence = :fence, lease = :lease, expiresAtEpoch = if_not_exists(expiresAtEpoch, :gone)',
        {
          values: {
            ':fence': fence,
            ':lease': { owner, until },
            ':gone': epochSeconds(until),
            ...(seenFence === 0 ? {} : { ':seen': seenFence }),
          },
        },
        seenFence === 0 ? 'attribute_not_exists(pk)' : 'fence = :seen',
      );
      if (acquired) return fence;
      // Our own, whose answer was lost and which the SDK repeated?
      const shared = await read(key);
      return shared?.fence === fence && shared.lease?.owner === owner ? fence : undefined;
    },
    settle: (key, fence, outcome) => updateItem(table, tokenKey(key), ...settlement(fence, outcome)),
    readClientFailure: async (clientKey) => {
      const item = await readItem(table, clientFailureKey(clientKey));
      return item === undefined ? undefined : parseAs(clientFailure, item, 'A stored failure');
    },
    replaceClientFailure: (clientKey, seen, next) =>
      putItem(
        table,
        clientFailureKey(clientKey),
        { ...next, expiresAtEpoch: epochSeconds(next.until) },
        seen === undefined
          ? isNew
          : {
              expression: '#until = :until AND #count = :count AND tenantId = :tenantId',
              names: { '#until': 'until', '#count': 'count' },
              values: { ':until': seen.until, ':count': seen.count, ':tenantId': seen.tenantId },
            },
      ),
  };
}

type Update = [
  expression: string,
  parts: { values: Record<string, unknown>; names?: Record<string, string> },
  condition: string,
];

function settlement(fence: number, outcome: Settlement): Update {
  const own = { ':fence': fence, ':next': fence + 1 };
  if ('failure' in outcome) return failed(own, outcome.failure);
  const { token, refreshNotBefore, rejectedAt } = outcome;
  return [
    'SET fence = :next, #token = :token, refreshNotBefore = :refreshNotBefore, expiresAtEpoch = :gone' +
      `${rejectedAt === undefined ? '' : ', rejectedAt = :rejectedAt'} REMOVE failure, lease`,
    {
      names: { '#token': 'token' },
      values: {
        ...own,
        ':token': token,
        ':refreshNotBefore': refreshNotBefore,
        ...(rejectedAt === undefined ? {} : { ':rejectedAt': rejectedAt }),
        ':gone': epochSeconds(token.expiresAt),
      },
    },
    'fence = :fence',
  ];
}

/** The token stays: it may still be good. */
function failed(own: Record<string, unknown>, failure: RememberedFailure): Update {
  return [
    'SET fence = :next, failure = :failure, expiresAtEpoch = :gone REMOVE lease',
    { values: { ...own, ':failure': failure, ':gone': epochSeconds(failure.until) } },
    'fence = :fence',
  ];
}

function epochSeconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000) + keptSeconds;
}
