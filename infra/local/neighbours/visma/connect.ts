import type { Context, Hono } from 'hono';
import { pause } from '../server.ts';
import type { TokenIssuer } from './token-issuer.ts';
import type { World } from './world.ts';

/** Error codes of visma.md 1.5: invalid_tenant was observed; the others are assumed from the server's family. */
type TokenError =
  | 'invalid_request'
  | 'invalid_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_tenant';

/** Visma Connect: discovery, keys and the token endpoint for service applications (visma.md 1). */
export function connectRoutes(app: Hono, world: World, issuer: TokenIssuer, stopping: AbortSignal): void {
  app.get('/.well-known/openid-configuration', (c) =>
    c.json({
      issuer: issuer.issuer(),
      jwks_uri: `${issuer.issuer()}/.well-known/openid-configuration/jwks`,
      token_endpoint: `${issuer.issuer()}/connect/token`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      // As with the real one the ERP's scopes are missing here: nobody may check scopes against discovery.
      scopes_supported: ['openid', 'profile', 'email'],
    }),
  );

  app.get('/.well-known/openid-configuration/jwks', async (c) => c.json(await issuer.jwks()));

  app.post('/connect/token', async (c) => {
    world.count('tokenRequests');
    const form = isForm(c) ? new URLSearchParams(await c.req.text()) : undefined;
    const tenant = world.directory.tenant(form?.get('tenant_id') ?? '');
    if (tenant !== undefined) world.countForTenant('tokenRequests', tenant.tenantId);
    const { connect, slowMs } = world.connectBehaviour(tenant?.tenantId);
    const { timeoutSeconds, retryAfterSeconds } = world.switches();
    const wait = (ms: number) => pause(ms, AbortSignal.any([c.req.raw.signal, stopping]));
    if (slowMs > 0) await wait(slowMs);
    if (connect === 'timeout') {
      await wait(timeoutSeconds * 1_000);
      return c.text('Gateway Timeout', 504);
    }
    if (connect === 'down') return c.html('<h1>503 Service Temporarily Unavailable</h1>', 503);
    if (connect === 500) return c.html('<h1>Server Error in Application</h1>', 500);
    if (connect === 429) {
      world.count('throttled', tenant?.tenantId);
      return c.text('Too Many Requests', 429, { 'Retry-After': String(retryAfterSeconds) });
    }
    return answer(c, form, world, issuer);
  });
}

function isForm(c: Context): boolean {
  const type = c.req.header('content-type') ?? '';
  return type.split(';')[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

async function answer(
  c: Context,
  form: URLSearchParams | undefined,
  world: World,
  issuer: TokenIssuer,
): Promise<Response> {
  const refuse = (error: TokenError, description: string) =>
    c.json({ error, error_description: description }, 400, { 'Cache-Control': 'no-store' });

  if (form === undefined) {
    return refuse('invalid_request', 'Content-Type must be application/x-www-form-urlencoded');
  }
  const repeated = [...new Set(form.keys())].find((key) => form.getAll(key).length > 1);
  if (repeated !== undefined) return refuse('invalid_request', `${repeated} is given more than once`);

  const credentials = readCredentials(c.req.header('authorization'), form);
  if (typeof credentials === 'string') return refuse('invalid_request', credentials);
  const { clientId, clientSecret } = credentials;
  const known = clientId === world.application.clientId && world.secrets.isAccepted(clientSecret);
  if (!known || world.switches().invalidClient) {
    world.secrets.countUse(clientSecret, 'refused');
    return refuse('invalid_client', 'Unknown client or wrong secret');
  }
  world.secrets.countUse(clientSecret, 'accepted');

  const grantType = form.get('grant_type');
  if (grantType === null) return refuse('invalid_request', 'grant_type is missing');
  if (grantType !== 'client_credentials') return refuse('unsupported_grant_type', grantType);

  const requested = [...new Set((form.get('scope') ?? '').split(' ').filter((scope) => scope !== ''))];
  if (requested.length === 0) return refuse('invalid_request', 'scope is missing');
  const foreign = requested.find((scope) => !world.application.scopes.includes(scope));
  if (foreign !== undefined) return refuse('invalid_scope', `The application does not have ${foreign}`);

  const tenantId = form.get('tenant_id')?.toLowerCase();
  if (tenantId === undefined) return refuse('invalid_request', 'tenant_id is required by this API');
  const granted = world.directory.tenant(tenantId) === undefined ? undefined : world.grantedScopes(tenantId);
  // One answer for unknown, not integrated and not yet spread: the real one tells no more either.
  if (granted === undefined)
    return refuse('invalid_tenant', 'The tenant has not granted this application access');

  const scope = requested.filter((name) => granted.includes(name));
  const refused = scope.length < requested.length && world.switches().scopeShortfall === 'refuse';
  if (scope.length === 0 || refused) return refuse('invalid_scope', 'The tenant has not granted every scope');

  const { tokenLifetimeSeconds, repeatToken } = world.connectBehaviour(tenantId);
  const token = await issuer.issue({
    tenantId: world.tenantSwitches(tenantId).tokenTenantId ?? tenantId,
    scope,
    lifetimeSeconds: tokenLifetimeSeconds,
    repeat: repeatToken,
  });
  world.count(token.repeated ? 'tokensRepeated' : 'tokensIssued', tenantId);
  return c.json(
    {
      access_token: token.accessToken,
      expires_in: token.expiresInSeconds,
      token_type: 'Bearer',
      scope: scope.join(' '),
    },
    200,
    { 'Cache-Control': 'no-store', Pragma: 'no-cache' },
  );
}

/** client_secret_basic or client_secret_post; a string says what is wrong (RFC 6749, 2.3: never both). */
function readCredentials(
  authorization: string | undefined,
  form: URLSearchParams,
): { clientId: string; clientSecret: string } | string {
  const bodySecret = form.get('client_secret');
  if (authorization !== undefined) {
    const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization)?.[1];
    if (encoded === undefined) return 'The Authorization header is not Basic';
    if (bodySecret !== null) return 'Use the Authorization header or client_secret, not both';
    const [id, ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
    const clientId = formDecode(id ?? '');
    const clientSecret = formDecode(rest.join(':'));
    if (clientId === undefined || clientSecret === undefined) return 'The credentials are not form-encoded';
    return { clientId, clientSecret };
  }
  return { clientId: form.get('client_id') ?? '', clientSecret: bodySecret ?? '' };
}

/** RFC 6749, 2.3.1: both halves are form-encoded before they are joined. */
function formDecode(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}
