import * as z from 'zod';
import { campaignId, commandId, deadline } from './command-fields.ts';

/** Made by whoever puts the file into the bucket, under this id. */
const importId = z.uuid();

/** Commands about imports. */
export const importCommands = [
  /** Begins what the file in the bucket says. A campaign that does not exist yet needs its deadline. */
  z.strictObject({
    command: z.literal('ImportCampaign'),
    commandId,
    importId,
    campaignId,
    /** Everything but writing: the report says what would happen. */
    dryRun: z.boolean().default(false),
    deadline: deadline.optional(),
    /** As long before the deadline: `P60D`, or `PT30S` for a campaign of minutes. */
    ladder: z.array(z.string().max(10)).min(1).max(50).optional(),
  }),
  z.strictObject({ command: z.literal('ShowImport'), importId }),
] as const;

const count = z.number().int().min(0);

/** The answer to `ShowImport`. */
export const importProgress = z.object({
  importId,
  campaignId: z.string(),
  dryRun: z.boolean(),
  startedAt: z.string(),
  /** As found when the file's form was checked; absent before. */
  file: z
    .object({ encoding: z.string(), delimiter: z.string(), rows: count, batches: count })
    .partial({ encoding: true, delimiter: true })
    .optional(),
  /** Why nothing of the file is imported. Its report is that of batch 0. */
  refusal: z.object({ line: count, column: z.string(), message: z.string() }).optional(),
  batchesDone: count,
  /** Rows by outcome. */
  counts: z.record(z.string(), count),
  /** Parts among the dead letters: `split`, or the number of a batch from 0. */
  givenUp: z.array(z.string()).default([]),
  /** All rows are dealt with, their reports written, and the customers' file is gone. */
  finishedAt: z.string().optional(),
});
export type ImportProgress = z.infer<typeof importProgress>;

/** Of the report, whose cells are separated by `;`. Its parts come without this line, which the operators' tool writes. */
export const reportColumns = ['line', 'environment_id', 'outcome', 'column', 'message'] as const;
