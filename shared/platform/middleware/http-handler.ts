import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod';
import type { Logger } from '../logger.ts';
import { logOutcome } from './task-handler.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came: what a signature covers. */
  readonly rawBody: Buffer;
  /** ARN of the caller of an IAM-authorised route. */
  readonly caller: string | undefined;
  readonly requestId: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Serialised as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Larger bodies are refused with 413 before anything reads them. */
export const bodyLimitBytes = 256 * 1024;

/**
 * The stack of a route. Nothing parses the body before `run`, which verifies it first. An error that `run` throws is
 * answered 500 without its text: the sender tries again.
 */
export function httpHandler(route: {
  readonly logger: Logger;
  readonly run: (request: HttpRequest) => Promise<HttpAnswer>;
}) {
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>()
    .use(httpSecurityHeaders())
    .use(injectLambdaContext(route.logger, { resetKeys: true }))
    .use(logOutcome(route.logger))
    .use({
      onError: (request) => {
        request.response ??= toResult({
          status: 500,
          body: { error: 'unavailable', message: 'Something went wrong here. Please send it again.' },
        });
      },
    })
    .handler(async (event) => {
      const rawBody = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
      if (rawBody.length > bodyLimitBytes) {
        return toResult({
          status: 413,
          body: { error: 'too-large', message: `The body may be ${bodyLimitBytes} bytes at most.` },
        });
      }
      return toResult(
        await route.run({
          method: event.requestContext.http.method,
          path: event.rawPath,
          headers: lowerCaseNames(event.headers),
          rawBody,
          caller: callerOf(event),
          requestId: event.requestContext.requestId,
        }),
      );
    });
}

function lowerCaseNames(headers: APIGatewayProxyEventV2['headers']): Record<string, string | undefined> {
  const lowered: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) lowered[name.toLowerCase()] = value;
  return lowered;
}

const iamAuthorizer = z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string().min(1) }) }) });

function callerOf(event: APIGatewayProxyEventV2): string | undefined {
  const parsed = iamAuthorizer.safeParse(event.requestContext);
  return parsed.success ? parsed.data.authorizer.iam.userArn : undefined;
}

function toResult(answer: HttpAnswer): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: answer.status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...answer.headers,
    },
    body: JSON.stringify(answer.body),
  };
}
