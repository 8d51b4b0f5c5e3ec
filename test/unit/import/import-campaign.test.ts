import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../shared/domain/connection/repository.ts';
import { notExported } from '../../../shared/domain/environment/environment.ts';
import { connectionIdOf } from '../../../shared/platform/ids.ts';
import { aMembership } from '../../builders/campaign.ts';
import { aConnection } from '../../builders/connection.ts';
import { aCompany, anAdministration, anEnvironment } from '../../builders/environment.ts';
import { encode } from './csv-rig.ts';
import { aRow, createImportRig, fileOf, header, imported, importId } from './import-rig.ts';

describe('an import', () => {
  it('registers each environment and makes it a member, and ends once', async () => {
    const {
      store,
      files,
      lines,
      import: done,
    } = await imported(fileOf(...['een', 'twee', 'drie'].map((id) => aRow(id))));
    expect(lines).toEqual([
      ['2', 'een', 'created', '', ''],
      ['3', 'twee', 'created', '', ''],
      ['4', 'drie', 'created', '', ''],
    ]);
    expect(done).toMatchObject({
      batchesDone: 2,
      counts: { created: 3, refused: 0 },
      finishedAt: expect.any(String),
    });
    expect(await files.hasCustomers(importId)).toBe(false);
    expect(await store.environments.find('een')).toMatchObject({
      contacts: [{ email: 'finance@een.example', name: 'Finance' }],
      administrations: [{ administrationId: '1' }],
    });
    expect(await store.campaigns.findMembership('drie')).toMatchObject({
      standing: 'nothing-asked',
      nextRung: 0,
    });
    const told = store.entries().filter(({ type }) => type === 'CampaignImported');
    expect(told).toMatchObject([{ by: 'operator:alice', detail: { importId, created: 3 } }]);
  });

  it('writes nothing in a dry run, and says the same', async () => {
    const content = fileOf(aRow('een'), aRow('twee', { locale: 'fr' }));
    const dry = await imported(content, { dryRun: true, hasCampaign: false });
    const real = await imported(content);
    expect(dry.lines).toEqual(real.lines);
    expect(dry.store.entries()).toEqual([]);
    expect(dry.import.finishedAt).toBeDefined();
    expect(await dry.files.hasCustomers(importId)).toBe(false);
  });

  it('writes nothing in a dry run into a campaign that exists', async () => {
    const dry = await imported(fileOf(aRow('een')), { dryRun: true });
    expect(dry.import).toMatchObject({ counts: { created: 1 }, finishedAt: expect.any(String) });
    expect(dry.store.entries()).toEqual([]);
  });

  it('brings what is registered up to date, and leaves alone what is so already', async () => {
    const rig = await createImportRig(fileOf(aRow('een'), aRow('twee'), aRow('drie')));
    await rig.finish();
    const again = await createImportRig(
      fileOf(
        aRow('een'),
        aRow('twee', { name: 'Voorbeeld Nieuw', contact_person: 'ander@vendor.example' }),
        aRow('drie'),
      ),
    );
    again.store.given({
      environments: await Promise.all(
        ['een', 'twee', 'drie'].map(async (id) => (await rig.store.environments.find(id)) ?? anEnvironment()),
      ).then((all) => all.map((one) => ({ ...one, changedAt: '2026-01-01T00:00:00.000Z' }))),
      memberships: ['een', 'twee'].map((environmentId) =>
        aMembership({ environmentId, changedAt: '2026-01-01T00:00:00.000Z' }),
      ),
    });
    await again.finish();
    expect(await again.report()).toEqual([
      ['2', 'een', 'unchanged', '', ''],
      ['3', 'twee', 'updated', '', 'Changed: name, contact_person.'],
      ['4', 'drie', 'updated', '', 'It was registered already and joins campaign visma-net.'],
    ]);
  });

  it('lets an environment leave that does not export to Visma.net any more, and never registers another such', async () => {
    const rig = await createImportRig(
      fileOf(
        aRow('voorbeeld', { export_formats: 'UBL' }),
        aRow('ander', { export_formats: 'UBL', contacts: '' }),
      ),
    );
    rig.store.given({ environments: [anEnvironment()], memberships: [aMembership()] });
    await rig.finish();
    expect((await rig.report()).map(([, id, outcome]) => [id, outcome])).toEqual([
      ['voorbeeld', 'skipped'],
      ['ander', 'skipped'],
    ]);
    expect((await rig.report())[0]?.[4]).toContain('It leaves the campaign');
    expect(await rig.store.campaigns.findMembership('voorbeeld')).toMatchObject({
      leftAt: expect.any(String),
    });
    expect(await rig.store.environments.find('voorbeeld')).toMatchObject({ exportFormats: ['UBL'] });
    expect(await rig.store.environments.find('ander')).toBeUndefined();
  });

  it.each(['Visma.net\u00a0Financials', 'visma.net  financials', 'UBL| Visma.net Financials\u00a0'])(
    'leaves nobody behind for a blank: %j takes part',
    async (exportFormats) => {
      const { lines } = await imported(fileOf(aRow('een', { export_formats: exportFormats })));
      expect(lines[0]?.[2]).toBe('created');
    },
  );

  it('says of each bad row what is wrong, and affects no other', async () => {
    const rows = [
      aRow('goed'),
      aRow('goed', { name: 'Voorbeeld Dubbel' }),
      aRow('Hoofd'),
      aRow('formule', { name: '=1+1' }),
      aRow('streep', { contacts: '-x@voorbeeld.example' }),
      aRow('taal', { locale: 'fr' }),
      aRow('adres', { contacts: 'a@voorbeeld.example|niemand' }),
      aRow('leeg', { contacts: '', contact_person: '' }),
      aRow('firma', { companies: 'Voorbeeld B.V.' }),
      aRow('nummer', { companies: 'Voorbeeld B.V.=nvt' }),
      aRow('tweemaal', { companies: 'Een=12345678|Twee=1234 5678' }),
      aRow('adm', { administrations: '1=Een=2=3' }),
      aRow('vreemd', { administrations: '1=Een=99999911' }),
      'kort;Voorbeeld',
      `${aRow('lang')};meer`,
      aRow('regels', { name: '"een\ntwee"' }),
      aRow('laatste'),
    ];
    const { lines, import: done } = await imported(fileOf(...rows));
    expect(lines.map(([line, id, outcome, column]) => [Number(line), id, outcome, column])).toEqual([
      [2, 'goed', 'created', ''],
      [3, 'goed', 'refused', 'environment_id'],
      [4, '', 'refused', 'environment_id'],
      [5, 'formule', 'refused', 'name'],
      [6, 'streep', 'refused', 'contacts'],
      [7, 'taal', 'refused', 'locale'],
      [8, 'adres', 'refused', 'contacts'],
      [9, 'leeg', 'refused', 'contact_person contacts'],
      [10, 'firma', 'refused', 'companies'],
      [11, 'nummer', 'refused', 'companies'],
      [12, 'tweemaal', 'refused', 'companies'],
      [13, 'adm', 'refused', 'administrations'],
      [14, 'vreemd', 'refused', 'administrations'],
      [15, 'kort', 'refused', 'locale'],
      [16, 'lang', 'refused', 'cell 9'],
      [17, 'regels', 'refused', 'name'],
      [19, 'laatste', 'created', ''],
    ]);
    expect(lines[1]?.[4]).toContain('line 2 has the same environment');
    expect(lines.map((line) => line[4]).join('\n')).not.toMatch(/niemand|1\+1/);
    expect(done.counts).toEqual({ created: 2, updated: 0, unchanged: 0, skipped: 0, refused: 15 });
  });

  it.each([
    [
      'says another company of it',
      'adm-1=Voorbeeld Holding=23456789',
      'value 1 is exported through connection',
    ],
    ['lists it no more', '', 'one that is exported through connection'],
    [
      'says a company of one that is not exported',
      'adm-1=Voorbeeld Holding|adm-2=Voorbeeld Beheer=23456789',
      'value 2 is kept from being exported',
    ],
  ])(
    'leaves an administration where exports look for it when a row %s',
    async (_name, administrations, words) => {
      const companies = [aCompany(), aCompany({ name: 'Voorbeeld Beheer B.V.', corporateId: '23456789' })];
      const own = companies.map(({ companyId }) => aConnection({ companyId, state: 'activated' }));
      const environment = anEnvironment({
        companies,
        administrations: [
          anAdministration({ connectionId: own[0]?.connectionId ?? '' }),
          anAdministration({
            administrationId: 'adm-2',
            name: 'Voorbeeld Beheer',
            connectionId: notExported,
          }),
        ],
      });
      const listed = companies.map(({ name, corporateId }) => `${name}=${corporateId}`).join('|');
      const rig = await createImportRig(
        fileOf(aRow('voorbeeld', { companies: listed, administrations }), aRow('ander')),
      );
      rig.store.given({ environments: [environment], connections: own, memberships: [aMembership()] });
      await rig.finish();
      const [row, other] = await rig.report();
      expect(row?.slice(2, 4)).toEqual(['refused', 'administrations']);
      expect(row?.[4]).toContain(words);
      expect(other?.[2]).toBe('created');
      expect(await rig.store.environments.find('voorbeeld')).toEqual(environment);
    },
  );

  it('takes in which company an administration belongs to while nothing is exported through another', async () => {
    const companies = [aCompany(), aCompany({ name: 'Voorbeeld Beheer B.V.', corporateId: '23456789' })];
    const [holding, beheer] = companies.map(({ companyId }) => connectionIdOf('voorbeeld', companyId));
    const listed = companies.map(({ name, corporateId }) => `${name}=${corporateId}`).join('|');
    const administrations = 'adm-1=Voorbeeld Holding=23456789';
    const rig = await createImportRig(fileOf(aRow('voorbeeld', { companies: listed, administrations })));
    rig.store.given({
      environments: [
        anEnvironment({ companies, administrations: [anAdministration({ connectionId: holding ?? '' })] }),
      ],
    });
    await rig.finish();
    expect((await rig.report())[0]?.[2]).toBe('updated');
    expect(await rig.store.environments.find('voorbeeld')).toMatchObject({
      administrations: [{ administrationId: 'adm-1', connectionId: beheer }],
    });
  });

  it('tells of a row with thousands of wrong values in a line that can be read', async () => {
    const wrong = (count: number) => Array.from({ length: count }, () => 'x').join('|');
    const rows = [
      aRow('zeer-veel', { contacts: wrong(50_000), companies: wrong(50_000) }),
      aRow('veel', { administrations: wrong(900) }),
      aRow('dubbel', { administrations: Array.from({ length: 900 }, () => '1=Een').join('|') }),
      aRow('goed'),
    ];
    const { lines } = await imported(fileOf(...rows), { batchRows: 200 });
    expect(lines.map(([, id, outcome, column]) => [id, outcome, column])).toEqual([
      ['zeer-veel', 'refused', 'contacts companies'],
      ['veel', 'refused', 'administrations'],
      ['dubbel', 'refused', 'administrations'],
      ['goed', 'created', ''],
    ]);
    expect(lines[0]?.[4]).toBe('contacts: has more than 1000 values. companies: has more than 1000 values.');
    expect(lines[1]?.[4]).toContain('value 10 is no administration');
    expect(lines[1]?.[4]).toContain('And 890 more');
    expect(Math.max(...lines.map((line) => line.join(';').length))).toBeLessThan(2_000);
  });

  it('tells both of two environments that register one company', async () => {
    const companies = 'Voorbeeld B.V.=87654321';
    const rig = await createImportRig(
      fileOf(
        aRow('een', { companies }),
        aRow('los'),
        aRow('twee', { companies }),
        aRow('drie', { companies: 'Voorbeeld Holding B.V.=12345678' }),
      ),
    );
    rig.store.given({ environments: [anEnvironment()], connections: [aConnection()] });
    await rig.finish();
    const lines = await rig.report();
    expect(lines.map((line) => line[2])).toEqual(['created', 'created', 'created', 'created']);
    expect(lines.map((line) => line[3])).toEqual(['companies', '', 'companies', 'companies']);
    expect(lines[0]?.[4]).toContain('line 4');
    expect(lines[2]?.[4]).toContain('environment een and line 2');
    expect(lines[3]?.[4]).toContain('environment voorbeeld too');
  });

  it.each(['utf-8', 'windows-1252'])(
    'knows an environment and a number again with other blanks beside them, in %s',
    async (encoding) => {
      const content = fileOf(
        aRow('een', { companies: 'Een B.V.=87654321' }),
        aRow('een', { environment_id: '\u00a0een\u00a0', name: 'Voorbeeld é' }),
        aRow('twee', { companies: 'Twee B.V.=8765\u00a04321\u00a0' }),
      );
      const { lines } = await imported(encode(content, encoding), { batchRows: 200 });
      expect(lines.map(([, id, outcome]) => [id, outcome])).toEqual([
        ['een', 'created'],
        ['een', 'refused'],
        ['twee', 'created'],
      ]);
      expect(lines[1]?.[4]).toContain('line 2 has the same environment');
      expect(lines[0]?.[4]).toContain('line 4 too');
      expect(lines[2]?.[4]).toContain('line 2 too');
    },
  );

  it('tells a batch once of each row that shares numbers, however many: a message has its limit', async () => {
    const companies = Array.from({ length: 50 }, (_, index) => `B${index}=${10_000_000 + index}`).join('|');
    const tooMany = Array.from({ length: 12_000 }, (_, index) => `B${index}=${20_000_000 + index}`).join('|');
    const rig = await createImportRig(
      fileOf(
        aRow('een', { companies }),
        aRow('twee', { companies }),
        aRow('drie', { companies: tooMany }),
        aRow('vier', { companies: tooMany }),
      ),
      { batchRows: 200 },
    );
    await rig.run({ kind: 'split', importId });
    expect(rig.messages).toMatchObject([
      {
        shared: [
          { line: 3, other: 2 },
          { line: 2, other: 3 },
        ],
      },
    ]);
    await rig.finish();
    expect((await rig.report()).map((line) => line[2])).toEqual(['created', 'created', 'refused', 'refused']);
  });

  it('refuses a file with more numbers than it could remember', async () => {
    const row = (at: number) =>
      `e${at};V;nl;a@e.example;c@v.example;UBL;;${Array.from({ length: 50 }, (_, index) => `B=${10_000_000 + at * 50 + index}`).join('|')}`;
    const content = fileOf(...Array.from({ length: 10_001 }, (_, at) => row(at)));
    const { lines } = await imported(content, { chunkBytes: 65_536 });
    expect(lines.map((line) => line.slice(0, 4))).toEqual([['10002', '', 'refused', 'companies']]);
    expect(lines[0]?.[4]).toContain('more than 500000 company numbers');
  });

  it('gets every row in where all have one made-up number, which one transaction at a time may touch', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `e${index}`);
    const content = fileOf(...ids.map((id) => aRow(id, { companies: 'Voorbeeld B.V.=12345678' })));
    const rig = await createImportRig(content, { batchRows: 200, chunkBytes: 65_536 });
    const { saveMembership } = rig.store.campaigns;
    let isTouched = false;
    rig.store.campaigns.saveMembership = async (...change) => {
      if (isTouched) throw new Refusal('concurrent-change');
      isTouched = true;
      await new Promise((resolve) => setImmediate(resolve));
      isTouched = false;
      await saveMembership(...change);
    };
    await rig.finish();
    expect((await rig.report()).map(([, id, outcome]) => [id, outcome])).toEqual(
      ids.map((id) => [id, 'created']),
    );
  });

  it('names a few of the environments that have a number, however many do', async () => {
    const rig = await createImportRig(fileOf(aRow('een', { companies: 'Een B.V.=12345678' })));
    const ids = Array.from({ length: 300 }, (_, index) => `e${String(index).padStart(3, '0')}`);
    rig.store.given({ environments: ids.map((environmentId) => anEnvironment({ environmentId })) });
    await rig.finish();
    const [line] = await rig.report();
    expect(line?.[4]).toContain('environment e000, e001, e002, e003, e004 and 295 more too');
  });

  it.each([
    [
      'a mark of UTF-8 and commas',
      encode(`\ufeff${fileOf(aRow('een', { name: 'Voorbeeld é' })).replaceAll(';', ',')}`, 'utf-8'),
      'utf-8',
      ',',
    ],
    [
      'Windows-1252',
      encode(fileOf(aRow('een', { name: 'Voorbeeld é' })), 'windows-1252'),
      'windows-1252',
      ';',
    ],
    [
      'old line ends, quotes and separators at its end',
      encode(
        `"${header.replaceAll(';', '";"')}";;\r${aRow('een', { name: 'Voorbeeld é' })};;\r\r;;;\r`,
        'utf-8',
      ),
      'utf-8',
      ';',
    ],
  ])('reads a file with %s', async (_name, content, encoding, delimiter) => {
    const { store, import: done } = await imported(content);
    expect(done.file).toMatchObject({ encoding, delimiter, rows: 1 });
    expect(await store.environments.find('een')).toMatchObject({ name: 'Voorbeeld é' });
  });

  it.each([
    ['nothing', '', 1, 'empty'],
    ['a mark only', '\ufeff', 1, 'empty'],
    ['a header only', `${header}\r\n\r\n`, 1, 'no rows'],
    ['no header', `${aRow('een')}\r\n`, 1, 'must name the columns'],
    [
      'columns that are missing, unknown and doubled',
      `environment_id;name;NAME;color\n${aRow('een')}`,
      1,
      'missing: locale',
    ],
    ['a quote that never closes', `${fileOf(aRow('een'))}twee;"Voorbeeld`, 3, 'never closes'],
    [
      'two encodings',
      Buffer.concat([Buffer.from(fileOf(aRow('een', { name: 'é' }))), Buffer.of(0xe9)]),
      3,
      'two encodings',
    ],
    ['a NUL', `${fileOf(aRow('een'))}\0`, 3, 'NUL'],
    ['a cell of a megabyte', `${fileOf(aRow('een'))}twee;${'x'.repeat(1024 ** 2)}`, 3, 'longer than'],
  ])('imports nothing of a file with %s', async (_name, content, line, words) => {
    const { store, files, lines, import: done } = await imported(content);
    expect(done.refusal).toMatchObject({ line, message: expect.stringContaining(words) });
    expect(done.finishedAt).toBeDefined();
    expect(lines).toHaveLength(1);
    expect(store.entries()).toEqual([]);
    expect(await files.hasCustomers(importId)).toBe(false);
  });
});
