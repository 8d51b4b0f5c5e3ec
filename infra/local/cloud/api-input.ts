import type * as z from 'zod';
import { type ApiCall, AwsError } from './service.ts';

/**
 * The input of an API call. Schemas are strict objects: a parameter that the local cloud does not honour is an error of
 * the call instead of a silent difference from AWS. `code` is the error's name where a service has its own.
 */
export function readInput<T extends z.ZodType>(
  call: ApiCall,
  schema: T,
  code = 'ValidationException',
): z.output<T> {
  const parsed = schema.safeParse(call.input);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => [...issue.path.map(String), issue.message].join(': '));
  throw new AwsError(code, `${call.service}:${call.action}: ${reasons.join('; ')}`);
}
