import type * as z from 'zod';
import { PermanentError } from '../platform/errors.ts';

/**
 * Parses what comes back from outside. What does not fit can never fit: a `PermanentError` with paths and codes, never
 * with values, which could be a secret or a customer's.
 */
export function parseAs<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  what: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'value'} ${issue.code}`);
  throw new PermanentError(`${what} does not fit: ${issues.join(', ')}.`);
}

/** `undefined` when the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
