import * as z from 'zod';

/** Of the schedule: look for tickets that changed before `at` and whose delivery may have been lost. */
export const reconciliationMessage = z.object({ kind: z.literal('reconcile'), at: z.iso.datetime() });
export type ReconciliationMessage = z.infer<typeof reconciliationMessage>;
