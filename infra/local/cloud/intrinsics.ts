import { isRecord } from './json.ts';
import { UnsupportedTemplate } from './service.ts';

/** What the intrinsic functions of one stack look things up in; each throws `UnsupportedTemplate` when it can't. */
export interface Scope {
  ref(logicalId: string, path: string): unknown;
  getAtt(logicalId: string, attribute: string, path: string): string;
  importValue(exportName: string, path: string): unknown;
  condition(name: string, path: string): boolean;
}

/** The value of `{Ref: AWS::NoValue}`: whoever holds it is left out. */
export const noValue = Symbol('AWS::NoValue');

/** Replaces the intrinsic functions in a template value. `path` names the value in messages. */
export function resolve(value: unknown, scope: Scope, path: string): unknown {
  if (Array.isArray(value)) {
    return value
      .map((entry, index) => resolve(entry, scope, `${path}/${index}`))
      .filter((entry) => entry !== noValue);
  }
  if (!isRecord(value)) return value;
  const [name, ...more] = Object.keys(value);
  if (name !== undefined && more.length === 0 && isIntrinsic(name)) {
    return call(name, value[name], scope, `${path}/${name}`);
  }
  const resolved: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    if (isIntrinsic(key)) throw new UnsupportedTemplate(path, `${key} beside other keys`);
    const result = resolve(entry, scope, `${path}/${key}`);
    if (result !== noValue) resolved[key] = result;
  }
  return resolved;
}

/** A `Conditions` entry or a condition function's argument. */
export function resolveCondition(value: unknown, scope: Scope, path: string): boolean {
  if (!isRecord(value)) throw new UnsupportedTemplate(path, 'a condition must be a condition function');
  const [name] = Object.keys(value);
  if (name === undefined) throw new UnsupportedTemplate(path, 'an empty condition');
  const here = `${path}/${name}`;
  const argument = value[name];
  if (name === 'Condition') return scope.condition(text(argument, here), here);
  const parts = list(argument, here);
  switch (name) {
    case 'Fn::Equals': {
      if (parts.length !== 2) throw new UnsupportedTemplate(here, 'needs two values');
      const [left, right] = parts.map((part, index) => resolve(part, scope, `${here}/${index}`));
      return String(left) === String(right);
    }
    case 'Fn::And':
      return parts.every((part, index) => resolveCondition(part, scope, `${here}/${index}`));
    case 'Fn::Or':
      return parts.some((part, index) => resolveCondition(part, scope, `${here}/${index}`));
    case 'Fn::Not':
      return !resolveCondition(parts[0], scope, `${here}/0`);
    default:
      throw new UnsupportedTemplate(here, 'condition function that the local cloud does not know');
  }
}

/** Logical ids that a value refers to, for the order of creation. */
export function references(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const entry of value) collect(entry, found);
    return;
  }
  if (!isRecord(value)) return;
  for (const [key, entry] of Object.entries(value)) {
    if (key === 'Ref' && typeof entry === 'string') found.add(entry);
    if (key === 'Fn::GetAtt') {
      const id = Array.isArray(entry)
        ? entry[0]
        : typeof entry === 'string'
          ? entry.split('.')[0]
          : undefined;
      if (typeof id === 'string') found.add(id);
    }
    if (key === 'Fn::Sub') {
      const template = Array.isArray(entry) ? entry[0] : entry;
      if (typeof template === 'string') {
        for (const match of template.matchAll(/\$\{([^!][^}]*)\}/g))
          found.add((match[1] ?? '').split('.')[0] ?? '');
      }
    }
    collect(entry, found);
  }
}

function isIntrinsic(name: string): boolean {
  return name === 'Ref' || name.startsWith('Fn::');
}

function call(name: string, argument: unknown, scope: Scope, path: string): unknown {
  switch (name) {
    case 'Ref': {
      const id = text(argument, path);
      return id === 'AWS::NoValue' ? noValue : scope.ref(id, path);
    }
    case 'Fn::GetAtt':
      return getAtt(argument, scope, path);
    case 'Fn::Sub':
      return substitute(argument, scope, path);
    case 'Fn::Join': {
      const [separator, values] = list(argument, path);
      const parts = list(resolve(values, scope, `${path}/1`), path);
      return parts.map((part, index) => scalar(part, `${path}/1/${index}`)).join(text(separator, path));
    }
    case 'Fn::Select': {
      const [index, values] = list(argument, path);
      const parts = list(resolve(values, scope, `${path}/1`), path);
      const chosen = parts[Number(resolve(index, scope, `${path}/0`))];
      if (chosen === undefined)
        throw new UnsupportedTemplate(path, `no entry ${String(index)} in ${parts.length}`);
      return chosen;
    }
    case 'Fn::Split': {
      const [separator, source] = list(argument, path);
      return scalar(resolve(source, scope, `${path}/1`), path).split(text(separator, path));
    }
    case 'Fn::ImportValue':
      return scope.importValue(scalar(resolve(argument, scope, path), path), path);
    case 'Fn::If': {
      const [condition, yes, no] = list(argument, path);
      const holds = scope.condition(text(condition, path), path);
      return holds ? resolve(yes, scope, `${path}/1`) : resolve(no, scope, `${path}/2`);
    }
    default:
      throw new UnsupportedTemplate(path, 'intrinsic function that the local cloud does not know');
  }
}

function getAtt(argument: unknown, scope: Scope, path: string): string {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot < 0) throw new UnsupportedTemplate(path, 'needs a logical id and an attribute');
    return scope.getAtt(argument.slice(0, dot), argument.slice(dot + 1), path);
  }
  const [id, attribute] = list(argument, path);
  return scope.getAtt(text(id, path), text(attribute, path), path);
}

function substitute(argument: unknown, scope: Scope, path: string): string {
  const [template, variables] = Array.isArray(argument) ? argument : [argument, {}];
  return text(template, path).replaceAll(/\$\{(!?)([^}]*)\}/g, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (isRecord(variables) && Object.hasOwn(variables, name)) {
      return scalar(resolve(variables[name], scope, `${path}/1/${name}`), path);
    }
    const dot = name.indexOf('.');
    if (dot < 0) return scalar(scope.ref(name, path), path);
    return scope.getAtt(name.slice(0, dot), name.slice(dot + 1), path);
  });
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new UnsupportedTemplate(path, 'needs a list');
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new UnsupportedTemplate(path, 'needs a string');
  return value;
}

function scalar(value: unknown, path: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new UnsupportedTemplate(path, 'needs a string, number or boolean');
}
