import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Logger } from '../logger.ts';
import { logOutcome } from './task-handler.ts';

/** A form of ours is far smaller; a pasted mail still fits. */
const formLimitBytes = 32 * 1024;

/**
 * Nothing is loaded, run or sent but our own, nobody frames it, and no address of a page, which is a credential, is told
 * to anybody.
 */
const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
};

/**
 * The stack of pages: a web application (`fetch`) between the HTTP API and whoever browses. An error is answered 500
 * without its text. Neither path nor body is logged: the path holds the link.
 */
export function pageHandler(page: {
  readonly logger: Logger;
  readonly fetch: (request: Request) => Response | Promise<Response>;
}) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>()
    .use(injectLambdaContext(page.logger, { resetKeys: true }))
    .use(logOutcome(page.logger))
    .use({
      onError: (request) => {
        request.response ??= plain(500, 'Something went wrong here. Please try again in a minute.');
      },
    })
    .handler(async (event) => {
      const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
      if (body.length > formLimitBytes) return plain(413, 'This is more than the page takes.');
      return toResult(await page.fetch(toRequest(event, body)));
    });
}

function toRequest(event: APIGatewayProxyEventV2, body: Buffer): Request {
  const { method } = event.requestContext.http;
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers))
    if (value !== undefined) headers.set(name, value);
  if (event.cookies !== undefined) headers.set('cookie', event.cookies.join('; '));
  return new Request(`https://${event.requestContext.domainName}${event.rawPath}${query}`, {
    method,
    headers,
    ...(body.length > 0 && method !== 'GET' && method !== 'HEAD' ? { body: new Uint8Array(body) } : {}),
  });
}

async function toResult(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  response.headers.forEach((value, name) => {
    if (name !== 'set-cookie') headers[name] = value;
  });
  return {
    statusCode: response.status,
    headers: { ...headers, ...securityHeaders },
    cookies: response.headers.getSetCookie(),
    body: await response.text(),
  };
}

function plain(statusCode: number, body: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      ...securityHeaders,
    },
    body,
  };
}
