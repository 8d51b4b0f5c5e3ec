import { checkedCommand } from './check-command.ts';
import { type Flags, UsageError } from './commands.ts';
import { importCampaign, importCommand, lookOn } from './import-campaign.ts';
import type { ImportOutcome, ImportWork } from './import-work.ts';

/** A command whose file goes to the bucket and not through the service's API. */
export interface ImportCommand {
  /** First line: what it is for. */
  readonly help: string;
  readonly operands: readonly string[];
  readonly flags: readonly string[];
  runImport(work: ImportWork, operands: readonly string[], flags: Flags): Promise<ImportOutcome>;
}

const bucketFlag = `  --bucket NAME    of a deployed stage, beside --endpoint: its output ImportBucketName`;

export const importCommands: Readonly<Record<string, ImportCommand>> = {
  'import-campaign': {
    help: `Import customers into the campaign (docs/campaign.md has the columns), and write <file>-report.csv beside the file.
The same file may be imported again: what is as it says stays as it is.
  --dry-run        write nothing; the report says what would happen
  --deadline DATE  of a campaign that begins with this import, e.g. 2027-05-31
  --ladder 60,30   days before the deadline on which a new campaign reminds; 60,30,14,7,3,1,0 unless told
  --campaign ID    visma-net unless told
${bucketFlag}
Ends with 2 when rows were refused, with 1 when a part of the import failed.`,
    operands: ['file'],
    flags: ['dry-run', 'deadline', 'ladder', 'campaign', 'bucket'],
    runImport: (work, [file = ''], flags) =>
      importCampaign(work, file, (importId) => checkedCommand(importCommand(importId, flags))),
  },
  'import-report': {
    help: `Look on until an import is over and write its report, e.g. after Ctrl-C.
${bucketFlag}`,
    operands: ['import', 'report file'],
    flags: ['bucket'],
    runImport: (work, [importId = '', report = '']) => {
      checkedCommand({ command: 'ShowImport', importId });
      if (report === '') throw new UsageError('Give the file to write.');
      return lookOn(work, importId, report);
    },
  },
};
