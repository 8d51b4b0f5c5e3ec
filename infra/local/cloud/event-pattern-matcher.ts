import { isRecord, listOf } from './json.ts';
import { UnsupportedTemplate } from './service.ts';

export type Scalar = string | number | boolean | null;

/** One entry of a pattern's list. */
export type LeafMatcher =
  | { readonly kind: 'exists'; readonly exists: boolean }
  | { readonly kind: 'value'; readonly matches: (value: Scalar) => boolean };

type Test = (value: Scalar) => boolean;

/** Compiles a literal or an operator object such as `{"prefix": "us-"}`. */
export function compileMatcher(matcher: unknown, path: string): LeafMatcher {
  if (isScalar(matcher)) return { kind: 'value', matches: (value) => value === matcher };
  const [operator, operand] = onlyEntry(matcher, path);
  const at = `${path}.${operator}`;
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw new UnsupportedTemplate(at, 'is true or false');
    return { kind: 'exists', exists: operand };
  }
  if (operator === 'anything-but') return { kind: 'value', matches: compileAnythingBut(operand, at) };
  if (operator === 'numeric') return { kind: 'value', matches: compileNumeric(operand, at) };
  return { kind: 'value', matches: compileText(operator, operand, at) };
}

/** The operators on text, which `anything-but` may also negate. */
function compileText(operator: string, operand: unknown, path: string): Test {
  switch (operator) {
    case 'prefix':
    case 'suffix': {
      const [text, fold] = textOrIgnoreCase(operand, path);
      const wanted = fold(text);
      return (value) =>
        typeof value === 'string' &&
        (operator === 'prefix' ? fold(value).startsWith(wanted) : fold(value).endsWith(wanted));
    }
    case 'equals-ignore-case': {
      const wanted = lower(textOf(operand, path));
      return (value) => typeof value === 'string' && lower(value) === wanted;
    }
    case 'wildcard': {
      const expression = compileWildcard(textOf(operand, path), path);
      return (value) => typeof value === 'string' && expression.test(value);
    }
    default:
      throw new UnsupportedTemplate(path, 'an operator that the local cloud does not know');
  }
}

/** A value, a list of texts or of numbers, or a negatable operator with one text or a list of them. */
function compileAnythingBut(operand: unknown, path: string): Test {
  if (isRecord(operand)) {
    const [operator, inner] = onlyEntry(operand, path);
    const at = `${path}.${operator}`;
    const tests = listOf(inner).map((one) => compileText(operator, one, at));
    if (tests.length === 0) throw new UnsupportedTemplate(at, 'an empty list');
    return (value) => !tests.some((test) => test(value));
  }
  const values: readonly unknown[] = listOf(operand);
  const sameKind =
    values.every((value) => typeof value === 'string') || values.every((value) => typeof value === 'number');
  if (values.length === 0 || !sameKind) throw new UnsupportedTemplate(path, 'is text or numbers, not a mix');
  return (value) => !values.some((excluded) => excluded === value);
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** "Numeric matching … values between -5.0e9 and +5.0e9 inclusive". */
const NUMERIC_LIMIT = 5e9;

function compileNumeric(operand: unknown, path: string): Test {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw new UnsupportedTemplate(path, 'is [operator, number] or [operator, number, operator, number]');
  }
  const pairs = [operand.slice(0, 2), operand.slice(2)].filter((pair) => pair.length > 0);
  const tests = pairs.map(([operator, bound]) => {
    const compare =
      typeof operator === 'string' && Object.hasOwn(comparisons, operator)
        ? comparisons[operator]
        : undefined;
    if (compare === undefined)
      throw new UnsupportedTemplate(path, `${JSON.stringify(operator)} is not one of = < <= > >=`);
    if (typeof bound !== 'number' || Math.abs(bound) > NUMERIC_LIMIT) {
      throw new UnsupportedTemplate(path, `${JSON.stringify(bound)} is not a number between -5e9 and 5e9`);
    }
    return (value: number) => compare(value, bound);
  });
  return (value) =>
    typeof value === 'number' && Math.abs(value) <= NUMERIC_LIMIT && tests.every((test) => test(value));
}

/** `*` stands for any run of characters, `\*` for an asterisk, `\\` for a backslash. */
function compileWildcard(pattern: string, path: string): RegExp {
  let source = '';
  for (let index = 0; index < pattern.length; index += 1) {
    const character = pattern[index] ?? '';
    if (character === '\\') {
      const next = pattern[index + 1];
      if (next !== '*' && next !== '\\')
        throw new UnsupportedTemplate(path, 'a backslash escapes * and \\ only');
      source += escaped(next);
      index += 1;
    } else if (character === '*') {
      if (pattern[index + 1] === '*') throw new UnsupportedTemplate(path, 'two consecutive wildcards');
      source += '.*';
    } else {
      source += escaped(character);
    }
  }
  return new RegExp(`^${source}$`, 'su');
}

function textOrIgnoreCase(operand: unknown, path: string): [string, (text: string) => string] {
  if (!isRecord(operand)) return [textOf(operand, path), (text) => text];
  const [operator, inner] = onlyEntry(operand, path);
  if (operator !== 'equals-ignore-case')
    throw new UnsupportedTemplate(`${path}.${operator}`, 'not possible here');
  return [textOf(inner, `${path}.${operator}`), lower];
}

function textOf(operand: unknown, path: string): string {
  if (typeof operand !== 'string')
    throw new UnsupportedTemplate(path, `is text, got ${JSON.stringify(operand)}`);
  return operand;
}

function onlyEntry(value: unknown, path: string): [string, unknown] {
  const entries = isRecord(value) ? Object.entries(value) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    throw new UnsupportedTemplate(path, `is one operator, got ${JSON.stringify(value)}`);
  }
  return entry;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function lower(text: string): string {
  return text.toLowerCase();
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
