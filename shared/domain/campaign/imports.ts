import type { Cause, HistoryEntry } from '../history/entry.ts';

/** One sending of a customers' file to a campaign. */
export interface CampaignImport {
  readonly importId: string;
  readonly campaignId: string;
  /** Everything but writing: the report says what would happen. */
  readonly dryRun: boolean;
  /** Of the campaign as commanded: a dry run of a new one has nothing else to go by. */
  readonly deadline: string;
  readonly ladder?: readonly string[];
  /** Who commanded it. */
  readonly by: Cause['by'];
  readonly startedAt: string;
  /** As found when its form was checked. Absent before. */
  readonly file?: CustomersFile;
  /** Why nothing of the file is imported: its form is broken. */
  readonly refusal?: FileRefusal;
  readonly batchesDone: number;
  readonly counts: Readonly<Record<RowOutcome, number>>;
  /** Parts that failed at their last try, and lie among the dead letters: `split`, or the number of a batch. */
  readonly givenUp: readonly string[];
  readonly changedAt: string;
  /** All rows are dealt with and the customers' file is gone, or going where it was refused. */
  readonly finishedAt?: string;
}

export const encodings = ['utf-8', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];
export const delimiters = [';', ','] as const;
export type Delimiter = (typeof delimiters)[number];

export interface CustomersFile {
  readonly encoding: Encoding;
  readonly delimiter: Delimiter;
  /** In the order of the file. */
  readonly columns: readonly ImportColumn[];
  readonly rows: number;
  readonly batches: number;
  /** As it was when the file was split, so that splitting again makes the same batches. */
  readonly batchRows: number;
}

export interface FileRefusal {
  readonly line: number;
  readonly column: string;
  readonly message: string;
}

export const importColumns = [
  'environment_id',
  'name',
  'locale',
  'contacts',
  'contact_person',
  'export_formats',
  'administrations',
  'companies',
] as const;
export type ImportColumn = (typeof importColumns)[number];

/** `skipped`: no action is needed. */
export const rowOutcomes = ['created', 'updated', 'unchanged', 'skipped', 'refused'] as const;
export type RowOutcome = (typeof rowOutcomes)[number];

export type RowCounts = Readonly<Partial<Record<RowOutcome, number>>>;

/** Imports and how far they are. Every read is consistent, and every write may be repeated. */
export interface ImportRepository {
  find(importId: string): Promise<CampaignImport | undefined>;
  /** Answers whether it is new. */
  start(
    begun: Pick<
      CampaignImport,
      'importId' | 'campaignId' | 'dryRun' | 'deadline' | 'ladder' | 'by' | 'startedAt'
    >,
  ): Promise<boolean>;
  /** Keeps what was found of the file, and that its splitting is not given up. */
  describeFile(importId: string, file: CustomersFile, at: string): Promise<void>;
  isBatchDone(importId: string, batch: number): Promise<boolean>;
  /** Counts a batch, the first time only. */
  finishBatch(importId: string, batch: number, counts: RowCounts, at: string): Promise<void>;
  giveUp(importId: string, part: string, at: string): Promise<void>;
  /** The first time only. */
  finish(importId: string, at: string, refusal?: FileRefusal): Promise<void>;
  /** The entries that this import wrote to the histories of an environment and of its membership. */
  entriesOf(importId: string, environmentId: string): Promise<readonly HistoryEntry[]>;
}

/** Of every change that an import makes; by it the import knows its own. */
export function correlationOf(importId: string): string {
  return `import:${importId}`;
}
