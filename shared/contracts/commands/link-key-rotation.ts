import * as z from 'zod';

/** What `rotate-link-key` is invoked with. */
export const linkKeyRotation = z.strictObject({
  /** Id of the version to make, as Secrets Manager wants one: the same again makes no second key. */
  requestToken: z.string().min(32).max(64),
  /** Also while links of the key before the current one may still be in use: they end. */
  force: z.boolean(),
});
export type LinkKeyRotation = z.infer<typeof linkKeyRotation>;

/** Never with a key. */
export const linkKeyRotationAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['rotated', 'repeated', 'overtaken']) }),
  /** The links of the previous key may be in use until then. */
  z.object({ outcome: z.literal('too-early'), possibleFrom: z.iso.datetime() }),
]);
export type LinkKeyRotationAnswer = z.infer<typeof linkKeyRotationAnswer>;
