import * as z from 'zod';

/**
 * A function's environment, parsed once when it starts; `env.ts` of each function is its only reader. Throws with the
 * names of what is missing or malformed, never with values.
 */
export function loadEnv<Schema extends z.ZodType>(
  schema: Schema,
  source: Readonly<Record<string, string | undefined>> = process.env,
): z.output<Schema> {
  const parsed = schema.safeParse(source);
  if (parsed.success) return parsed.data;
  const names = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.code})`);
  throw new Error(`The environment of this function is not complete: ${[...new Set(names)].join(', ')}.`);
}

/** A whole number of at least 1 given as text. */
export const positiveInteger = z.coerce.number().int().min(1);

/** Words given as one text, at least one. */
export const blankSeparated = z
  .string()
  .trim()
  .min(1)
  .transform((text) => text.split(/\s+/));
