import * as z from 'zod';

const at = z.iso.datetime();
const campaignId = z.string().min(1);
const rung = z.number().int().min(0);

/** Messages of the reminders' queue. Any of them may come twice, late and out of order. */
export const reminderMessage = z.discriminatedUnion('kind', [
  /** Of the schedule or an operator: begin with every campaign that has a rung due. */
  z.object({ kind: z.literal('run'), at }),
  /** Go on with those who wait for this rung, in this shard, after this environment. */
  z.object({
    kind: z.literal('page'),
    campaignId,
    at,
    rung,
    shard: z.number().int().min(0),
    after: z.exactOptional(z.string()),
  }),
  /** Give one environment the rung that was due at `at`. */
  z.object({ kind: z.literal('remind'), campaignId, environmentId: z.string().min(1), rung, at }),
  /** Tell the product owner how every campaign stands. */
  z.object({ kind: z.literal('digest'), at }),
]);
export type ReminderMessage = z.infer<typeof reminderMessage>;
export type ReminderMessageOf<Kind extends ReminderMessage['kind']> = Extract<
  ReminderMessage,
  { kind: Kind }
>;

/** How fast reminders go, and how many are enough (infra/config.ts). */
export const reminderPace = z.object({
  remindersPerSecond: z.number().positive(),
  pageSize: z.number().int().min(1),
  unansweredMax: z.number().int().min(1),
});
export type ReminderPace = z.infer<typeof reminderPace>;
