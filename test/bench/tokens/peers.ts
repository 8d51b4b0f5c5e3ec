import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { OAuth2Client, OAuth2Fetch } from '@badgateway/oauth2-client';
import { allowInsecureRequests, Configuration, clientCredentialsGrant } from 'openid-client';
import { ClientCredentials } from 'simple-oauth2';
import * as z from 'zod';
import type { Table } from '../../../shared/adapters/dynamodb/table.ts';
import type { PeerName, Surroundings } from './tasks.ts';

/**
 * Other clients of OAuth 2.0 with what they document for client credentials. Each shares its token with the other
 * processes through an item of the same table where it has a place for that, and gets one for free where it has none:
 * what is compared is what they do once the token has expired.
 */
const stored = z.object({ accessToken: z.string(), expiresAt: z.number() });
type Stored = z.output<typeof stored>;

interface Shelf {
  read(): Promise<Stored>;
  write(token: Stored): Promise<void>;
}

export function openShelf(table: Table, tenantId: string): Shelf {
  const key = { pk: `SHELF#${tenantId}`, sk: 'TOKEN' };
  return {
    read: async () => {
      const command = new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true });
      return stored.parse((await table.documents.send(command)).Item);
    },
    write: async (token) => {
      await table.documents.send(new PutCommand({ TableName: table.name, Item: { ...token, ...key } }));
    },
  };
}

/** Answers what a caller calls for a token. */
export async function openPeer(
  name: PeerName,
  surroundings: Surroundings,
  table: Table,
  tenantId: string,
): Promise<() => Promise<string>> {
  const shelf = openShelf(table, tenantId);
  switch (name) {
    case 'simple-oauth2':
      return openSimpleOauth2(surroundings, tenantId, shelf);
    case 'openid-client':
      return openOpenidClient(surroundings, tenantId, shelf);
    case '@badgateway/oauth2-client':
      return openBadgateway(surroundings, tenantId, shelf);
  }
}

/**
 * Its README ("Refresh an access token"): the token is persisted as JSON, made into an `AccessToken` again, and "Tokens
 * obtained with the Client Credentials grant may not be refreshed. Fetch a new token when it's expired."
 */
async function openSimpleOauth2(
  { visma, clientId, clientSecret, scopes }: Surroundings,
  tenantId: string,
  shelf: Shelf,
): Promise<() => Promise<string>> {
  const client = new ClientCredentials({
    client: { id: clientId, secret: clientSecret },
    auth: { tokenHost: visma, tokenPath: '/connect/token' },
  });
  const { accessToken, expiresAt } = await shelf.read();
  let held = client.createToken({ access_token: accessToken, expires_at: new Date(expiresAt).toISOString() });
  return async () => {
    if (held.expired()) {
      held = await client.getToken({ scope: scopes.join(' '), tenant_id: tenantId });
      const { access_token, expires_at } = held.token;
      await shelf.write({ accessToken: access_token, expiresAt: new Date(expires_at).getTime() });
    }
    return held.token.access_token;
  };
}

/** Its README ("Client Credentials Grant"): one call; keeping the token is left to whoever calls. */
async function openOpenidClient(
  { visma, clientId, clientSecret, scopes }: Surroundings,
  tenantId: string,
  shelf: Shelf,
): Promise<() => Promise<string>> {
  const config = new Configuration(
    { issuer: visma, token_endpoint: `${visma}/connect/token` },
    clientId,
    clientSecret,
  );
  allowInsecureRequests(config);
  let held = await shelf.read();
  return async () => {
    if (held.expiresAt <= Date.now()) {
      const tokens = await clientCredentialsGrant(config, { scope: scopes.join(' '), tenant_id: tenantId });
      held = { accessToken: tokens.access_token, expiresAt: Date.now() + 1000 * (tokens.expiresIn() ?? 0) };
      await shelf.write(held);
    }
    return held.accessToken;
  };
}

/** Its README ("Fetch Wrapper", "Storing tokens for later use"): `OAuth2Fetch` asks once per process at a time. */
async function openBadgateway(
  { visma, clientId, clientSecret, scopes }: Surroundings,
  tenantId: string,
  shelf: Shelf,
): Promise<() => Promise<string>> {
  const client = new OAuth2Client({
    server: visma,
    tokenEndpoint: '/connect/token',
    clientId,
    clientSecret,
    authenticationMethod: 'client_secret_post',
  });
  const wrapper = new OAuth2Fetch({
    client,
    getStoredToken: async () => ({ ...(await shelf.read()), refreshToken: null }),
    storeToken: ({ accessToken, expiresAt }) => {
      void shelf.write({ accessToken, expiresAt: expiresAt ?? 0 });
    },
    getNewToken: () => client.clientCredentials({ scope: [...scopes], extraParams: { tenant_id: tenantId } }),
  });
  return () => wrapper.getAccessToken();
}
