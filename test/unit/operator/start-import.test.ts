import { describe, expect, it } from 'vitest';
import { importProgress } from '../../../shared/contracts/commands/import-commands.ts';
import { aCampaign } from '../../builders/campaign.ts';
import { later, someTime } from '../../builders/history.ts';
import { alice, createOperatorRig } from './operator-rig.ts';

const importId = '00000000-0000-4000-8000-000000000001';
const command = { command: 'ImportCampaign', importId };

describe('ImportCampaign', () => {
  it('starts a campaign that is new, notes who commanded, and has the file split', async () => {
    const rig = createOperatorRig();
    const answer = await rig.send({ ...command, deadline: '2026-05-31', ladder: ['P7D', 'P0D'] });
    expect(answer.status).toBe(200);
    expect(importProgress.parse(answer.body)).toMatchObject({ importId, batchesDone: 0 });
    expect(await rig.store.campaigns.find('visma-net')).toMatchObject({ ladder: ['P7D', 'P0D'] });
    expect(await rig.store.imports.find(importId)).toMatchObject({ by: `operator:${alice}`, dryRun: false });
    expect(rig.splits).toEqual([importId]);
  });

  it('starts nothing in a dry run', async () => {
    const rig = createOperatorRig();
    await rig.send({ ...command, deadline: '2026-05-31', dryRun: true });
    expect(rig.told()).toEqual([]);
    expect(await rig.store.imports.find(importId)).toMatchObject({ dryRun: true, deadline: '2026-05-31' });
    expect(rig.splits).toEqual([importId]);
  });

  it('repeated, begins nothing anew and looks at the file again until the import is over', async () => {
    const rig = createOperatorRig();
    await rig.send({ ...command, deadline: '2026-05-31' });
    await rig.send({ ...command, deadline: '2026-05-31', dryRun: true });
    expect(rig.told()).toEqual(['CampaignStarted']);
    expect(rig.splits).toEqual([importId, importId]);
    await rig.store.imports.finish(importId, later(1));
    expect(await rig.send(command)).toMatchObject({
      status: 200,
      body: { dryRun: false, finishedAt: later(1) },
    });
    expect(rig.splits).toHaveLength(2);
  });

  it.each([
    ['a new campaign without a deadline', {}, 400, 'give its deadline'],
    ['a deadline in the past', { deadline: '2026-03-01' }, 400, 'in the past'],
    ['a ladder that goes the wrong way', { deadline: '2026-05-31', ladder: ['P1D', 'P7D'] }, 400, 'closer'],
  ])('refuses %s', async (_name, fields, status, words) => {
    const rig = createOperatorRig();
    const answer = await rig.send({ ...command, ...fields });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(words);
    expect(rig.splits).toEqual([]);
    expect(await rig.store.imports.find(importId)).toBeUndefined();
  });

  it.each([
    ['another deadline', {}, { deadline: '2026-06-30' }, 'ChangeDeadline'],
    ['another ladder', {}, { ladder: ['P7D'] }, 'fixed'],
    ['a campaign that is over', { deadline: '2026-03-01' }, {}, 'in the past'],
  ])('refuses %s for a campaign that there is', async (_name, overrides, fields, words) => {
    const rig = createOperatorRig();
    rig.store.given({ campaigns: [aCampaign(overrides)] });
    const answer = await rig.send({ ...command, ...fields });
    expect(answer.status).toBe(409);
    expect(JSON.stringify(answer.body)).toContain(words);
    expect(rig.splits).toEqual([]);
  });
});

describe('ShowImport', () => {
  it('tells how far it is, and what to do about parts that failed', async () => {
    const rig = createOperatorRig();
    rig.store.given({ campaigns: [aCampaign()] });
    await rig.send(command);
    await rig.store.imports.giveUp(importId, '3', someTime);
    const answer = await rig.send({ command: 'ShowImport', importId });
    expect(answer.body).toMatchObject({
      givenUp: ['3'],
      next: expect.stringContaining('RedriveDeadLetters'),
    });
  });

  it('says so where there is none', async () => {
    expect(await createOperatorRig().send({ command: 'ShowImport', importId })).toMatchObject({
      status: 404,
    });
  });
});
