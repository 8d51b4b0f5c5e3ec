import * as z from 'zod';

/** Messages of the health queue. */
export const healthMessage = z.discriminatedUnion('kind', [
  /** Of the schedule: plan the checks that are due from `at` on. */
  z.object({ kind: z.literal('plan'), at: z.iso.datetime() }),
  z.object({
    kind: z.literal('check'),
    connectionId: z.string().min(1),
    /**
     * Number of the period that the check was planned for. It counts for this one or, when it comes late, for the one that
     * it comes in: a clock that is behind makes no two periods of one.
     */
    period: z.exactOptional(z.number().int().min(0)),
    /** An operator wants to know now: who, and his command, which is answered once. */
    requested: z.exactOptional(z.object({ by: z.string().min(1), deliveryKey: z.string().min(1) })),
  }),
]);
export type HealthMessage = z.infer<typeof healthMessage>;
