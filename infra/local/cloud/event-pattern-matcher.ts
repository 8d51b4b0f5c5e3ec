import { isRecord } from './json.ts';
import { UnsupportedTemplate } from './service.ts';

export type Scalar = string | number | boolean | null;

/** One entry of a pattern's list. */
export type LeafMatcher =
  | { readonly kind: 'exists'; readonly exists: boolean }
  | { readonly kind: 'value'; readonly matches: (value: Scalar) => boolean };

/** Compiles a literal or one of the operators that our templates use: `exists` and `prefix`. */
export function compileMatcher(matcher: unknown, path: string): LeafMatcher {
  if (isScalar(matcher)) return { kind: 'value', matches: (value) => value === matcher };
  const [operator, operand] = onlyEntry(matcher, path);
  const at = `${path}.${operator}`;
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw new UnsupportedTemplate(at, 'is true or false');
    return { kind: 'exists', exists: operand };
  }
  if (operator !== 'prefix') {
    throw new UnsupportedTemplate(at, 'an operator that the local cloud does not know');
  }
  if (typeof operand !== 'string') {
    throw new UnsupportedTemplate(at, `is text, got ${JSON.stringify(operand)}`);
  }
  return { kind: 'value', matches: (value) => typeof value === 'string' && value.startsWith(operand) };
}

function onlyEntry(value: unknown, path: string): [string, unknown] {
  const entries = isRecord(value) ? Object.entries(value) : [];
  const [entry] = entries;
  if (entry === undefined || entries.length !== 1) {
    throw new UnsupportedTemplate(path, `is one operator, got ${JSON.stringify(value)}`);
  }
  return entry;
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
