import type { Encoding } from '../../shared/domain/campaign/imports.ts';
import { FormError } from './form-error.ts';

/** Bytes of the mark that some programs begin UTF-8 with. */
export const markOfUtf8 = [0xef, 0xbb, 0xbf] as const;

/** Bytes that mean nothing in Windows-1252. */
const undefinedIn1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

/** é, ä, ê, ë, ï and ÿ of MS-DOS: signs that stand behind no letter (‚ „ ˆ ‰ ‹ ˜). */
const neverBehindLetters: ReadonlySet<number> = new Set([0x82, 0x84, 0x88, 0x89, 0x8b, 0x98]);
/** ä, é and ü of the Macintosh: capitals (Š Ž Ÿ), which stand behind no small letter. */
const neverBehindSmall: ReadonlySet<number> = new Set([0x8a, 0x8e, 0x9f]);

interface Place {
  readonly line: number;
  readonly character: number;
  readonly byte: number;
}

/**
 * Looks at every byte of a file once, in constant memory, and says how it is encoded. Without a mark it is UTF-8 when all of
 * it is, and Windows-1252 when nothing but ASCII in it is: a file that has some of both was put together wrongly, and
 * guessing would spoil names. What spreadsheets save as "CSV (MS-DOS)" or "CSV (Macintosh)" has signs within its words then.
 */
export class ByteInspector {
  #line = 1;
  #character = 0;
  #offset = 0;
  #previous = 0;
  #afterCarriageReturn = false;
  readonly #start: number[] = [];
  /** Bytes that the character of UTF-8 still needs, and what the next of them may be. */
  #needed = 0;
  #lowest = 0x80;
  #highest = 0xbf;
  #begun: Place | undefined;
  #notUtf8: Place | undefined;
  #not1252: Place | undefined;
  #utf8: Place | undefined;

  /** Throws `FormError` for what no text has. */
  inspect(chunk: Uint8Array): void {
    for (const byte of chunk) {
      if (this.#offset < markOfUtf8.length) this.#inspectStart(byte);
      this.#offset += 1;
      this.#count(byte);
      if (byte === 0) {
        throw new FormError(
          this.#line,
          this.#character,
          'A NUL byte: this is no text, or it was damaged. Export the file again, as CSV.',
        );
      }
      const previous = this.#previous;
      this.#previous = byte;
      if (byte < 0x80 && this.#needed === 0) continue;
      this.#inspectUtf8(byte);
      if (undefinedIn1252.has(byte) || isMisplaced(byte, previous)) this.#not1252 ??= this.#place(byte);
    }
  }

  /** After the last byte. Throws `FormError` when it is neither of the two. */
  encoding(): Encoding {
    if (this.#needed > 0) this.#notUtf8 ??= this.#begun;
    const wrong = this.#notUtf8;
    if (wrong === undefined) return 'utf-8';
    const byte = `Byte 0x${wrong.byte.toString(16).toUpperCase()}`;
    if (this.#hasMark()) {
      throw new FormError(
        wrong.line,
        wrong.character,
        `${byte} is no UTF-8, which the file says that it is. Save the file as "CSV UTF-8" from the program that it came from.`,
      );
    }
    if (this.#utf8 !== undefined) {
      throw new FormError(
        wrong.line,
        wrong.character,
        `${byte} is no UTF-8, but line ${this.#utf8.line} has UTF-8 in it: two encodings are mixed. Save the file as "CSV UTF-8" from the program that it came from.`,
      );
    }
    if (this.#not1252 !== undefined) {
      throw new FormError(
        this.#not1252.line,
        this.#not1252.character,
        `Byte 0x${this.#not1252.byte.toString(16).toUpperCase()} is neither UTF-8 nor Windows-1252. Save the file as "CSV UTF-8".`,
      );
    }
    return 'windows-1252';
  }

  #inspectStart(byte: number): void {
    this.#start.push(byte);
    const [first, second] = this.#start;
    const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
    // Of its first character, which is ASCII in a header, one byte is NUL.
    const unmarked = byte === 0 && this.#start.length <= 2;
    if (marked || unmarked) {
      throw new FormError(1, 1, 'The file is UTF-16. Save it as "CSV UTF-8" and send it again.');
    }
  }

  #hasMark(): boolean {
    return markOfUtf8.every((byte, index) => this.#start[index] === byte);
  }

  /** Lines end with CR LF, LF or CR; bytes within a character of UTF-8 are no characters of their own. */
  #count(byte: number): void {
    const startsLine = this.#afterCarriageReturn ? byte !== 0x0a : false;
    this.#afterCarriageReturn = byte === 0x0d;
    if (startsLine) this.#nextLine();
    if (byte === 0x0a) {
      this.#nextLine();
      return;
    }
    if (this.#needed === 0 || byte < 0x80 || byte > 0xbf) this.#character += 1;
  }

  #nextLine(): void {
    this.#line += 1;
    this.#character = 0;
  }

  /** The table of well-formed sequences of the Unicode standard (3.9, table 3-7). */
  #inspectUtf8(byte: number): void {
    if (this.#needed > 0) {
      if (byte >= this.#lowest && byte <= this.#highest) {
        this.#lowest = 0x80;
        this.#highest = 0xbf;
        this.#needed -= 1;
        const isMark = this.#offset === markOfUtf8.length && this.#hasMark();
        if (this.#needed === 0 && !isMark) this.#utf8 ??= this.#begun;
        return;
      }
      this.#notUtf8 ??= this.#begun;
      this.#needed = 0;
      this.#lowest = 0x80;
      this.#highest = 0xbf;
    }
    if (byte < 0x80) return;
    this.#begun = this.#place(byte);
    if (byte >= 0xc2 && byte <= 0xdf) this.#needed = 1;
    else if (byte >= 0xe0 && byte <= 0xef) this.#needed = 2;
    else if (byte >= 0xf0 && byte <= 0xf4) this.#needed = 3;
    else this.#notUtf8 ??= this.#begun;
    if (byte === 0xe0) this.#lowest = 0xa0;
    if (byte === 0xed) this.#highest = 0x9f;
    if (byte === 0xf0) this.#lowest = 0x90;
    if (byte === 0xf4) this.#highest = 0x8f;
  }

  #place(byte: number): Place {
    return { line: this.#line, character: this.#character, byte };
  }
}

function isMisplaced(byte: number, previous: number): boolean {
  const isSmall = previous >= 0x61 && previous <= 0x7a;
  const isLetter = isSmall || (previous >= 0x41 && previous <= 0x5a);
  return (isLetter && neverBehindLetters.has(byte)) || (isSmall && neverBehindSmall.has(byte));
}
