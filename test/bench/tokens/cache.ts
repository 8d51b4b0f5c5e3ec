import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { clientSettings } from '../../../shared/adapters/aws/client-settings.ts';
import { openTable, type Table } from '../../../shared/adapters/dynamodb/table.ts';
import { createTokenStore } from '../../../shared/adapters/dynamodb/tokens.ts';
import type { VismaClientSecret } from '../../../shared/adapters/secrets-manager/secrets.ts';
import { createVismaTokenIssuer } from '../../../shared/adapters/visma/token-issuer.ts';
import { createTokenSource } from '../../../shared/adapters/visma/token-source.ts';
import type { TokenIssuer } from '../../../shared/domain/token/token.ts';
import { createTokenCache, type TokenCache } from '../../../shared/domain/token/token-cache.ts';
import type { TokenStore } from '../../../shared/domain/token/token-store.ts';
import type { Clock } from '../../../shared/platform/clock.ts';
import type { Surroundings } from './tasks.ts';

/** The version of the secret that the bench's tokens are of. */
export const secretVersion = 'bench';

/** One a process, as in a function: its connections stay. */
export function openTokenTable({
  dynamodb,
  tokenTable,
}: Pick<Surroundings, 'dynamodb' | 'tokenTable'>): Table {
  return openTable(
    tokenTable,
    new DynamoDBClient({
      ...clientSettings,
      endpoint: dynamodb,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  );
}

/** The broker's token cache as the function wires it; only the client secret comes from memory. */
export function openCache(
  surroundings: Surroundings,
  table: Table,
  clock: Clock = () => new Date(),
): {
  readonly cache: TokenCache;
  readonly store: TokenStore;
  readonly issuer: TokenIssuer;
  another(): TokenCache;
} {
  const { visma, clientId, clientSecret, scopes, timeoutMs, policy } = surroundings;
  const current = async () => ({ clientId, clientSecret, versionId: secretVersion });
  const client: VismaClientSecret = {
    read: current,
    readAgain: current,
    readPrevious: async () => undefined,
  };
  const store = createTokenStore(table);
  const issuer = createVismaTokenIssuer({
    source: createTokenSource({ tokenUrl: `${visma}/connect/token`, scopes, timeoutMs, client, clock }),
    client,
    scopes,
    onUnexplained: (error) => console.error(error),
    onAway: () => undefined,
    onClientRejected: () => console.error('The client was refused.'),
  });
  const another = () =>
    createTokenCache({ store, issuer, policy, clock, random: Math.random, pause, newOwner: randomUUID });
  return { cache: another(), store, issuer, another };
}
