import { type Bindings, compileExpression, type Expression } from './expression.ts';
import type { Json, JsonObject } from './json.ts';

/** Field path inside a template, e.g. `['Payload', 'items', 0]`. */
export type FieldPath = readonly (string | number)[];

interface PlacedExpression {
  readonly path: FieldPath;
  readonly expression: Expression;
}

/** A JSON value whose `{% … %}` strings, at any depth, are compiled. */
export interface Template {
  readonly expressions: readonly PlacedExpression[];
  /** @throws {StateError} States.QueryEvaluationError; `field` is the template's own name, for its message. */
  evaluate(bindings: Bindings, field: string): Promise<Json>;
}

export interface TemplateProblem {
  readonly path: FieldPath;
  readonly message: string;
}

/** A string that is one JSONata expression: delimiters at both ends, nothing around them (spec, "Expressions"). */
export function expressionIn(text: string): string | undefined {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4
    ? text.slice(2, -2).trim()
    : undefined;
}

/** Compiles a value; `problems` receives what Step Functions would refuse or would not evaluate as it looks. */
export function compileTemplate(value: Json, problems: TemplateProblem[]): Template {
  const expressions: PlacedExpression[] = [];
  const evaluate = compileValue(value, [], expressions, problems);
  return { expressions, evaluate };
}

type Evaluate = (bindings: Bindings, field: string) => Promise<Json>;

function compileValue(
  value: Json,
  path: FieldPath,
  expressions: PlacedExpression[],
  problems: TemplateProblem[],
): Evaluate {
  if (typeof value === 'string') return compileString(value, path, expressions, problems);
  if (typeof value !== 'object' || value === null) return async () => value;
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileValue(item, [...path, index], expressions, problems));
    return (bindings, field) =>
      Promise.all(items.map((evaluate, index) => evaluate(bindings, `${field}[${index}]`)));
  }
  const fields = Object.entries(value).map(([key, item]) => {
    if (key.endsWith('.$'))
      problems.push({ path: [...path, key], message: 'is JSONPath; this state machine is JSONata' });
    return [key, compileValue(item, [...path, key], expressions, problems)] as const;
  });
  return async (bindings, field) => {
    const result: JsonObject = {};
    for (const [key, evaluate] of fields) result[key] = await evaluate(bindings, `${field}/${key}`);
    return result;
  };
}

function compileString(
  text: string,
  path: FieldPath,
  expressions: PlacedExpression[],
  problems: TemplateProblem[],
): Evaluate {
  const source = expressionIn(text);
  if (source === undefined) {
    // Step Functions would pass this on as plain text, which nobody writes on purpose.
    if (text.includes('{%') || text.includes('%}'))
      problems.push({ path, message: `'${text}' is not an expression: {% and %} enclose the whole string` });
    return async () => text;
  }
  try {
    const expression = compileExpression(source);
    expressions.push({ path, expression });
    return (bindings, field) => expression.evaluate(bindings, field);
  } catch (error) {
    problems.push({ path, message: error instanceof Error ? error.message : String(error) });
    return async () => null;
  }
}
