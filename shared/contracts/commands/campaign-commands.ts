import * as z from 'zod';
import { campaignId, commandId, deadline, environmentId } from './command-fields.ts';

/** Commands about the campaign; part of the operators' commands. */
export const campaignCommands = [
  /** Every rung moves along; who has had one does not get it again. */
  z.strictObject({ command: z.literal('ChangeDeadline'), commandId, campaignId, deadline }),
  /** No reminders to anybody until it is resumed. */
  z.strictObject({ command: z.literal('PauseCampaign'), commandId, campaignId }),
  z.strictObject({ command: z.literal('ResumeCampaign'), commandId, campaignId }),
  /** No reminders to this customer until it is resumed. */
  z.strictObject({ command: z.literal('PauseEnvironment'), commandId, environmentId }),
  z.strictObject({ command: z.literal('ResumeEnvironment'), commandId, environmentId }),
  /** Who would get what if the reminders ran on a day at nine, or at an instant; the next weekday unless told. */
  z.strictObject({
    command: z.literal('PreviewReminders'),
    campaignId,
    on: deadline.optional(),
    limit: z.number().int().min(1).max(100).default(50),
    cursor: z.string().max(200).optional(),
  }),
  /** How it stands: counts, who has been where longest (so many of each standing), and the burn-down as an SVG picture. */
  z.strictObject({
    command: z.literal('ShowCampaign'),
    campaignId,
    limit: z.number().int().min(1).max(50).default(5),
  }),
  /** Sends what is due now, as the schedule does; whoever has had it gets nothing. */
  z.strictObject({ command: z.literal('RunReminders'), commandId }),
  /** Has the digest of every campaign sent now. */
  z.strictObject({ command: z.literal('SendDigest'), commandId }),
] as const;
