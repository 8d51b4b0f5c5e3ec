import { describe, expect, it } from 'vitest';
import { type ApiRequest, apiEvent, apiResponse } from '../../../infra/local/cloud/http-api-event.ts';
import { findRoute, parseRouteKey, type RoutePattern } from '../../../infra/local/cloud/http-api-routes.ts';

const routes = [
  'GET /pets/dog',
  'GET /pets/{id}',
  'ANY /pets/{id}',
  'ANY /pets/{rest+}',
  'POST /a/{x}/b',
  '$default',
]
  .map(parseRouteKey)
  .filter((route): route is RoutePattern => route !== undefined);

describe('routes', () => {
  const table: [string, string, string | undefined, Record<string, string>][] = [
    ['GET', '/pets/dog', 'GET /pets/dog', {}],
    ['GET', '/pets/6', 'GET /pets/{id}', { id: '6' }],
    ['PUT', '/pets/6', 'ANY /pets/{id}', { id: '6' }],
    ['GET', '/pets/dog/1', 'ANY /pets/{rest+}', { rest: 'dog/1' }],
    ['POST', '/a/1/b', 'POST /a/{x}/b', { x: '1' }],
    ['GET', '/a/1/b', '$default', {}],
    ['GET', '/pets', '$default', {}],
    ['GET', '/pets/', '$default', {}],
  ];
  it.each(table)('%s %s is %s', (method, path, key, parameters) => {
    const found = findRoute(routes, method, path);
    expect(found?.route.key).toBe(key);
    expect(found?.pathParameters).toEqual(parameters);
  });

  it('finds none without a default', () => {
    expect(findRoute(routes.slice(0, 1), 'GET', '/other')).toBeUndefined();
  });

  it.each(['GET', 'GET pets', 'FETCH /x', 'GET /{a+}/b'])('%s is no route key', (key) => {
    expect(parseRouteKey(key)).toBeUndefined();
  });
});

function request(overrides: Partial<ApiRequest> = {}): ApiRequest {
  return {
    method: 'POST',
    target: '/x%20y?a=1&a=2&b=%C3%A9',
    path: '/x y',
    headers: {
      host: '127.0.0.1:4000',
      'content-type': 'application/json; charset=utf-8',
      cookie: 'a=1; b=2',
    },
    body: Buffer.from('{"é":1}'),
    sourceIp: '127.0.0.1',
    at: new Date('2026-03-12T19:03:58.390Z'),
    ...overrides,
  };
}
const context = {
  accountId: '000000000000',
  apiId: 'api',
  requestId: 'r-1',
  routeKey: 'POST /{p}',
  pathParameters: { p: 'x y' },
  caller: undefined,
};

describe('the event of payload format 2.0', () => {
  it('has the documented shape', () => {
    expect(apiEvent(request(), context)).toMatchObject({
      version: '2.0',
      routeKey: 'POST /{p}',
      rawPath: '/x y',
      rawQueryString: 'a=1&a=2&b=%C3%A9',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { a: '1,2', b: 'é' },
      pathParameters: { p: 'x y' },
      requestContext: {
        apiId: 'api',
        stage: '$default',
        time: '12/Mar/2026:19:03:58 +0000',
        timeEpoch: 1773342238390,
        http: { method: 'POST', path: '/x y', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      },
      body: '{"é":1}',
      isBase64Encoded: false,
    });
  });

  it('keeps cookies out of the headers and has no authorizer on an open route', () => {
    const event = apiEvent(request(), context);
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event.requestContext).not.toHaveProperty('authorizer');
  });

  it('tells who an IAM caller is', () => {
    const caller = { accessKey: 'AKIA', accountId: '0', callerId: 'AIDA', userArn: 'arn:user' };
    expect(apiEvent(request(), { ...context, caller })).toMatchObject({
      requestContext: { authorizer: { iam: { ...caller, userId: 'AIDA', cognitoIdentity: null } } },
    });
  });

  const encodings: [string, Record<string, string>, boolean][] = [
    ['json', { 'content-type': 'application/json' }, false],
    ['text', { 'content-type': 'text/plain' }, false],
    ['a json dialect', { 'content-type': 'application/problem+json' }, false],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, true],
    ['bytes', { 'content-type': 'application/octet-stream' }, true],
    ['no type', {}, true],
    ['compressed json', { 'content-type': 'application/json', 'content-encoding': 'gzip' }, true],
  ];
  it.each(encodings)('%s', (_name, headers, base64) => {
    const body = Buffer.from('a=1');
    const event = apiEvent(request({ headers, body }), context);
    expect(event.isBase64Encoded).toBe(base64);
    expect(event.body).toBe(body.toString(base64 ? 'base64' : 'utf8'));
  });

  it('has no body for an empty one', () => {
    expect(apiEvent(request({ body: Buffer.alloc(0) }), context)).not.toHaveProperty('body');
  });
});

describe('what a function answers', () => {
  it('is inferred without a status', () => {
    const answer = apiResponse({ a: 1 });
    expect(answer?.status).toBe(200);
    expect(answer?.headers).toEqual({ 'content-type': 'application/json' });
    expect(answer?.body.toString()).toBe('{"a":1}');
  });

  it('is taken with status, headers, cookies and base64', () => {
    const answer = apiResponse({
      statusCode: 201,
      headers: { 'Content-Type': 'image/png', 'X-Number': 1 },
      cookies: ['a=1', 'b=2'],
      body: 'AQI=',
      isBase64Encoded: true,
    });
    expect(answer).toEqual({
      status: 201,
      headers: { 'content-type': 'image/png', 'x-number': '1', 'set-cookie': ['a=1', 'b=2'] },
      body: Buffer.from([1, 2]),
    });
  });

  it.each([
    [{ statusCode: 'abc' }],
    [{ statusCode: 200, body: { a: 1 } }],
    [{ statusCode: 200, headers: 'x' }],
    [{ statusCode: 99 }],
  ])('%j is malformed', (answer) => {
    expect(apiResponse(answer)).toBeUndefined();
  });
});
