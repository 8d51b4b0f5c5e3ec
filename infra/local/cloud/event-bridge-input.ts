import * as z from 'zod';
import { isRecord, listOf } from './json.ts';
import { type BusEvent, UnsupportedTemplate } from './service.ts';

/** What a target gets, as text. Throws `InputError` when this event cannot be put into the target's form. */
export type TargetInput = (event: BusEvent, ingestedAt: number) => string;

/** The event lacks what the target's input asks for; retrying does not help. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

export const inputProperties = {
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .strictObject({
      InputPathsMap: z.record(z.string(), z.string()).default({}),
      InputTemplate: z.string().min(1).max(8192),
    })
    .optional(),
};
type InputProperties = z.output<z.ZodObject<typeof inputProperties>>;

export function compileInput(
  properties: InputProperties,
  rule: { readonly arn: string; readonly name: string },
  path: string,
): TargetInput {
  const { Input: constant, InputPath: inputPath, InputTransformer: transformer } = properties;
  const given = [constant, inputPath, transformer].filter((one) => one !== undefined);
  if (given.length > 1)
    throw new UnsupportedTemplate(path, 'only one of Input, InputPath and InputTransformer');
  if (constant !== undefined) {
    if (parseJson(constant) === undefined) throw new UnsupportedTemplate(`${path}.Input`, 'is not JSON');
    return () => constant;
  }
  if (inputPath !== undefined) {
    const read = compilePath(inputPath, `${path}.InputPath`);
    return (event) => {
      const found = read(event);
      if (found === undefined) throw new InputError(`the event has no ${inputPath}`);
      return JSON.stringify(found);
    };
  }
  if (transformer === undefined) return (event) => JSON.stringify(event);
  const at = `${path}.InputTransformer`;
  const paths = Object.entries(transformer.InputPathsMap).map(([name, expression]) => {
    if (/^aws\./i.test(name)) throw new UnsupportedTemplate(at, `${name}: the prefix aws. is reserved`);
    return [name, compilePath(expression, `${at}.InputPathsMap.${name}`)] as const;
  });
  return compileTemplate(transformer.InputTemplate, new Map(paths), rule, at);
}

type Part = { readonly text: string } | { readonly variable: string; readonly quoted: boolean };

/** User Guide, "Amazon EventBridge input transformation". */
function compileTemplate(
  template: string,
  paths: ReadonlyMap<string, (event: unknown) => unknown>,
  rule: { readonly arn: string; readonly name: string },
  path: string,
): TargetInput {
  const parts = split(template);
  const predefined = (event: BusEvent, ingestedAt: number): Readonly<Record<string, unknown>> => {
    const { detail: _detail, ...envelope } = event;
    return {
      'aws.events.rule-arn': rule.arn,
      'aws.events.rule-name': rule.name,
      'aws.events.event.ingestion-time': new Date(ingestedAt).toISOString(),
      'aws.events.event': envelope,
      'aws.events.event.json': event,
    };
  };
  const reserved = new Set(
    ['rule-arn', 'rule-name', 'event.ingestion-time', 'event', 'event.json'].map(
      (name) => `aws.events.${name}`,
    ),
  );
  for (const part of parts) {
    if (!('variable' in part)) continue;
    if (!paths.has(part.variable) && !reserved.has(part.variable)) {
      throw new UnsupportedTemplate(path, `<${part.variable}> is not in InputPathsMap`);
    }
    if (part.quoted && part.variable.startsWith('aws.events.event') && !part.variable.endsWith('-time')) {
      throw new UnsupportedTemplate(path, `<${part.variable}> is a value of its own, not part of a text`);
    }
  }
  const mark = 'placeholder\u2063';
  const shape = parseJson(
    parts.map((part) => ('text' in part ? part.text : part.quoted ? mark : '0')).join(''),
  );
  if (shape === undefined)
    throw new UnsupportedTemplate(path, 'InputTemplate is not JSON once it is filled in');
  if (keysOf(shape).some((key) => key.includes(mark))) {
    throw new UnsupportedTemplate(path, 'a placeholder cannot be a key');
  }
  return (event, ingestedAt) => {
    const known = predefined(event, ingestedAt);
    const lookUp = (name: string) => (reserved.has(name) ? known[name] : paths.get(name)?.(event));
    const text = parts
      .map((part) => ('text' in part ? part.text : render(part, lookUp(part.variable))))
      .join('');
    // Values inside a text are inserted unescaped, as EventBridge does: a quote in one breaks the JSON here and there.
    if (parseJson(text) === undefined)
      throw new InputError(`the filled-in InputTemplate is not JSON: ${text}`);
    return text;
  };
}

function render(part: { readonly variable: string; readonly quoted: boolean }, value: unknown): string {
  if (!part.quoted) {
    if (value === undefined) throw new InputError(`the event has no value for <${part.variable}>`);
    return JSON.stringify(value);
  }
  if (value === undefined) return '';
  // "If a JSON path references a JSON object or array, but the variable is referenced in a string, EventBridge removes
  // any internal quotes to ensure a valid string."
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
}

/** Cuts a template at its `<name>`s and notes which of them stand inside a JSON string. */
function split(template: string): readonly Part[] {
  const parts: Part[] = [];
  let quoted = false;
  let end = 0;
  for (const match of template.matchAll(/\\.|"|<([A-Za-z0-9_.-]+)>/gs)) {
    if (match[0] === '"') quoted = !quoted;
    if (match[1] === undefined) continue;
    parts.push({ text: template.slice(end, match.index) }, { variable: match[1], quoted });
    end = match.index + match[0].length;
  }
  return [...parts, { text: template.slice(end) }];
}

/** The part of JSON path that EventBridge knows, without wildcards: `$`, `.name`, `[index]`. */
function compilePath(expression: string, path: string): (event: unknown) => unknown {
  if (!/^\$(\.[A-Za-z0-9_/-]+|\[\d+\])*$/.test(expression)) {
    throw new UnsupportedTemplate(path, `${expression}: dot notation and array indices only`);
  }
  const steps = [...expression.matchAll(/\.([A-Za-z0-9_/-]+)|\[(\d+)\]/g)].map(
    (match) => match[1] ?? Number(match[2]),
  );
  return (event) =>
    steps.reduce<unknown>((value, step) => {
      if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
      return isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
    }, event);
}

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return isRecord(value)
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...listOf(inner).flatMap(keysOf)])
    : [];
}

/** Undefined when it is not JSON; JSON itself cannot be undefined. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
