import type { OutgoingHttpHeaders } from 'node:http';
import type { ApiRequest } from './http-api-event.ts';
import type { Cors } from './http-api-properties.ts';

/** With CORS configured, API Gateway answers preflight requests itself, also where no route is. */
export function isPreflight(request: ApiRequest): boolean {
  return request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
}

/** The CORS headers of every answer to a browser of an allowed origin; the function's own are replaced. */
export function corsHeaders(cors: Cors, origin: string | undefined): OutgoingHttpHeaders {
  const origins = cors.AllowOrigins ?? [];
  if (origin === undefined || !(origins.includes('*') || origins.includes(origin))) return {};
  return {
    'access-control-allow-origin': origins.includes('*') ? '*' : origin,
    ...(cors.AllowMethods && { 'access-control-allow-methods': cors.AllowMethods.join(',') }),
    ...(cors.AllowHeaders && { 'access-control-allow-headers': cors.AllowHeaders.join(',') }),
    ...(cors.ExposeHeaders && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
    ...(cors.AllowCredentials === true && { 'access-control-allow-credentials': 'true' }),
  };
}
