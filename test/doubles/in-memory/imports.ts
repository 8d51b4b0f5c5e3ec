import {
  type CampaignImport,
  correlationOf,
  type ImportRepository,
  rowOutcomes,
} from '../../../shared/domain/campaign/imports.ts';
import type { World } from './world.ts';

export function inMemoryImports(world: World): ImportRepository {
  const imports = new Map<string, CampaignImport>();
  const batches = new Set<string>();
  const change = (importId: string, to: (before: CampaignImport) => CampaignImport) => {
    const before = imports.get(importId);
    if (before !== undefined) imports.set(importId, to(before));
  };
  return {
    find: async (importId) => structuredClone(imports.get(importId)),
    start: async (begun) => {
      if (imports.has(begun.importId)) return false;
      imports.set(begun.importId, {
        ...begun,
        batchesDone: 0,
        counts: { created: 0, updated: 0, unchanged: 0, skipped: 0, refused: 0 },
        givenUp: [],
        changedAt: begun.startedAt,
      });
      return true;
    },
    describeFile: async (importId, file, at) =>
      change(importId, (before) => ({
        ...before,
        file,
        changedAt: at,
        givenUp: before.givenUp.filter((part) => part !== 'split'),
      })),
    isBatchDone: async (importId, batch) => batches.has(`${importId}/${batch}`),
    finishBatch: async (importId, batch, counts, at) => {
      if (batches.has(`${importId}/${batch}`)) return;
      batches.add(`${importId}/${batch}`);
      change(importId, (before) => ({
        ...before,
        batchesDone: before.batchesDone + 1,
        counts: Object.fromEntries(
          rowOutcomes.map((outcome) => [outcome, before.counts[outcome] + (counts[outcome] ?? 0)]),
        ) as CampaignImport['counts'],
        changedAt: at,
        givenUp: before.givenUp.filter((part) => part !== String(batch)),
      }));
    },
    giveUp: async (importId, part, at) =>
      change(importId, (before) => ({
        ...before,
        changedAt: at,
        givenUp: [...new Set([...before.givenUp, part])].sort(),
      })),
    finish: async (importId, at, refusal) =>
      change(importId, (before) =>
        before.finishedAt === undefined
          ? { ...before, finishedAt: at, changedAt: at, givenUp: [], ...(refusal && { refusal }) }
          : before,
      ),
    entriesOf: async (importId, environmentId) =>
      (['environment', 'membership'] as const)
        .flatMap((aggregate) => world.historyOf(aggregate, environmentId, 0))
        .filter(({ correlationId }) => correlationId === correlationOf(importId)),
  };
}
