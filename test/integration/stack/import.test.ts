import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operator } from './rotating.ts';
import { Stage } from './stage.ts';

const header = 'environment_id;name;locale;contacts;contact_person;export_formats;administrations;companies';
const rowCount = 300;

/** A customer's cells, good unless told. */
function row(number: number, overrides: Readonly<Record<string, string>> = {}): string {
  const id = `voorbeeld-${number}`;
  const cells: Record<string, string> = {
    environment_id: id,
    name: `Voorbeeld é ${number}`,
    locale: 'nl',
    contacts: `Finance <finance@${id}.example>|ict@${id}.example`,
    contact_person: 'consultant@vendor.example',
    export_formats: 'Visma.net Financials|UBL',
    administrations: `1=Voorbeeld ${number}=${20_000_000 + number}`,
    companies: `Voorbeeld ${number} B.V.=${20_000_000 + number}`,
    ...overrides,
  };
  return header
    .split(';')
    .map((column) => cells[column] ?? '')
    .join(';');
}

/** Every twentieth row is bad in its own way; line 2 is number 0. */
const bad: readonly (readonly [Readonly<Record<string, string>>, string, string])[] = [
  [{ environment_id: 'voorbeeld-1' }, 'refused', 'environment_id'],
  [{ name: '=1+1' }, 'refused', 'name'],
  [{ locale: 'xx' }, 'refused', 'locale'],
  [{ contacts: 'niemand' }, 'refused', 'contacts'],
  [{ companies: 'Voorbeeld=nvt', administrations: '' }, 'refused', 'companies'],
  [{ administrations: '1=Een=99999998' }, 'refused', 'administrations'],
  [{ export_formats: 'UBL' }, 'skipped', 'export_formats'],
  [{ companies: 'Voorbeeld=20000001', administrations: '' }, 'created', 'companies'],
];

describe('an import by the operator', () => {
  let stage: Stage;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'import-'));
    stage = await Stage.start();
  });
  afterAll(async () => {
    await stage?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function run(name: string, content: string, flags = '') {
    const file = path.join(folder, `${name}.csv`);
    await writeFile(file, content, 'latin1');
    const { exitCode } = await operator(stage, `import-campaign ${file}${flags}`);
    const [first, ...lines] = (await readFile(path.join(folder, `${name}-report.csv`), 'utf8'))
      .split('\r\n')
      .filter((line) => line !== '');
    expect(first).toBe('line;environment_id;outcome;column;message');
    return { exitCode, lines: lines.map((line) => line.split(';')) };
  }

  it('takes in what is good, names each bad row, and finds everything so the next time', async () => {
    const rows = Array.from({ length: rowCount }, (_, number) => {
      const kind = number % 20 === 19 ? bad[Math.floor(number / 20)] : undefined;
      return row(number, kind?.[0]);
    });
    const file = [header, ...rows].map((line) => `${line}\r\n`).join('');
    const expected = rows.map((_, number) => {
      const kind = number % 20 === 19 ? bad[Math.floor(number / 20)] : undefined;
      const shares = number === 1 ? 'companies' : '';
      return [String(number + 2), kind?.[1] ?? 'created', kind?.[2] ?? shares];
    });
    const outcomes = (lines: readonly (readonly string[])[]) =>
      lines.map(([line, , ...more]) => [line, ...more.slice(0, 2)]);

    const dry = await run('klanten', file, ' --dry-run --deadline 2099-05-31');
    expect(dry.exitCode).toBe(2);
    expect(outcomes(dry.lines)).toEqual(expected);
    expect((await operator(stage, 'change-deadline --deadline 2099-06-30')).exitCode).not.toBe(0);

    const real = await run('klanten', file, ' --deadline 2099-05-31');
    expect(real.exitCode).toBe(2);
    expect(outcomes(real.lines)).toEqual(expected);

    const again = await run('klanten', file);
    expect(outcomes(again.lines)).toEqual(
      expected.map(([line, outcome, column]) => [
        line,
        outcome === 'created' ? 'unchanged' : outcome,
        column,
      ]),
    );
    const preview = await operator(stage, 'preview-reminders --on 2099-05-31');
    expect(preview.answer).toContain('voorbeeld-');
  });

  it('imports nothing of a file whose form is broken', async () => {
    const { exitCode, lines } = await run(
      'kapot',
      `${header}\r\n${row(900)}\r\nvoorbeeld-901;"Voorbeeld\r\n`,
      ' --deadline 2099-05-31',
    );
    expect(exitCode).toBe(2);
    expect(lines).toEqual([['3', '', 'refused', 'name', expect.stringContaining('never closes')]]);
  });
});
