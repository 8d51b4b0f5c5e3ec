import { buffer, text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type ByteRange, ImportFileGone } from '../../../shared/domain/campaign/import-files.ts';
import type { InMemoryImportFiles } from '../in-memory/import-files.ts';

/** What every `ImportFiles` keeps to; `open` gives one without files. */
export function importFilesContract(open: () => Promise<InMemoryImportFiles>): void {
  const content = 'id;naam\n1;Café Ω\n';
  const read = async (files: InMemoryImportFiles, range?: ByteRange) =>
    text(await files.readCustomers('imp_1', range));

  describe('the customers’ file', () => {
    it('is read whole and by ranges that end before `to`', async () => {
      const files = await open();
      await files.putCustomers('imp_1', content);
      const size = Buffer.byteLength(content);
      expect(await read(files)).toBe(content);
      expect(await read(files, { from: 0, to: 8 })).toBe('id;naam\n');
      expect(await read(files, { from: 8, to: size })).toBe('1;Café Ω\n');
      const [first, second] = [
        { from: 0, to: 14 },
        { from: 14, to: size },
      ];
      // In the middle of a character: bytes are bytes.
      const halves = [first, second].map(async (range) => buffer(await files.readCustomers('imp_1', range)));
      expect(Buffer.concat(await Promise.all(halves)).toString('utf8')).toBe(content);
    });

    it('may be left in the middle', async () => {
      const files = await open();
      await files.putCustomers('imp_1', 'x'.repeat(1_000_000));
      let seen = 0;
      for await (const chunk of await files.readCustomers('imp_1')) {
        seen += chunk.length;
        break;
      }
      expect(seen).toBeGreaterThan(0);
      expect(await read(files)).toHaveLength(1_000_000);
    });

    it('is gone when it is deleted, and deleting it again is no error', async () => {
      const files = await open();
      await files.putCustomers('imp_1', content);
      await files.deleteCustomers('imp_1');
      await files.deleteCustomers('imp_1');
      await expect(files.readCustomers('imp_1')).rejects.toThrow(ImportFileGone);
      await expect(files.readCustomers('imp_2', { from: 0, to: 1 })).rejects.toThrow(ImportFileGone);
    });
  });

  it('keeps a report for each batch, the last one written', async () => {
    const files = await open();
    expect(await files.readReport('imp_1', 3)).toBeUndefined();
    await files.writeReport('imp_1', 3, 'first\n');
    await files.writeReport('imp_1', 3, '2;één;created;;\n');
    expect(await files.readReport('imp_1', 3)).toBe('2;één;created;;\n');
    expect(await files.readReport('imp_1', 2)).toBeUndefined();
    expect(await files.readReport('imp_2', 3)).toBeUndefined();
  });
}
