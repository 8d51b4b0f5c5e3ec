import { randomBytes, randomUUID } from 'node:crypto';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { configOf } from '../../../infra/config.ts';
import { startDynamoEngine } from '../../../infra/local/cloud/dynamodb-engine.ts';
import { startVisma } from '../../../infra/local/neighbours/visma/visma.ts';
import { tokenIdOf } from '../../../shared/platform/ids.ts';
import { openCache, openTokenTable, secretVersion } from './cache.ts';
import { openShelf } from './peers.ts';
import type { Surroundings } from './tasks.ts';

/** What the processes share: one DynamoDB in a process of its own, and one identity provider in this one. */
export interface Ground {
  readonly surroundings: Surroundings;
  /** A new tenant that has integrated, and whose token of a lifetime ago has expired. */
  addExpiredTenant(): Promise<string>;
  /** A new tenant whose shared item holds a token from `issuedAt` on. */
  addTenant(issuedAt: number): Promise<string>;
  /** Of the identity provider's answers, in milliseconds. */
  setLatency(milliseconds: number): void;
  /** Requests that have come to the identity provider. */
  tokenRequests(): number;
  stop(): Promise<void>;
}

/** An hour, as Visma's tokens (visma.md 1.3). */
export const lifetimeMs = 3_600_000;

export async function startGround(): Promise<Ground> {
  const clientId = 'isv_bench';
  const clientSecret = randomBytes(24).toString('base64url');
  const { tokens, visma: settings } = configOf('prod', {});
  const visma = await startVisma({ port: 0, clientId, clientSecret });
  const engine = await startDynamoEngine(process.env.DYNAMODB_ENDPOINT);
  const surroundings: Surroundings = {
    dynamodb: engine.endpoint,
    tokenTable: `tokens-${randomUUID()}`,
    visma: visma.url,
    clientId,
    clientSecret,
    scopes: settings.scopes,
    timeoutMs: settings.timeoutMs,
    policy: tokens,
  };
  const table = openTokenTable(surroundings);
  await table.documents.send(
    new CreateTableCommand({
      TableName: table.name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  const { store, issuer } = openCache(surroundings, table);

  async function addTenant(issuedAt: number): Promise<string> {
    const tenantId = randomUUID();
    const name = `Company ${tenantId}`;
    const tenants = visma.control.directory.addCustomer({
      name,
      companies: [{ name, corporateId: '12345678', tenantId }],
    });
    const tenant = tenants.find((one) => one.tenantId === tenantId);
    if (tenant === undefined) throw new Error('The simulated Visma did not add the tenant.');
    visma.control.forceIntegration(tenant, settings.scopes);
    await storeToken(tenantId, issuedAt);
    return tenantId;
  }

  /** By the store's own operations, as a process would have left it that asked at that instant. */
  async function storeToken(tenantId: string, issuedAt: number): Promise<void> {
    const key = { tenantId, clientKey: (await issuer.client()).clientKey };
    const accessToken = randomBytes(600).toString('base64url');
    const expiresAt = issuedAt + lifetimeMs;
    const fence = await store.acquire(key, { owner: 'bench', until: issuedAt, seenFence: 0 });
    if (fence === undefined) throw new Error('The tenant has a token already.');
    const token = { accessToken, tokenId: tokenIdOf(accessToken), issuedAt, expiresAt, secretVersion };
    if (!(await store.settle(key, fence, { token, refreshNotBefore: issuedAt })))
      throw new Error('The token was not stored.');
    await openShelf(table, tenantId).write({ accessToken, expiresAt });
  }

  return {
    surroundings,
    addTenant,
    addExpiredTenant: () => addTenant(Date.now() - lifetimeMs - 1_000),
    setLatency: (slowMs) => {
      visma.control.setSwitches({ slowMs });
    },
    tokenRequests: () => visma.control.counters().tokenRequests,
    stop: async () => {
      table.documents.destroy();
      await visma.stop();
      await engine.stop();
    },
  };
}
