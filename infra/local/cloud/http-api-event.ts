import type { OutgoingHttpHeaders } from 'node:http';
import { isRecord, isStringArray } from './json.ts';

/** A request as the API's server received it. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query, still encoded. */
  readonly target: string;
  /** Decoded path. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly at: Date;
}

/** What `requestContext.authorizer.iam` tells about the caller. */
export interface IamCaller {
  readonly accessKey: string;
  readonly accountId: string;
  readonly callerId: string;
  readonly userArn: string;
}

export interface EventContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly requestId: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly caller: IamCaller | undefined;
}

/** The event of payload format 2.0 ("Create AWS Lambda proxy integrations for HTTP APIs"). */
export function apiEvent(request: ApiRequest, context: EventContext): Record<string, unknown> {
  const { cookie, ...headers } = request.headers;
  const question = request.target.indexOf('?');
  const rawQueryString = question < 0 ? '' : request.target.slice(question + 1);
  const domainName = request.headers.host ?? '127.0.0.1';
  const query = queryParameters(rawQueryString);
  const text = isText(request.headers);
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: request.path,
    rawQueryString,
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers: {
      ...headers,
      'x-forwarded-for': request.sourceIp,
      'x-forwarded-proto': 'http',
      'x-forwarded-port': domainName.split(':')[1] ?? '80',
    },
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: context.accountId,
      apiId: context.apiId,
      ...(context.caller && {
        authorizer: {
          iam: {
            ...context.caller,
            cognitoIdentity: null,
            principalOrgId: null,
            userId: context.caller.callerId,
          },
        },
      }),
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: request.path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: '$default',
      time: commonLogTime(request.at),
      timeEpoch: request.at.getTime(),
    },
    ...(Object.keys(context.pathParameters).length > 0 && { pathParameters: context.pathParameters }),
    ...(request.body.length > 0 && { body: request.body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !text,
  };
}

/** Text goes as it is, everything else (forms too, and bodies without a type or compressed) as base64. */
function isText(headers: Readonly<Record<string, string>>): boolean {
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') return false;
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return (
    type.startsWith('text/') || /^application\/(?:json|javascript|xml|[\w.-]+\+(?:json|xml))$/.test(type)
  );
}

function queryParameters(rawQuery: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const known = parameters[name];
    parameters[name] = known === undefined ? value : `${known},${value}`;
  }
  return parameters;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

function commonLogTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  return `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}:${time} +0000`;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/**
 * What a function's answer becomes: an object with `statusCode` is a response, anything else is a 200 of JSON.
 * Undefined when it has a `statusCode` and is still none.
 */
export function apiResponse(answer: unknown): ApiResponse | undefined {
  if (!isRecord(answer) || answer.statusCode === undefined) {
    const body = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer ?? null));
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const status = Number(answer.statusCode);
  const { headers: given = {}, cookies = [], body: content = '' } = answer;
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (!isRecord(given) || !isStringArray(cookies) || typeof content !== 'string') return undefined;
  const headers: OutgoingHttpHeaders = { 'content-type': 'text/plain' };
  for (const [name, value] of Object.entries(given)) headers[name.toLowerCase()] = String(value);
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  const body = Buffer.from(content, answer.isBase64Encoded === true ? 'base64' : 'utf8');
  return { status, headers, body };
}

/** API Gateway's own answers, e.g. `{"message":"Forbidden"}`. */
export function gatewayMessage(status: number, message: string): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
  };
}
