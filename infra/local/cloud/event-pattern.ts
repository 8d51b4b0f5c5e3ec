import { compileMatcher, type LeafMatcher, type Scalar } from './event-pattern-matcher.ts';
import { isRecord } from './json.ts';
import { UnsupportedTemplate } from './service.ts';

/** Does an event (its whole envelope) match? */
export type EventPattern = (event: unknown) => boolean;

type Node = (value: unknown) => boolean;

/**
 * Compiles a pattern of EventBridge's pattern language (User Guide, "Comparison operators for use in event patterns").
 * Throws `UnsupportedTemplate` with the path of whatever it does not know: a rule that silently never matches would
 * look like a service that forgets.
 */
export function compileEventPattern(pattern: unknown, path: string): EventPattern {
  const parsed = typeof pattern === 'string' ? parseJson(pattern, path) : pattern;
  if (!isRecord(parsed)) throw new UnsupportedTemplate(path, 'an event pattern is a JSON object');
  return compileObject(parsed, path);
}

/** Every field must match; inside an array of objects, one and the same element must match all of them. */
function compileObject(pattern: Record<string, unknown>, path: string): Node {
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw new UnsupportedTemplate(path, 'an empty object matches nothing');
  const fields = entries.map(([key, value]) => compileField(key, value, `${path}.${key}`));
  // A parent that is missing or no object has no children, so `exists: false` below it holds.
  const whole: Node = (value) => fields.every((field) => field(isRecord(value) ? value : {}));
  const node: Node = (value) => (Array.isArray(value) && value.length > 0 ? value.some(node) : whole(value));
  return node;
}

function compileField(
  key: string,
  value: unknown,
  path: string,
): (parent: Record<string, unknown>) => boolean {
  if (key === '$or') throw new UnsupportedTemplate(path, 'the local cloud does not know $or');
  if (Array.isArray(value)) {
    if (value.length === 0) throw new UnsupportedTemplate(path, 'an empty list matches nothing');
    const matchers = value.map((one, index) => compileMatcher(one, `${path}[${index}]`));
    return (parent) => matchesLeaf(matchers, leavesOf(member(parent, key)));
  }
  if (isRecord(value)) {
    const node = compileObject(value, path);
    return (parent) => node(member(parent, key));
  }
  throw new UnsupportedTemplate(
    path,
    `a pattern's values are lists or objects, got ${JSON.stringify(value)}`,
  );
}

/** `exists` looks at the field as a whole, every other operator at one value; a field's list matches by any of its values. */
function matchesLeaf(matchers: readonly LeafMatcher[], leaves: readonly Scalar[]): boolean {
  return matchers.some((matcher) =>
    matcher.kind === 'exists'
      ? matcher.exists === leaves.length > 0
      : leaves.some((leaf) => matcher.matches(leaf)),
  );
}

/** The scalars of a field: an object or an empty list has none ("exists … only works on leaf nodes"). */
function leavesOf(value: unknown): Scalar[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean'
  ) {
    return [value];
  }
  return [];
}

function member(parent: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(parent, key) ? parent[key] : undefined;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnsupportedTemplate(path, `not JSON (${String(cause)})`);
  }
}
