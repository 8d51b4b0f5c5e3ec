import { isRecord, isStringArray, listOf } from './json.ts';
import { UnsupportedTemplate } from './service.ts';

/** One statement of a policy document, parsed. Patterns may hold `*` and `?`. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  /** Absent in trust policies, whose resource is the role itself. */
  readonly resources: readonly string[] | undefined;
  /** Absent in identity policies, whose principal is the identity. */
  readonly principals: readonly PrincipalPattern[] | undefined;
  readonly conditions: readonly Condition[];
}

interface PrincipalPattern {
  readonly kind: 'AWS' | 'Service' | '*';
  readonly value: string;
}

interface Condition {
  readonly operator: Operator;
  readonly key: string;
  readonly values: readonly string[];
}

const operators = [
  'StringEquals',
  'StringLike',
  'ArnEquals',
  'ArnLike',
  'Bool',
  'ForAllValues:StringEquals',
  'ForAllValues:StringLike',
] as const;
type Operator = (typeof operators)[number];

/**
 * Condition keys that calls supply here. Another key is refused: unsupplied, `ForAllValues` would hold for it and a
 * restriction would silently not restrict.
 */
const suppliedKeys = new Set(
  [
    'aws:PrincipalAccount',
    'aws:PrincipalArn',
    'aws:RequestedRegion',
    'aws:SecureTransport',
    'aws:SourceAccount',
    'aws:SourceArn',
    'dynamodb:LeadingKeys',
    'events:detail-type',
    'events:source',
    'secretsmanager:SecretId',
    'secretsmanager:VersionStage',
    'ses:ApiVersion',
    'ses:FromAddress',
    'ses:Recipients',
  ].map((key) => key.toLowerCase()),
);

/** One question to a set of statements. */
export interface Question {
  readonly action: string;
  readonly resource: string;
  /** ARNs (`AWS`) or name (`Service`) by which policies may mean the caller. */
  readonly caller: {
    readonly kind: 'AWS' | 'Service';
    readonly names: readonly string[];
    /** Names of the caller's account: they can deny, but to allow an account only delegates to its identity policies. */
    readonly account?: readonly string[];
  };
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export type Verdict = 'allowed' | 'denied' | 'not-mentioned';

/** Which elements a document must and may not have depends on what it is attached to. */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** Parses a policy document; whatever element, operator or variable it doesn't know is a refusal with the path. */
export function parsePolicy(document: unknown, kind: PolicyKind, path: string): readonly Statement[] {
  if (!isRecord(document)) throw new UnsupportedTemplate(path, 'a policy document must be an object');
  refuseOthers(document, ['Version', 'Id', 'Statement'], path);
  if (document.Version !== undefined && document.Version !== '2012-10-17') {
    throw new UnsupportedTemplate(`${path}/Version`, 'only policies of version 2012-10-17 are supported');
  }
  return listOf(document.Statement).map((entry, index) =>
    parseStatement(entry, kind, `${path}/Statement/${index}`),
  );
}

function parseStatement(entry: unknown, kind: PolicyKind, path: string): Statement {
  if (!isRecord(entry)) throw new UnsupportedTemplate(path, 'a statement must be an object');
  refuseOthers(entry, ['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition'], path);
  const effect = entry.Effect;
  if (effect !== 'Allow' && effect !== 'Deny')
    throw new UnsupportedTemplate(`${path}/Effect`, 'Allow or Deny');
  if ((entry.Resource === undefined) !== (kind === 'trust')) {
    throw new UnsupportedTemplate(
      `${path}/Resource`,
      `a ${kind} policy must${kind === 'trust' ? ' not' : ''} have it`,
    );
  }
  if ((entry.Principal === undefined) !== (kind === 'identity')) {
    const must = kind === 'identity' ? 'must not' : 'must';
    throw new UnsupportedTemplate(`${path}/Principal`, `a ${kind} policy ${must} have it`);
  }
  return {
    effect,
    actions: patterns(entry.Action, `${path}/Action`),
    resources: entry.Resource === undefined ? undefined : patterns(entry.Resource, `${path}/Resource`),
    principals:
      entry.Principal === undefined ? undefined : parsePrincipal(entry.Principal, `${path}/Principal`),
    conditions: parseConditions(entry.Condition, `${path}/Condition`),
  };
}

function parsePrincipal(value: unknown, path: string): readonly PrincipalPattern[] {
  if (value === '*') return [{ kind: '*', value: '*' }];
  if (!isRecord(value)) throw new UnsupportedTemplate(path, 'a principal must be "*", AWS or Service');
  return Object.entries(value).flatMap(([kind, names]) => {
    if (kind !== 'AWS' && kind !== 'Service') {
      throw new UnsupportedTemplate(`${path}/${kind}`, 'only AWS and Service principals are supported');
    }
    return patterns(names, `${path}/${kind}`).map(
      (name): PrincipalPattern =>
        kind === 'AWS' && name === '*' ? { kind: '*', value: name } : { kind, value: name },
    );
  });
}

function parseConditions(value: unknown, path: string): readonly Condition[] {
  if (value === undefined) return [];
  if (!isRecord(value)) throw new UnsupportedTemplate(path, 'conditions must be an object');
  return Object.entries(value).flatMap(([name, keys]) => {
    const operator = operators.find((known) => known === name);
    if (operator === undefined || !isRecord(keys)) {
      throw new UnsupportedTemplate(
        `${path}/${name}`,
        `condition operator not supported; known: ${operators.join(', ')}`,
      );
    }
    return Object.entries(keys).map(([key, values]) => {
      // Keys of KMS are for calls that nobody makes here.
      if (!suppliedKeys.has(key.toLowerCase()) && !key.startsWith('kms:')) {
        throw new UnsupportedTemplate(`${path}/${name}/${key}`, 'no call supplies this condition key here');
      }
      return { operator, key: key.toLowerCase(), values: patterns(values, `${path}/${name}/${key}`) };
    });
  });
}

function patterns(value: unknown, path: string): readonly string[] {
  const list = listOf(value).map((entry) => (typeof entry === 'boolean' ? String(entry) : entry));
  if (!isStringArray(list) || list.length === 0) throw new UnsupportedTemplate(path, 'needs strings');
  if (list.some((entry) => entry.includes('${'))) {
    throw new UnsupportedTemplate(path, 'policy variables are not supported');
  }
  return list;
}

function refuseOthers(value: Record<string, unknown>, known: readonly string[], path: string): void {
  const other = Object.keys(value).find((key) => !known.includes(key));
  if (other !== undefined) throw new UnsupportedTemplate(`${path}/${other}`, 'policy element not supported');
}

/** A statement that denies wins; otherwise one that allows is enough. */
export function evaluate(statements: readonly Statement[], question: Question): Verdict {
  const matching = statements.filter((statement) => matches(statement, question));
  if (matching.some((statement) => statement.effect === 'Deny')) return 'denied';
  return matching.length > 0 ? 'allowed' : 'not-mentioned';
}

function matches(statement: Statement, question: Question): boolean {
  return (
    statement.actions.some((pattern) => like(pattern.toLowerCase(), question.action.toLowerCase())) &&
    (statement.resources?.some((pattern) => like(pattern, question.resource)) ?? true) &&
    (statement.principals?.some((principal) => meansCaller(principal, statement, question)) ?? true) &&
    statement.conditions.every((condition) => holds(condition, question))
  );
}

function meansCaller(principal: PrincipalPattern, { effect }: Statement, { caller }: Question): boolean {
  if (principal.kind === '*') return true;
  if (principal.kind !== caller.kind) return false;
  if (caller.names.includes(principal.value)) return true;
  return effect === 'Deny' && (caller.account?.includes(principal.value) ?? false);
}

function holds(condition: Condition, question: Question): boolean {
  const supplied = Object.entries(question.context).find(([key]) => key.toLowerCase() === condition.key)?.[1];
  const given = supplied === undefined ? [] : [supplied].flat();
  switch (condition.operator) {
    case 'ForAllValues:StringEquals':
      // As AWS has it: true when the call supplies no value at all.
      return given.every((value) => condition.values.includes(value));
    case 'ForAllValues:StringLike':
      return given.every((value) => condition.values.some((pattern) => like(pattern, value)));
    case 'StringEquals':
      return given.some((value) => condition.values.includes(value));
    case 'Bool':
      return given.some((value) =>
        condition.values.some((wanted) => wanted.toLowerCase() === value.toLowerCase()),
      );
    case 'StringLike':
      return given.some((value) => condition.values.some((pattern) => like(pattern, value)));
    case 'ArnEquals':
    case 'ArnLike':
      // The two behave alike: both match wildcards, in each of the six parts of an ARN by itself.
      return given.some((value) => condition.values.some((pattern) => arnLike(pattern, value)));
  }
}

function arnLike(pattern: string, arn: string): boolean {
  const patternParts = arnParts(pattern);
  const parts = arnParts(arn);
  return patternParts.every((part, index) => like(part, parts[index] ?? ''));
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

const compiled = new Map<string, RegExp>();

/** Matches a pattern in which `*` is any run of characters and `?` any one. */
export function like(pattern: string, value: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    expression = new RegExp(`^${source}$`, 's');
    compiled.set(pattern, expression);
  }
  return expression.test(value);
}
