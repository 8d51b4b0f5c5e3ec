/**
 * The file's form is broken at a place, so that nothing of it is imported: what follows the place cannot be told apart.
 * `column` is the name of a column where one is known, else the character in the line.
 */
export class FormError extends Error {
  override readonly name = 'FormError';
  readonly line: number;
  readonly column: string;
  constructor(line: number, column: string | number, message: string) {
    super(message);
    this.line = line;
    this.column = typeof column === 'number' ? `character ${column}` : column;
  }
}
