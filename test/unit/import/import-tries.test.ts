import { describe, expect, it } from 'vitest';
import { TransientError } from '../../../shared/platform/errors.ts';
import { aMembership } from '../../builders/campaign.ts';
import { anEnvironment, anEnvironmentChange } from '../../builders/environment.ts';
import { later } from '../../builders/history.ts';
import { Crash } from '../onboarding/unreliable.ts';
import { aRow, createImportRig, fileOf, imported, importId } from './import-rig.ts';

describe('an import that is tried again', () => {
  it('does not take back what was corrected by hand since it began', async () => {
    const rig = await createImportRig(
      fileOf(...['voorbeeld', 'ander', 'een', 'twee'].map((id) => aRow(id, { companies: '' }))),
      { batchRows: 4 },
    );
    const corrected = anEnvironment({ companies: [], changedAt: later(3_600) });
    rig.store.given({
      environments: [corrected, anEnvironment({ environmentId: 'ander', companies: [] })],
      memberships: [aMembership()],
    });
    const rows = await rig.split();
    await rig.run(rows);
    const [late, ...others] = await rig.report();
    expect(late?.slice(1, 4)).toEqual(['voorbeeld', 'refused', 'environment_id']);
    expect(late?.[4]).toContain('was changed after this import began');
    expect(others.map((line) => line[2])).toEqual(['updated', 'created', 'created']);
    expect(await rig.store.environments.find('voorbeeld')).toEqual(corrected);
  });

  it('does not take back what was corrected by hand between two tries of a batch', async () => {
    let isDying = false;
    const rig = await createImportRig(fileOf(aRow('een')), {
      around: async () => {
        if (isDying && (await rig.store.environments.find('een')) !== undefined) throw new Crash('killed');
      },
    });
    const rows = await rig.split();
    isDying = true;
    await expect(rig.run(rows)).rejects.toThrow('killed');
    isDying = false;
    const registered = await rig.store.environments.find('een');
    if (registered === undefined) throw new Error('It is not registered.');
    const corrected = { ...registered, name: 'Voorbeeld Nieuw', changedAt: later(7_200) };
    await rig.store.environments.save(anEnvironmentChange(corrected, registered));
    await rig.run(rows, 2);
    expect((await rig.report())[0]?.slice(1, 3)).toEqual(['een', 'created']);
    expect(await rig.store.environments.find('een')).toMatchObject({ name: 'Voorbeeld Nieuw' });
  });

  it('is shown as given up at the last try, and goes on when it is tried again', async () => {
    let isDown = true;
    const around = async () => {
      if (isDown) throw new TransientError('The table is away.');
    };
    const rig = await createImportRig(fileOf(aRow('een')));
    const broken = await createImportRig(fileOf(aRow('een')), { around });
    await expect(broken.run({ kind: 'split', importId }, 15)).rejects.toThrow('away');
    isDown = false;
    await rig.store.imports.giveUp(importId, 'split', '2026-03-02T10:00:00.000Z');
    expect((await rig.stored()).givenUp).toEqual(['split']);
    await rig.run({ kind: 'split', importId });
    await rig.store.imports.giveUp(importId, '0', '2026-03-02T10:00:00.000Z');
    expect((await rig.stored()).givenUp).toEqual(['0']);
    await rig.finish();
    expect(await rig.stored()).toMatchObject({ givenUp: [], finishedAt: expect.any(String) });
  });

  it('reports and writes the same when it is killed before or after any call', async () => {
    const rows = [
      aRow('een'),
      aRow('een'),
      aRow('twee'),
      aRow('drie', { locale: 'fr' }),
      aRow('vier', { export_formats: 'UBL' }),
    ];
    const whole = await imported(fileOf(...rows));
    let isCovered = false;
    for (let kill = 1; !isCovered; kill += 1) {
      let calls = 0;
      const around = async () => {
        calls += 1;
        if (calls === kill) throw new Crash('killed');
      };
      const rig = await createImportRig(fileOf(...rows), { around });
      const queue = [{ kind: 'split', importId } as Parameters<typeof rig.run>[0]];
      for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
        await rig.run(message).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
          if (message !== undefined) queue.push(message);
        });
        queue.push(...rig.messages.splice(0));
      }
      expect(await rig.report(), `killed at call ${kill}`).toEqual(whole.lines);
      const done = await rig.stored();
      expect(done.counts).toEqual(whole.import.counts);
      expect(done.finishedAt).toBeDefined();
      expect(
        rig.store
          .entries()
          .map(({ id }) => id)
          .sort(),
      ).toEqual(
        whole.store
          .entries()
          .map(({ id }) => id)
          .sort(),
      );
      isCovered = calls < kill;
    }
    expect(isCovered).toBe(true);
  });

  it('keeps why a file was refused when it is killed before or after any call', async () => {
    const content = `${fileOf(aRow('een'))}twee;"Voorbeeld`;
    const whole = await imported(content);
    for (let kill = 1; ; kill += 1) {
      let calls = 0;
      const around = async () => {
        calls += 1;
        if (calls === kill) throw new Crash('killed');
      };
      const rig = await createImportRig(content, { around });
      const isKilled = await rig.run({ kind: 'split', importId }).then(
        () => false,
        (error: unknown) => error instanceof Crash,
      );
      if (!isKilled) break;
      await rig.run({ kind: 'split', importId });
      expect(await rig.report(), `killed at call ${kill}`).toEqual(whole.lines);
      expect((await rig.stored()).refusal).toEqual(whole.import.refusal);
      expect(await rig.files.hasCustomers(importId)).toBe(false);
    }
  });

  it('is not refused by a second splitting that comes when all is done but its end', async () => {
    let isDying = false;
    const around = async () => {
      if (isDying && !(await rig.files.hasCustomers(importId))) throw new Crash('killed');
    };
    const rig = await createImportRig(fileOf(aRow('een')), { around });
    const rows = await rig.split();
    isDying = true;
    await expect(rig.run(rows)).rejects.toThrow('killed');
    isDying = false;
    await expect(rig.run({ kind: 'split', importId }, 2)).rejects.toThrow('is gone');
    await rig.run(rows, 2);
    await rig.run({ kind: 'split', importId }, 3);
    expect(await rig.report()).toEqual([['2', 'een', 'created', '', '']]);
    expect(await rig.stored()).toMatchObject({ counts: { created: 1 }, finishedAt: expect.any(String) });
    expect((await rig.stored()).refusal).toBeUndefined();
  });
});
