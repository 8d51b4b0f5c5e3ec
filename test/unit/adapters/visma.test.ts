import { UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { VismaClient } from '../../../shared/adapters/secrets-manager/secrets.ts';
import { createVismaTenantReader } from '../../../shared/adapters/visma/tenant-reading.ts';
import { createTokenSource } from '../../../shared/adapters/visma/token-source.ts';
import { otherTenantId, someTenantId } from '../../builders/connection.ts';

const scopes = ['vismanet_erp_service_api:read', 'vismanet_erp_service_api:create'];

function tokenAnswer(claims: object = {}, fields: object = {}): Response {
  const token = new UnsecuredJWT({ tenant_id: someTenantId, scope: scopes, ...claims }).encode();
  return Response.json({ access_token: token, token_type: 'Bearer', expires_in: 3600, ...fields });
}

const oneOrganisation = [{ organizationCd: '1', name: 'Voorbeeld', corporateId: '12345678', extra: true }];

const aClient = (number: number): VismaClient => ({
  clientId: 'isv_test',
  clientSecret: `secret-${number}`,
  versionId: `version-${number}`,
});

/** Visma as two answers: each a response, or an error that is thrown in its place. */
function reader(
  answers: { token?: () => Response | Error; api?: () => Response | Error },
  clients: readonly VismaClient[] = [aClient(1)],
  previous?: VismaClient,
) {
  const fallbacks: string[] = [];
  const clock = () => new Date('2026-03-02T09:00:00Z');
  const requests: { url: string; init: RequestInit }[] = [];
  const fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    requests.push({ url: String(url), init });
    const answer = String(url).endsWith('/connect/token')
      ? (answers.token ?? tokenAnswer)()
      : (answers.api ?? (() => Response.json(oneOrganisation)))();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const tenantReader = createVismaTenantReader({
    tokens: createTokenSource({
      tokenUrl: 'https://connect.visma.example/connect/token',
      scopes,
      timeoutMs: 1_000,
      client: {
        read: async () => clients[0]!,
        readAgain: async () => clients.at(-1)!,
        readPrevious: async () => previous,
      },
      onFallback: () => fallbacks.push('fallback'),
      fetch,
      clock,
    }),
    apiUrl: 'https://api.visma.example/',
    timeoutMs: 1_000,
    fetch,
    clock,
  });
  return { read: () => tenantReader.read(someTenantId), requests, fallbacks };
}

const secretIn = ({ init }: { readonly init: RequestInit }) =>
  init.body instanceof URLSearchParams ? init.body.get('client_secret') : undefined;

const oauth = (status: number, error?: string) => () =>
  error === undefined ? new Response('<html>', { status }) : Response.json({ error }, { status });

describe('reading a tenant', () => {
  it('asks for a token of the tenant with all scopes and reads with it', async () => {
    const { read, requests } = reader({});
    expect(await read()).toEqual({
      outcome: 'read',
      organisations: [{ organizationCd: '1', name: 'Voorbeeld', corporateId: '12345678' }],
    });
    const [token, api] = requests;
    expect(token?.url).toBe('https://connect.visma.example/connect/token');
    expect(Object.fromEntries(token?.init.body as URLSearchParams)).toEqual({
      grant_type: 'client_credentials',
      scope: scopes.join(' '),
      client_id: 'isv_test',
      client_secret: 'secret-1',
      tenant_id: someTenantId,
    });
    expect(api?.url).toBe('https://api.visma.example/v1/organization');
    expect(new Headers(api?.init.headers).get('authorization')).toMatch(/^Bearer e/);
    expect(requests.map(({ init }) => init.redirect)).toEqual(['manual', 'manual']);
  });

  it.each([
    ['invalid_client', 400, 'client-rejected'],
    ['invalid_client', 401, 'client-rejected'],
    [undefined, 401, 'client-rejected'],
    ['unauthorized_client', 400, 'client-rejected'],
    ['unsupported_grant_type', 400, 'client-rejected'],
    ['invalid_tenant', 400, 'not-integrated'],
    ['something_new', 400, 'not-integrated'],
    ['invalid_request', 400, 'not-integrated'],
    [undefined, 400, 'not-integrated'],
    ['invalid_scope', 400, 'missing-scopes'],
  ])('takes %s with %i of the token endpoint for %s', async (error, status, outcome) => {
    expect(await reader({ token: oauth(status, error) }).read()).toEqual({ outcome });
  });

  it.each([
    ['401', 401, '', 'wrong-organisation'],
    ['403', 403, '', 'missing-scopes'],
    ['fault 12027', 400, '{"ExceptionFaultCode":"12027","ExceptionMessageID":"12027_x"}', 'no-licence'],
    ['fault 12027 with 401', 401, '{"ExceptionFaultCode":"12027"}', 'no-licence'],
    ['fault 12027 with 500', 500, '{"ExceptionFaultCode": 12027}', 'no-licence'],
    ['fault 12027 as XML', 403, '<E><ExceptionFaultCode>12027</ExceptionFaultCode></E>', 'no-licence'],
    ['fault 12002 with 401', 401, '{"ExceptionFaultCode":"12002"}', 'wrong-organisation'],
  ])('takes %s of the API for its meaning', async (_, status, body, outcome) => {
    expect(await reader({ api: () => new Response(body, { status }) }).read()).toEqual({ outcome });
  });

  it.each([
    ['token', 429],
    ['token', 408],
    ['token', 500],
    ['token', 503],
    ['api', 429],
    ['api', 500],
    ['api', 502],
    ['api', 504],
  ] as const)('asks again after a %s answer %i', async (from, status) => {
    const answer = () => new Response('busy', { status, headers: { 'retry-after': '17' } });
    await expect(reader({ [from]: answer }).read()).rejects.toMatchObject({
      name: 'TransientError',
      retryAfterSeconds: 17,
    });
  });

  it('tells what is left of the tenant’s calls, and leaves it to the exports when that is little', async () => {
    const limits = (remaining: number) => ({
      'x-ratelimit-limit': '1000',
      'x-ratelimit-remaining': String(remaining),
      'x-ratelimit-reset': '240',
    });
    const answered = { headers: limits(400) };
    expect(await reader({ api: () => Response.json(oneOrganisation, answered) }).read()).toMatchObject({
      outcome: 'read',
      rateLimit: { limit: 1_000, remaining: 400, resetSeconds: 240 },
    });
    const busy = (headers: Record<string, string>) => () => new Response('busy', { status: 503, headers });
    const waits = async (headers: Record<string, string>) =>
      reader({ api: busy(headers) })
        .read()
        .catch((error: unknown) => (error as { retryAfterSeconds?: number }).retryAfterSeconds);
    expect(await waits(limits(400))).toBeUndefined();
    expect(await waits(limits(20))).toBe(240);
    expect(await waits({ ...limits(0), 'retry-after': '17' })).toBe(17);
    expect(await waits({ ...limits(0), 'x-ratelimit-reset': '0' })).toBe(1);
    expect(await waits({ ...limits(0), 'x-ratelimit-reset': 'soon' })).toBeUndefined();
    // That limit is the API's: whatever the token endpoint's headers mean, it is not this.
    const token = await reader({ token: busy(limits(0)) })
      .read()
      .catch((error: unknown) => error);
    expect(token).toMatchObject({ name: 'TransientError', retryAfterSeconds: undefined });
  });

  it.each(['token', 'api'] as const)(
    'asks again when the %s connection breaks or times out',
    async (from) => {
      const broken = new TypeError('fetch failed');
      await expect(reader({ [from]: () => broken }).read()).rejects.toMatchObject({ name: 'TransientError' });
      const late = new DOMException('late', 'TimeoutError');
      await expect(reader({ [from]: () => late }).read()).rejects.toMatchObject({
        name: 'TransientError',
        message: expect.stringContaining('TimeoutError'),
      });
    },
  );

  it.each([
    ['token', 404],
    ['token', 302],
    ['token', 403],
    ['api', 302],
    ['api', 404],
    ['api', 400],
    ['api', 410],
  ] as const)('leaves a %s answer %i to a person', async (from, status) => {
    const answer = () => new Response(null, { status, headers: { location: 'https://evil.example/' } });
    await expect(reader({ [from]: answer }).read()).rejects.toMatchObject({
      name: 'PermanentError',
      message: expect.stringContaining(String(status)),
    });
  });
});

describe('the token', () => {
  it.each([
    ['the claim', { scope: [scopes[0]] }, {}],
    ['the claim as a text', { scope: scopes[0] }, {}],
    ['the answer', { scope: undefined }, { scope: scopes[0] }],
  ])('with fewer scopes in %s means missing scopes', async (_, claims, fields) => {
    const { read, requests } = reader({ token: () => tokenAnswer(claims, fields) });
    expect(await read()).toEqual({ outcome: 'missing-scopes' });
    expect(requests).toHaveLength(1);
  });

  it('may leave the scopes out when all are granted, and may grant more', async () => {
    const silent = reader({ token: () => tokenAnswer({ scope: undefined }) });
    expect(await silent.read()).toMatchObject({ outcome: 'read' });
    const generous = reader({ token: () => tokenAnswer({ scope: [...scopes, 'more'] }) });
    expect(await generous.read()).toMatchObject({ outcome: 'read' });
  });

  it.each([
    ['of another tenant', { tenant_id: otherTenantId }],
    ['of no tenant', { tenant_id: undefined }],
  ])('%s is never used', async (_, claims) => {
    const { read, requests } = reader({ token: () => tokenAnswer(claims) });
    await expect(read()).rejects.toMatchObject({ name: 'PermanentError' });
    expect(requests).toHaveLength(1);
  });

  it.each([
    [
      'no JWT',
      () => Response.json({ access_token: 'opaque-secret-token', token_type: 'Bearer', expires_in: 1 }),
    ],
    ['without a lifetime', () => tokenAnswer({}, { expires_in: undefined, secret: 'opaque-secret-token' })],
    ['no token', () => Response.json({ token_type: 'Bearer', secret: 'opaque-secret-token' })],
    ['no JSON', () => new Response('opaque-secret-token')],
  ])('that is %s is refused without being quoted', async (_, token) => {
    const failed = await reader({ token })
      .read()
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ name: 'PermanentError' });
    expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('opaque-secret');
  });

  it('is asked for once more when the secret was rotated meanwhile', async () => {
    const answers = [oauth(400, 'invalid_client')(), tokenAnswer()];
    const { read, requests } = reader({ token: () => answers.shift()! }, [aClient(1), aClient(2)]);
    expect(await read()).toMatchObject({ outcome: 'read' });
    expect(requests.map(secretIn)).toEqual(['secret-1', 'secret-2', undefined]);
  });

  it('is not asked for again with the secret that was refused', async () => {
    const { read, requests } = reader({ token: oauth(400, 'invalid_client') });
    expect(await read()).toEqual({ outcome: 'client-rejected' });
    expect(requests).toHaveLength(1);
  });

  it('is asked for with the previous secret when the current one is refused, and that is told', async () => {
    const answers = [oauth(400, 'invalid_client')(), tokenAnswer()];
    const { read, requests, fallbacks } = reader({ token: () => answers.shift()! }, [aClient(2)], aClient(1));
    expect(await read()).toMatchObject({ outcome: 'read' });
    expect(requests.slice(0, 2).map(secretIn)).toEqual(['secret-2', 'secret-1']);
    expect(fallbacks).toEqual(['fallback']);
  });

  it('is our fault when no secret is accepted: each is tried once', async () => {
    const { read, requests, fallbacks } = reader({ token: oauth(401) }, [aClient(2), aClient(3)], aClient(1));
    expect(await read()).toEqual({ outcome: 'client-rejected' });
    expect(requests.map(secretIn)).toEqual(['secret-2', 'secret-3', 'secret-1']);
    expect(fallbacks).toEqual([]);
  });
});

describe('the organisations', () => {
  it.each([
    ['none', [], []],
    [
      'several, without numbers and with odd fields',
      [
        { organizationCd: 7, name: null, corporateId: null },
        { organizationCd: ' B ', name: ' Twee ', corporateId: ' ' },
      ],
      [
        { organizationCd: '7', name: '' },
        { organizationCd: 'B', name: 'Twee' },
      ],
    ],
  ])('are understood: %s', async (_, body, organisations) => {
    expect(await reader({ api: () => Response.json(body) }).read()).toEqual({
      outcome: 'read',
      organisations,
    });
  });

  it.each([
    ['an object', '{"value":[]}'],
    ['no JSON', '<html>geheim</html>'],
    ['without an id', '[{"name":"geheim"}]'],
  ])('in a shape that is unknown (%s) are refused without being quoted', async (_, body) => {
    const failed = reader({ api: () => new Response(body) }).read();
    await expect(failed).rejects.toMatchObject({
      name: 'PermanentError',
      message: expect.not.stringContaining('geheim'),
    });
  });
});
