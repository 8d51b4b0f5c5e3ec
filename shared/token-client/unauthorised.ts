import * as z from 'zod';

const status = z.literal(401);
const answer = z.union([z.object({ status }), z.object({ statusCode: status })]);
const outcome = z.union([answer, z.object({ response: answer })]);

/**
 * Whether an answer or an error says that the API answered 401: a `Response`, or an object or error with `status` or
 * `statusCode`, or with such a `response` (as of axios, got, ky, openapi-fetch). No other status speaks about the token:
 * 403 is a missing permission, 429 a limit.
 */
export function saysUnauthorised(value: unknown): boolean {
  return outcome.safeParse(value).success;
}
