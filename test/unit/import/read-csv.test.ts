import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCell } from '../../../functions/import-campaign/decode-cell.ts';
import { FormError } from '../../../functions/import-campaign/form-error.ts';
import { longestRow, readCsv } from '../../../functions/import-campaign/read-csv.ts';
import { encode, encodingOf, rowsOf, windows1252 } from './csv-rig.ts';

const text = (value: string) => Buffer.from(value, 'utf8');
const failure = async (run: () => unknown) => {
  try {
    await run();
  } catch (error) {
    if (error instanceof FormError) return { line: error.line, column: error.column, message: error.message };
    throw error;
  }
  return 'nothing wrong';
};

describe('rows of a file', () => {
  it('tells the line and the bytes of each, across line ends, empty lines and quotes', async () => {
    const file = text('a;b\r\n\r\n"one\r\ntwo";2\n\n"x""y";\rz;"1;2"');
    expect(await rowsOf(file)).toEqual([
      { line: 1, cells: ['a', 'b'], from: 0, to: 5, fromLine: 1 },
      { line: 3, cells: ['one\r\ntwo', '2'], from: 5, to: 20, fromLine: 2 },
      { line: 6, cells: ['x"y', ''], from: 20, to: 29, fromLine: 5 },
      { line: 7, cells: ['z', '1;2'], from: 29, to: file.length, fromLine: 7 },
    ]);
  });

  it('names the place where a quote opens that never closes', async () => {
    const file = text(`a;b\n1;2\n"over\ntwo lines";"never ${'\nmore'.repeat(50)}`);
    expect(await failure(() => rowsOf(file, { columns: ['name', 'contacts'] }))).toEqual({
      line: 4,
      column: 'contacts',
      message: 'The quote that opens here never closes. Close it, and write a quote within a cell twice.',
    });
  });

  it.each([
    ['a;b\n\n1;x "y" z\n', 3, 'contacts', 'A quote stands in the middle'],
    ['a;b\n1;2\n\n"x"y;1\n', 4, 'name', 'ends before the cell does'],
    [`a;b${';'.repeat(200)}\n`, 1, 'cell 101', 'more than 100 cells'],
  ])('refuses %j', async (file, line, column, words) => {
    expect(await failure(() => rowsOf(text(file), { columns: ['name', 'contacts'] }))).toEqual({
      line,
      column,
      message: expect.stringContaining(words),
    });
  });

  it('reads no further into a cell of 50 MB than a row may be long', async () => {
    let given = 0;
    async function* endless() {
      yield text('a;b\n1;"');
      for (; given < 50 * 16; given += 1) yield Buffer.alloc(64 * 1024, 'x');
    }
    const read = async () => {
      for await (const _ of readCsv(endless(), { delimiter: ';', from: 0, firstLine: 1 }));
    };
    expect(await failure(read)).toMatchObject({
      line: 2,
      column: 'cell 2',
      message: expect.stringContaining('256 KB'),
    });
    expect(given * 64 * 1024).toBeLessThanOrEqual(longestRow + 64 * 1024);
  });

  it('passes on what fails in the source', async () => {
    async function* broken() {
      yield text('a;b\n');
      throw new Error('broken line');
    }
    const read = async () => {
      for await (const _ of readCsv(broken(), { delimiter: ';', from: 0, firstLine: 1 }));
    };
    await expect(read()).rejects.toThrow('broken line');
  });
});

const letters = fc.constantFrom(...'ab1 ;,|=<>@"\'\n\r\t-', ...windows1252.keys());
const cell = fc.string({ unit: letters, maxLength: 12 });
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 12 });

/** As a program writes it that quotes what it must, or what it likes. */
function written(
  rows: readonly (readonly string[])[],
  delimiter: string,
  end: string,
  quotes: () => boolean,
): string {
  const one = (value: string) =>
    quotes() || /[;,"\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((cells) => cells.map(one).join(delimiter) + end.repeat(quotes() ? 2 : 1)).join('');
}

const form = fc.record({
  rows: table,
  delimiter: fc.constantFrom(';' as const, ',' as const),
  end: fc.constantFrom('\r\n', '\n', '\r'),
  encoding: fc.constantFrom('utf-8' as const, 'windows-1252' as const),
  quoting: fc.infiniteStream(fc.boolean()),
  size: fc.integer({ min: 1, max: 64 }),
});

describe('any table', () => {
  it('is read as it was written, however it is quoted, encoded, separated and cut', async () => {
    await fc.assert(
      fc.asyncProperty(form, async ({ rows, delimiter, end, encoding, quoting, size }) => {
        const bytes = encode(
          written(rows, delimiter, end, () => quoting.next().value),
          encoding,
        );
        const found = await rowsOf(bytes, { delimiter, size });
        expect(found.map(({ cells }) => cells.map((one) => decodeCell(one, encoding)))).toEqual(rows);
      }),
    );
  });

  it('gives the same rows in parts of any size as in one piece', async () => {
    await fc.assert(
      fc.asyncProperty(form, fc.integer({ min: 1, max: 5 }), async (given, count) => {
        const { rows, delimiter, end, encoding, quoting, size } = given;
        const bytes = encode(
          written(rows, delimiter, end, () => quoting.next().value),
          encoding,
        );
        const whole = await rowsOf(bytes, { delimiter, size });
        const parts = [];
        for (let at = 0; at < whole.length; at += count) {
          const [first] = whole.slice(at, at + count);
          const last = whole.slice(at, at + count).at(-1);
          if (first === undefined || last === undefined) break;
          const part = bytes.subarray(first.from, last.to);
          parts.push(
            ...(await rowsOf(part, { delimiter, size, from: first.from, firstLine: first.fromLine })),
          );
        }
        expect(parts).toEqual(whole);
      }),
    );
  });

  it('becomes rows or a clear refusal when any byte of it is another', async () => {
    const bytes = fc.tuple(form, fc.nat(), fc.integer({ min: 0, max: 255 })).map(([given, at, byte]) => {
      const { rows, delimiter, end, encoding, quoting } = given;
      const file = encode(
        written(rows, delimiter, end, () => quoting.next().value),
        encoding,
      );
      if (file.length > 0) file[at % file.length] = byte;
      return file;
    });
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, fc.uint8Array({ maxLength: 300 })), async (file) => {
        const wrong = await failure(async () => {
          encodingOf(file);
          await rowsOf(file);
        });
        if (wrong !== 'nothing wrong') {
          expect(wrong.line).toBeGreaterThanOrEqual(1);
          expect(wrong.message).toMatch(/\.$/);
        }
        expect(wrong).toBeDefined();
      }),
    );
  });
});

describe('the encoding', () => {
  it.each([
    ['plain text', text('abc'), 'utf-8'],
    ['UTF-8', text('Voorbeeld é €'), 'utf-8'],
    ['UTF-8 with a mark', text('\ufeffVoorbeeld é'), 'utf-8'],
    ['Windows-1252', encode('Voorbeeld é €', 'windows-1252'), 'windows-1252'],
    [
      'Windows-1252 with signs beside words',
      encode('„Žižkov” – foto’s, Tišina, ŠKODA, ‚één’, 5‰', 'windows-1252'),
      'windows-1252',
    ],
  ])('is found of %s', (_name, bytes, encoding) => {
    expect(encodingOf(bytes)).toBe(encoding);
  });

  it.each([
    ['UTF-16 with a mark', Buffer.from('\ufeffab', 'utf16le'), 1, 'character 1', 'UTF-16'],
    ['UTF-16 without', Buffer.from('ab', 'utf16le'), 1, 'character 1', 'UTF-16'],
    ['a NUL', text('abcd\r\nef\0'), 2, 'character 3', 'NUL'],
    [
      'a damaged UTF-8',
      Buffer.concat([text('\ufeffa\nbé'), Buffer.of(0xe9, 0x20)]),
      2,
      'character 3',
      '0xE9',
    ],
    [
      'two encodings',
      Buffer.concat([text('é\r\n\r\nab'), Buffer.of(0xe9, 0x0a)]),
      3,
      'character 3',
      'line 1 has UTF-8',
    ],
    ['no encoding', Buffer.concat([text('a\rb'), Buffer.of(0x81)]), 2, 'character 2', 'neither'],
    // Excel's "CSV (MS-DOS)" and "CSV (Macintosh)", both of "a", a line end and "Café".
    ['MS-DOS', Buffer.concat([text('a\r\nCaf'), Buffer.of(0x82)]), 2, 'character 4', 'neither'],
    ['Macintosh', Buffer.concat([text('a\rCaf'), Buffer.of(0x8e)]), 2, 'character 4', 'neither'],
    [
      'an end within a character',
      Buffer.concat([text('é'), Buffer.of(0xe2, 0x82)]),
      1,
      'character 2',
      '0xE2',
    ],
    ['a surrogate', Buffer.concat([text('é'), Buffer.of(0xed, 0xa0, 0x80)]), 1, 'character 2', '0xED'],
    ['an overlong NUL', Buffer.concat([text('é'), Buffer.of(0xc0, 0x80)]), 1, 'character 2', '0xC0'],
  ])('is refused: %s', async (_name, bytes, line, column, words) => {
    for (const size of [1, 3, 100]) {
      expect(await failure(() => encodingOf(bytes, size))).toEqual({
        line,
        column,
        message: expect.stringContaining(words),
      });
    }
  });

  it('judges UTF-8 as the platform does', () => {
    const strict = new TextDecoder('utf-8', { fatal: true });
    const bytes = fc.array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xf0, 0x90, 0xf4, 0x8f, 0xf5),
    );
    fc.assert(
      fc.property(bytes, (some) => {
        const file = Buffer.from([0xef, 0xbb, 0xbf, ...some]);
        const isValid = (() => {
          try {
            strict.decode(file);
            return true;
          } catch {
            return false;
          }
        })();
        const found = (() => {
          try {
            return encodingOf(file) === 'utf-8';
          } catch {
            return false;
          }
        })();
        expect(found).toBe(isValid);
      }),
    );
  });
});
