import {
  type ImportRunner,
  runImportMessage,
} from '../../../functions/import-campaign/run-import-message.ts';
import type { ImportMessage } from '../../../shared/contracts/queues/import.ts';
import type { CampaignImport } from '../../../shared/domain/campaign/imports.ts';
import { PermanentError } from '../../../shared/platform/errors.ts';
import { aCampaign } from '../../builders/campaign.ts';
import { later, someTime } from '../../builders/history.ts';
import { createInMemoryImportFiles } from '../../doubles/in-memory/import-files.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';
import { intercepted } from '../onboarding/unreliable.ts';

export const importId = '00000000-0000-4000-8000-000000000001';
export const header =
  'environment_id;name;locale;contacts;contact_person;export_formats;administrations;companies';

/** Ten digits: the number of a company of the environment. */
export function aRow(id: string, overrides: Partial<Record<string, string>> = {}): string {
  const number = String(
    1_000_000_000 + ([...id].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 1e8),
  );
  const cells: Record<string, string> = {
    environment_id: id,
    name: `Voorbeeld ${id}`,
    locale: 'nl',
    contacts: `Finance <finance@${id}.example>`,
    contact_person: 'consultant@vendor.example',
    export_formats: 'Visma.net Financials',
    administrations: `1=Voorbeeld ${id}`,
    companies: `Voorbeeld ${id} B.V.=${number}`,
    ...overrides,
  };
  return header
    .split(';')
    .map((column) => cells[column] ?? '')
    .join(';');
}

export interface Options {
  readonly dryRun?: boolean;
  readonly batchRows?: number;
  readonly hasCampaign?: boolean;
  /** A few bytes unless told. */
  readonly chunkBytes?: number;
  /** Called before and after every call to a port. */
  readonly around?: () => Promise<void>;
}

/** An import of one file, as the command has begun it. */
export async function createImportRig(content: string | Buffer, options: Options = {}) {
  const { dryRun = false, batchRows = 2, hasCampaign = true, around = async () => undefined } = options;
  const store = createInMemoryStore();
  const files = createInMemoryImportFiles(options.chunkBytes);
  const messages: ImportMessage[] = [];
  const campaign = aCampaign();
  if (hasCampaign) store.given({ campaigns: [campaign] });
  const { campaignId, deadline, ladder } = campaign;
  let ticks = 0;
  const queue = { send: async (message: ImportMessage) => void messages.push(message) };
  const runner: ImportRunner = {
    imports: intercepted(store.imports, around),
    files: intercepted(files, around),
    campaigns: intercepted(store.campaigns, around),
    environments: intercepted(store.environments, around),
    connections: intercepted(store.connections, around),
    tenants: intercepted(store.tenants, around),
    queue: intercepted(queue, around),
    clock: () => new Date(later(60 + ticks++)),
    batchRows,
    triesMax: 15,
  };
  await files.putCustomers(importId, content);
  await store.imports.start({
    importId,
    campaignId,
    dryRun,
    deadline,
    ladder,
    by: 'operator:alice',
    startedAt: later(30, someTime),
  });
  const run = (message: ImportMessage, receiveCount = 1) => runImportMessage(runner, message, receiveCount);
  const stored = async (): Promise<CampaignImport> => {
    const found = await store.imports.find(importId);
    if (found === undefined) throw new PermanentError('There is no import.');
    return found;
  };
  return {
    store,
    files,
    messages,
    run,
    stored,
    /** Has the file split, and answers the message of its first batch. */
    async split(): Promise<ImportMessage> {
      await run({ kind: 'split', importId });
      const [rows] = messages;
      if (rows === undefined) throw new Error('There is no batch.');
      return rows;
    },
    /** Delivers whatever is in the queue until nothing is. */
    async finish(): Promise<void> {
      await run({ kind: 'split', importId });
      for (let message = messages.shift(); message !== undefined; message = messages.shift())
        await run(message);
    },
    /** Lines of all parts, each split at its separators. */
    async report(): Promise<readonly (readonly string[])[]> {
      const lines: string[] = [];
      for (let batch = 0; ; batch += 1) {
        const part = await files.readReport(importId, batch);
        if (part === undefined) break;
        lines.push(...part.split('\r\n').filter((line) => line !== ''));
      }
      return lines.map((line) => line.split(';'));
    },
  };
}

export const fileOf = (...rows: string[]) => [header, ...rows].map((row) => `${row}\r\n`).join('');

/** One that went through to its end. */
export async function imported(content: string | Buffer, options?: Options) {
  const rig = await createImportRig(content, options);
  await rig.finish();
  return { ...rig, lines: await rig.report(), import: await rig.stored() };
}
