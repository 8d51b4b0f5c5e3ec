import * as z from 'zod';
import { standings } from '../../domain/campaign/standing.ts';

const ofCampaign = z.object({ environmentId: z.string(), campaignId: z.string() });
const about = z.object({ environmentId: z.string(), connectionId: z.string(), companyId: z.string() });

export const deactivationReasons = ['cancelled', 'disconnected'] as const;

/**
 * What Spend Cloud is told, signed as Standard Webhooks; `webhook-id` is the event id, so that a repetition is recognised.
 * Webhooks may overtake each other: of two about one connection, and of two about one environment's reminders, the later
 * `timestamp` holds. The tenant ID stays with us: exports get it with their token.
 */
export const spendCloudWebhook = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('connection.activated'),
    timestamp: z.iso.datetime(),
    data: about.extend({ companyName: z.string(), administrations: z.array(z.string()) }),
  }),
  /**
   * Exports through this connection end. `cancelled`: by an operator. `disconnected`: Visma.net gives no access any more;
   * the customer has been asked to mend it, and `connection.activated` follows when he has.
   */
  z.object({
    type: z.literal('connection.deactivated'),
    timestamp: z.iso.datetime(),
    data: about.extend({ reason: z.exactOptional(z.enum(deactivationReasons)) }),
  }),
  /** To be shown inside the product until another one of this environment comes, or it is cleared. */
  z.object({
    type: z.literal('reminder.due'),
    timestamp: z.iso.datetime(),
    data: ofCampaign.extend({
      /** As in the campaign's ladder: `P30D` is 30 days before the deadline, `+P7D` a week after it. */
      rung: z.string(),
      /** How far the environment is; says what the customer does next. */
      step: z.enum(standings),
      /** Whole days, negative after the deadline. */
      daysLeft: z.int(),
      /** A date in Dutch time; an instant in a campaign of minutes. */
      deadline: z.string(),
      /** Opens nothing by itself: there a link is mailed to the registered contacts, who may be others than who reads this. */
      link: z.url(),
    }),
  }),
  /** That step is taken, nothing is left to be done, or nothing is to be asked: `reminder.due` is not shown any more. */
  z.object({
    type: z.literal('reminder.cleared'),
    timestamp: z.iso.datetime(),
    data: ofCampaign,
  }),
]);
export type SpendCloudWebhook = z.infer<typeof spendCloudWebhook>;
