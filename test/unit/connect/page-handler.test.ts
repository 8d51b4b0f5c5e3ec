import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../shared/platform/logger.ts';
import { pageHandler } from '../../../shared/platform/middleware/page-handler.ts';

function anEvent(overrides: Partial<APIGatewayProxyEventV2> = {}): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: 'POST /connect/{link}/{action}',
    rawPath: '/connect/a.b/tenant-id',
    rawQueryString: 'lang=en',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    cookies: ['lang=nl', 'x=y'],
    requestContext: { domainName: 'api.example', http: { method: 'POST' } },
    body: Buffer.from('tenantId=caf%C3%A9').toString('base64'),
    isBase64Encoded: true,
    ...overrides,
  } as APIGatewayProxyEventV2;
}

const run = (fetch: (request: Request) => Response | Promise<Response>, event = anEvent()) =>
  pageHandler({ logger: createLogger('test'), fetch })(event, {} as Context);

describe('the stack of pages', () => {
  it('hands over the request as it came, and the answer with headers that let nothing in or out', async () => {
    const answer = await run(async (request) => {
      const form = await request.formData();
      return Response.json(
        [request.method, request.url, request.headers.get('cookie'), form.get('tenantId')],
        { headers: { 'set-cookie': 'lang=en', 'referrer-policy': 'unsafe-url' } },
      );
    });
    expect(JSON.parse(answer.body ?? '')).toEqual([
      'POST',
      'https://api.example/connect/a.b/tenant-id?lang=en',
      'lang=nl; x=y',
      'café',
    ]);
    expect(answer.cookies).toEqual(['lang=en']);
    expect(answer.headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'$/),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
    });
    expect(JSON.stringify(answer.headers)).not.toContain('unsafe');
  });

  it('refuses what no form of ours can be', async () => {
    const answer = await run(() => new Response('ok'), anEvent({ body: 'x'.repeat(50_000) }));
    expect(answer.statusCode).toBe(413);
  });

  it('says of an error that there is one, and no more', async () => {
    const answer = await run(() => {
      throw new Error('the table is away');
    });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('table');
    expect(answer.headers?.['content-security-policy']).toContain("default-src 'none'");
  });
});
