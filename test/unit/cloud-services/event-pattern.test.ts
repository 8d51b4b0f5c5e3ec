import { describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../../infra/local/cloud/event-pattern.ts';
import { UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';

/** Rows named by the section of "Comparison operators for use in event patterns" and "Event patterns" they come from. */
const table: [section: string, pattern: object, event: object, matches: boolean][] = [
  ['And', { Location: ['New York'], Day: ['Monday'] }, { Location: 'New York', Day: 'Monday' }, true],
  ['And', { Location: ['New York'], Day: ['Monday'] }, { Location: 'New York', Day: 'Friday' }, false],
  ['Equals', { Name: ['Alice'] }, { Name: 'Alice' }, true],
  ['Equals', { Name: ['Alice'] }, { Name: 'alice' }, false],
  ['Equals', { Name: ['Alice'] }, {}, false],
  ['Equals', { count: [3] }, { count: '3' }, false],
  ['Or', { PaymentType: ['Credit', 'Debit'] }, { PaymentType: 'Debit' }, true],
  ['Null', { UserID: [null] }, { UserID: null }, true],
  ['Null', { UserID: [null] }, {}, false],
  ['Empty', { LastName: [''] }, { LastName: '' }, true],
  ['Boolean', { enabled: [true] }, { enabled: true }, true],
  ['Begins with', { Region: [{ prefix: 'us-' }] }, { Region: 'us-east-1' }, true],
  ['Begins with', { Region: [{ prefix: 'us-' }] }, { Region: 'eu-us-1' }, false],
  ['Exists', { ProductName: [{ exists: true }] }, { ProductName: 'x' }, true],
  ['Exists', { ProductName: [{ exists: true }] }, { ProductName: null }, true],
  [
    'Exists: leaf nodes only',
    { detail: { state: [{ exists: true }] } },
    { detail: { state: { inner: 1 } } },
    false,
  ],
  ['Does not exist', { ProductName: [{ exists: false }] }, {}, true],
  ['Does not exist', { ProductName: [{ exists: false }] }, { ProductName: '' }, false],
  ['Does not exist, parent missing', { detail: { sub: { x: [{ exists: false }] } } }, { detail: {} }, true],
  [
    'Does not exist, parent missing',
    { detail: { sub: { x: [{ exists: false }], y: [1] } } },
    { detail: {} },
    false,
  ],
  ['Not a replayed event', { 'replay-name': [{ exists: false }], source: ['a'] }, { source: 'a' }, true],
  [
    'Not a replayed event',
    { 'replay-name': [{ exists: false }], source: ['a'] },
    { source: 'a', 'replay-name': 'r' },
    false,
  ],
  ['Arrays: any value', { resources: [{ prefix: 'arn:b' }] }, { resources: ['arn:a', 'arn:b:1'] }, true],
  ['Arrays: any value', { resources: ['arn:c'] }, { resources: ['arn:a', 'arn:b'] }, false],
  ['Arrays of objects: one element', { list: { a: [1], b: [2] } }, { list: [{ a: 1, b: 2 }] }, true],
  ['Arrays of objects: one element', { list: { a: [1], b: [2] } }, { list: [{ a: 1 }, { b: 2 }] }, false],
];

describe('event patterns', () => {
  it.each(table)('%s: %j on %j is %s', (_section, pattern, event, matches) => {
    expect(compileEventPattern(pattern, 'rule')(event)).toBe(matches);
  });

  it('takes a pattern as text, as some templates have it', () => {
    expect(compileEventPattern('{"source":["a"]}', 'rule')({ source: 'a' })).toBe(true);
  });

  it.each([
    [{ a: 'x' }, 'rule.a'],
    [{ a: [] }, 'rule.a'],
    [{}, 'rule'],
    [{ a: {} }, 'rule.a'],
    [{ a: [{ cidr: '10.0.0.0/24' }] }, 'rule.a[0].cidr'],
    [{ a: [{ glob: 'x' }] }, 'rule.a[0].glob'],
    [{ a: [{ prefix: 1 }] }, 'rule.a[0].prefix'],
    [{ a: [{ prefix: 'a', suffix: 'b' }] }, 'rule.a[0]'],
    [{ a: [['x']] }, 'rule.a[0]'],
    [{ a: [{ exists: 'yes' }] }, 'rule.a[0].exists'],
    [{ a: [{ suffix: 'x' }] }, 'rule.a[0].suffix'],
    [{ a: [{ 'anything-but': 'x' }] }, 'rule.a[0].anything-but'],
    [{ a: [{ numeric: ['>', 1] }] }, 'rule.a[0].numeric'],
    [{ $or: [{ a: [1] }, { b: [1] }] }, 'rule.$or'],
    ['not json', 'rule'],
  ])('refuses %j and names %s', (pattern, path) => {
    const compile = () => compileEventPattern(pattern, 'rule');
    expect(compile).toThrow(UnsupportedTemplate);
    expect(compile).toThrow(`${path}: `);
  });
});
