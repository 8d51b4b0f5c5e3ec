import { ByteInspector } from '../../../functions/import-campaign/inspect-bytes.ts';
import { type CsvPlace, type CsvRow, readCsv } from '../../../functions/import-campaign/read-csv.ts';

/** The bytes in pieces. */
async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export async function rowsOf(
  bytes: Uint8Array,
  { size = 7, ...place }: Partial<CsvPlace> & { size?: number } = {},
): Promise<readonly CsvRow[]> {
  const rows: CsvRow[] = [];
  const at: CsvPlace = { delimiter: ';', from: 0, firstLine: 1, ...place };
  for await (const row of readCsv(chunksOf(bytes, size), at)) rows.push(row);
  return rows;
}

export function encodingOf(bytes: Uint8Array, size = 3): string {
  const inspector = new ByteInspector();
  for (let at = 0; at < bytes.length; at += size) inspector.inspect(bytes.subarray(at, at + size));
  return inspector.encoding();
}

/** Characters of Windows-1252 outside ASCII, each with its byte. */
export const windows1252: ReadonlyMap<string, number> = new Map([
  ...[...'€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'].map(
    (character, index) =>
      [
        character,
        [
          0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93,
          0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
        ][index] ?? 0,
      ] as const,
  ),
  ...Array.from({ length: 96 }, (_, index) => [String.fromCharCode(0xa0 + index), 0xa0 + index] as const),
]);

export function encode(text: string, encoding: string): Buffer {
  if (encoding === 'utf-8') return Buffer.from(text, 'utf8');
  return Buffer.from([...text].map((character) => windows1252.get(character) ?? character.charCodeAt(0)));
}
