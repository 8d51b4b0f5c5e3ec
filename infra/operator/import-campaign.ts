import { randomUUID } from 'node:crypto';
import { type ImportProgress, importProgress } from '../../shared/contracts/commands/import-commands.ts';
import { type CommandInput, CommandRefused, NoAnswer } from './client.ts';
import type { Flags } from './commands.ts';
import {
  customersFile,
  downloadReport,
  expectUnchanged,
  removeCustomers,
  reportPath,
  uploadCustomers,
} from './import-files.ts';
import { type ImportOutcome, type ImportWork, LookedAway } from './import-work.ts';

/** Looked every second first, then every five: a large file takes minutes. */
const eagerLooks = 30;
/** Whoever sees nothing move for so long stops looking on; the import goes on without. */
const stillnessSeconds = 15 * 60;

/** The command for a file in the bucket, and its check. Throws `UsageError`. */
export function importCommand(importId: string, flags: Flags): CommandInput {
  return {
    command: 'ImportCampaign',
    importId,
    campaignId: flags.campaign,
    dryRun: flags['dry-run'] === true,
    deadline: flags.deadline,
    ladder: flags.ladder?.split(',').map(lengthOf),
  };
}

/** `60` is 60 days; anything else is a length as the ladder has it. */
function lengthOf(rung: string): string {
  const text = rung.trim();
  return /^\d+$/.test(text) ? `P${Number(text)}D` : text;
}

/** Puts the file into the bucket, begins the import, looks on until it is over and fetches the report. */
export async function importCampaign(
  work: ImportWork,
  file: string,
  check: (importId: string) => CommandInput,
): Promise<ImportOutcome> {
  const importId = randomUUID();
  // Before anything is uploaded: what cannot be meant is said at once.
  const command = check(importId);
  const customers = await customersFile(file);
  work.print(`Uploading ${file} (${customers.size} bytes) as import ${importId} …`);
  await interruptible(work, 'Nothing was imported.', () => uploadCustomers(work, importId, customers));
  try {
    await expectUnchanged(customers);
    await work.sendCommand(command);
  } catch (error) {
    if (isUnanswered(error)) {
      throw lostSight(
        error,
        `If it has begun, it goes on by itself. ${lookAgain(importId, reportPath(file))}`,
      );
    }
    await removeCustomers(work, importId);
    throw error;
  }
  return lookOn(work, importId, reportPath(file));
}

/** Whether the service has done what it was asked nobody knows. */
function isUnanswered(error: unknown): error is Error {
  return error instanceof NoAnswer || (error instanceof CommandRefused && error.status >= 500);
}

function lostSight(cause: Error, words: string): LookedAway {
  return new LookedAway(`${cause.message} ${words}`, { cause });
}

function lookAgain(importId: string, report: string): string {
  return `Look again with: import-report ${importId} ${report}`;
}

/** Looks on until an import is over, and fetches its report. Also for who has looked away. */
export async function lookOn(work: ImportWork, importId: string, report: string): Promise<ImportOutcome> {
  const again = lookAgain(importId, report);
  const progress = await interruptible(work, `The import goes on by itself. ${again}`, () =>
    untilOver(work, importId, again),
  );
  const parts = progress.refusal === undefined ? (progress.file?.batches ?? 0) : 1;
  const failed = progress.finishedAt === undefined;
  const lacking = await downloadReport(work, importId, { parts, mayLack: failed }, report);
  const { campaignId, dryRun, counts, file, refusal, givenUp } = progress;
  const isRefused = refusal !== undefined || (counts.refused ?? 0) > 0;
  return {
    exitCode: failed ? 1 : isRefused ? 2 : 0,
    answer: {
      importId,
      campaignId,
      dryRun,
      ...(file === undefined ? {} : { rows: file.rows }),
      ...counts,
      ...(refusal === undefined
        ? {}
        : { refused: `line ${refusal.line}, ${refusal.column}: ${refusal.message}` }),
      ...(failed
        ? { failed: givenUp.join(', '), lacking: lacking.length, next: 'redrive import, then import-report' }
        : {}),
      report,
    },
  };
}

/** Over is also what has failed as far as it has not succeeded: nothing more comes by itself. */
async function untilOver(work: ImportWork, importId: string, again: string): Promise<ImportProgress> {
  let shown = '';
  let still = 0;
  for (let looks = 0; ; looks += 1) {
    const progress = importProgress.parse(await work.sendCommand({ command: 'ShowImport', importId }));
    const { finishedAt, file, batchesDone, givenUp } = progress;
    const isOver =
      finishedAt !== undefined ||
      givenUp.includes('split') ||
      (file !== undefined && givenUp.length > 0 && batchesDone + givenUp.length >= file.batches);
    const words = wordsOf(progress);
    if (words !== shown) {
      work.print(words);
      still = 0;
    }
    shown = words;
    if (isOver) return progress;
    const seconds = looks < eagerLooks ? 1 : 5;
    still += seconds;
    if (still > stillnessSeconds)
      throw new LookedAway(`Nothing has moved for a quarter of an hour. ${again}`);
    await work.pause(seconds);
  }
}

function wordsOf({ file, counts }: ImportProgress): string {
  if (file === undefined) return 'The form of the file is checked …';
  const done = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return `${done} of ${file.rows} rows`;
}

async function interruptible<Answer>(
  { interrupted }: ImportWork,
  words: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await run();
  } catch (cause) {
    if (interrupted.aborted) throw new LookedAway(words, { cause });
    throw isUnanswered(cause) ? lostSight(cause, words) : cause;
  }
}
