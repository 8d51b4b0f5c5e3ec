import { beforeEach, expect, it } from 'vitest';
import { type CustomersFile, correlationOf } from '../../../shared/domain/campaign/imports.ts';
import { joinCampaign } from '../../../shared/domain/campaign/join-campaign.ts';
import { aCampaign } from '../../builders/campaign.ts';
import { anEnvironment, anEnvironmentChange } from '../../builders/environment.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import type { Store } from '../in-memory-store.ts';

const importId = '00000000-0000-4000-8000-000000000001';
const begun = {
  importId,
  campaignId: 'visma-net',
  dryRun: false,
  deadline: '2026-05-31',
  by: 'operator:alice',
  startedAt: someTime,
};
const file: CustomersFile = {
  encoding: 'utf-8',
  delimiter: ';',
  columns: ['environment_id', 'name'],
  rows: 3,
  batches: 2,
  batchRows: 2,
};

/** What holds for every ImportRepository. `open` answers an empty store. */
export function importRepositoryContract(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });

  it('begins an import once', async () => {
    expect(await store.imports.find(importId)).toBeUndefined();
    expect(await store.imports.start(begun)).toBe(true);
    expect(await store.imports.start({ ...begun, dryRun: true })).toBe(false);
    expect(await store.imports.find(importId)).toEqual({
      ...begun,
      batchesDone: 0,
      counts: { created: 0, updated: 0, unchanged: 0, skipped: 0, refused: 0 },
      givenUp: [],
      changedAt: someTime,
    });
  });

  it('counts a batch once', async () => {
    const { imports } = store;
    await imports.start(begun);
    await imports.describeFile(importId, file, later(1));
    expect(await imports.isBatchDone(importId, 0)).toBe(false);
    await imports.finishBatch(importId, 0, { created: 1, refused: 1 }, later(2));
    await imports.finishBatch(importId, 0, { created: 1, refused: 1 }, later(3));
    await imports.finishBatch(importId, 1, { created: 1 }, later(4));
    expect(await imports.isBatchDone(importId, 0)).toBe(true);
    expect(await imports.find(importId)).toMatchObject({
      file,
      batchesDone: 2,
      counts: { created: 2, updated: 0, unchanged: 0, skipped: 0, refused: 1 },
      changedAt: later(4),
    });
  });

  it('notes what was given up until it succeeds', async () => {
    const { imports } = store;
    await imports.start(begun);
    for (const part of ['split', '1', '1']) await imports.giveUp(importId, part, later(1));
    expect((await imports.find(importId))?.givenUp).toEqual(['1', 'split']);
    await imports.describeFile(importId, file, later(2));
    expect((await imports.find(importId))?.givenUp).toEqual(['1']);
    await imports.finishBatch(importId, 1, {}, later(3));
    expect((await imports.find(importId))?.givenUp).toEqual([]);
  });

  it('ends once, and keeps why a file was refused', async () => {
    const { imports } = store;
    await imports.start(begun);
    const refusal = { line: 3, column: 'name', message: 'The quote that opens here never closes.' };
    await imports.finish(importId, later(1), refusal);
    await imports.finish(importId, later(2));
    expect(await imports.find(importId)).toMatchObject({ finishedAt: later(1), refusal });
  });

  it('writes nothing about an import that there is none of', async () => {
    const { imports } = store;
    await imports.giveUp(importId, 'split', someTime);
    await imports.finish(importId, someTime);
    expect(await imports.find(importId)).toBeUndefined();
  });

  it('knows its own entries in the histories of an environment and its membership', async () => {
    const cause = aCause({ correlationId: correlationOf(importId) });
    const environment = anEnvironment();
    const { environmentId } = environment;
    const joined = joinCampaign(undefined, environment, [], aCampaign(), cause);
    if (joined === undefined) throw new Error('It joins.');
    await store.campaigns.saveMembership(joined, anEnvironmentChange(environment));
    expect(await store.imports.entriesOf(importId, environmentId)).toEqual(joined.entries);
    expect(await store.imports.entriesOf(`${importId}x`, environmentId)).toEqual([]);
  });
}
