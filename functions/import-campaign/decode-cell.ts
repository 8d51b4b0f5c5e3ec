import type { Encoding } from '../../shared/domain/campaign/imports.ts';

/**
 * 0x80 to 0x9F of Windows-1252 (WHATWG Encoding, index windows-1252). Not `TextDecoder`: versions of Node decode that
 * label as Latin-1. The five undefined bytes never come here: the inspection refuses a file with one.
 */
const upper =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** The text of a cell whose bytes are given as the characters of the same numbers. */
export function decodeCell(bytes: string, encoding: Encoding): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the range from NUL on.
  if (/^[\x00-\x7f]*$/.test(bytes)) return bytes;
  if (encoding === 'utf-8') return Buffer.from(bytes, 'latin1').toString('utf8');
  return bytes.replace(/[\x80-\x9f]/g, (character) => upper[character.charCodeAt(0) - 0x80] ?? character);
}
