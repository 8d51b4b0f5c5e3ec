import type * as z from 'zod';
import { UnsupportedTemplate } from '../service.ts';
import { type Definition, definitionSchema } from './definition.ts';
import { findProblems, type Problem } from './definition-rules.ts';

const JSONPATH_FIELDS = new Set(
  `InputPath Parameters ResultSelector ResultPath OutputPath Result SecondsPath TimestampPath TimeoutSecondsPath
  HeartbeatSecondsPath ErrorPath CausePath Variable`.split(/\s+/),
);

/**
 * Parses and checks a definition completely.
 * @param where path of the definition in its template, put before the path of the offending field.
 * @throws {UnsupportedTemplate} for whatever Step Functions or this interpreter would not run as written.
 */
export function parseDefinition(text: string, where: string): Definition {
  const refuse = ([first, ...others]: readonly Problem[]): never => {
    const more = others.map(({ path, message }) => `; ${pathText(path)}: ${message}`).join('');
    throw new UnsupportedTemplate(`${where} ${pathText(first?.path ?? [])}`, `${first?.message}${more}`);
  };
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new UnsupportedTemplate(where, `is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = definitionSchema.safeParse(raw);
  if (!parsed.success) return refuse(parsed.error.issues.flatMap((issue) => problemsOf(issue, [])));
  const problems = findProblems(parsed.data);
  return problems.length === 0 ? parsed.data : refuse(problems);
}

function problemsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): Problem[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: JSONPATH_FIELDS.has(key)
        ? 'is a JSONPath field; this state machine is JSONata'
        : 'is not supported here',
    }));
  }
  // Of a literal-or-expression field, a broken expression says more than "neither".
  if (issue.code === 'invalid_union') {
    const broken = issue.errors
      .flat()
      .find(({ code, message }) => code === 'custom' && message !== 'is not {% … %}');
    if (broken !== undefined) return problemsOf(broken, path);
  }
  return [{ path, message: issue.message }];
}

/** `$.States['wait-for-code'].Retry[0]` */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return /^[A-Za-z_]\w*$/.test(String(key)) ? `${text}.${String(key)}` : `${text}['${String(key)}']`;
  }, '$');
}
