import { createHash, randomUUID } from 'node:crypto';
import jsonata from 'jsonata';
import { analyse, type ExpressionFacts } from './expression-facts.ts';
import type { Json } from './json.ts';
import { queryEvaluationError, StateError } from './state-error.ts';

/**
 * Guards against an expression that never ends; real ones take microseconds. Step Functions has such limits too but
 * does not publish them.
 */
const LIMITS = { timeout: 10_000, stack: 1_000, sequence: 1_000_000 };

/** What an expression may see: `states`, the state machine's variables and the functions that depend on the run. */
export type Bindings = Readonly<Record<string, unknown>>;

/** A compiled `{% … %}`. */
export interface Expression {
  readonly source: string;
  readonly facts: ExpressionFacts;
  /** @throws {StateError} States.QueryEvaluationError when it fails or has no result. */
  evaluate(bindings: Bindings, field: string): Promise<Json>;
}

/**
 * Compiles the text between `{%` and `%}`: JSONata 2.0.6 with the functions that Step Functions adds
 * (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html) and without `$eval`.
 * @throws {Error} that says why Step Functions would refuse the expression.
 */
export function compileExpression(source: string): Expression {
  const compiled = parse(source);
  const facts = analyse(compiled.ast());
  const problem = facts.problems[0];
  if (problem !== undefined) throw new Error(`'${source}': ${problem}`);
  compiled.registerFunction('partition', partition, '<an:a>');
  compiled.registerFunction('range', range, '<nnn:a>');
  compiled.registerFunction('hash', hash, '<ss:s>');
  compiled.registerFunction('uuid', () => randomUUID(), '<:s>');
  compiled.registerFunction('parse', parseText, '<s:x>');
  return {
    source,
    facts,
    async evaluate(bindings, field) {
      let result: unknown;
      try {
        result = plain(await compiled.evaluate(undefined, { ...bindings }));
      } catch (error) {
        if (error instanceof StateError) throw error;
        throw queryEvaluationError(source, field, `threw an error during evaluation. ${messageOf(error)}`);
      }
      if (result === undefined) throw queryEvaluationError(source, field, 'returned nothing (undefined).');
      return JSON.parse(JSON.stringify(result));
    },
  };
}

function parse(source: string): jsonata.Expression {
  try {
    return jsonata(source, LIMITS);
  } catch (error) {
    throw new Error(`'${source}' is not JSONata: ${messageOf(error)}`);
  }
}

/** JSONata throws plain objects, not errors. */
function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const code = 'code' in error ? `${error.code}: ` : '';
  return `${code}${'message' in error ? error.message : JSON.stringify(error)}`;
}

/** Refuses what JSON cannot carry; JSON.stringify would drop a function without a word. */
function plain(result: unknown): unknown {
  const refuse = (value: unknown): void => {
    if (
      typeof value === 'function' ||
      (isObject(value) && ('_jsonata_lambda' in value || '_jsonata_function' in value))
    )
      throw new Error('The result is a function, which JSON cannot represent');
    if (isObject(value)) Object.values(value).forEach(refuse);
  };
  refuse(result);
  return result;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The functions whose answer depends on the execution's clock and random numbers. */
export function runFunctions(now: () => number, random: () => number): Bindings {
  return {
    millis: () => now(),
    now: (picture?: string, timezone?: string) =>
      picture === undefined && timezone === undefined
        ? new Date(now()).toISOString()
        : FORMAT_TIME.evaluate(undefined, { at: now(), picture, timezone }),
    random: (seed?: unknown) => (seed === undefined ? random() : seededRandom(seed)),
  };
}

const FORMAT_TIME = jsonata('$fromMillis($at, $picture, $timezone)');

function partition(items: readonly unknown[] | undefined, size: number): unknown[][] | undefined {
  if (items === undefined) return undefined;
  if (!Number.isInteger(size) || size < 1)
    throw new Error('$partition: the chunk size is a positive integer');
  const chunks: unknown[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

function range(first: number, last: number, step: number): number[] {
  if (![first, last, step].every(Number.isInteger) || step === 0)
    throw new Error('$range: three integers, the third not 0');
  // The documented limit of States.ArrayRange, whose replacement this is.
  if ((last - first) / step >= 1000) throw new Error('$range: more than 1000 elements');
  const numbers: number[] = [];
  for (let next = first; step > 0 ? next <= last : next >= last; next += step) numbers.push(next);
  return numbers;
}

const ALGORITHMS = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

function hash(data: string | undefined, algorithm: string): string | undefined {
  if (data === undefined) return undefined;
  const known = ALGORITHMS.get(algorithm);
  if (known === undefined)
    throw new Error(`$hash: the algorithm is one of ${[...ALGORITHMS.keys()].join(', ')}`);
  if (data.length > 10_000) throw new Error('$hash: more than 10,000 characters');
  return createHash(known).update(data).digest('hex');
}

function parseText(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text);
}

/** Same seed, same number; the numbers themselves are not those of AWS, whose generator is not published. */
function seededRandom(seed: unknown): number {
  if (typeof seed !== 'number' || !Number.isInteger(seed)) throw new Error('$random: the seed is an integer');
  return createHash('sha256').update(String(seed)).digest().readUInt32BE() / 2 ** 32;
}
