import * as z from 'zod';

const withPicture = z.looseObject({ picture: z.string() });

/** A picture is for a file; among an answer's values nobody could read it. */
export function splitPicture(answer: unknown): {
  readonly picture: string | undefined;
  readonly rest: unknown;
} {
  const parsed = withPicture.safeParse(answer);
  if (!parsed.success) return { picture: undefined, rest: answer };
  const { picture, ...rest } = parsed.data;
  return { picture, rest };
}
