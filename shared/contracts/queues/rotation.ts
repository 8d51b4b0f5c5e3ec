import * as z from 'zod';

/** Messages of the rotation's queue: "look what the labels of the client secret ask for". Any of them may be lost or doubled. */
export const rotationMessage = z.object({ reason: z.enum(['schedule', 'command']) });
export type RotationMessage = z.infer<typeof rotationMessage>;
