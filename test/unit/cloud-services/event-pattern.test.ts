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
  ['Anything-but', { state: [{ 'anything-but': 'initializing' }] }, { state: 'running' }, true],
  ['Anything-but', { state: [{ 'anything-but': 'initializing' }] }, { state: 'initializing' }, false],
  ['Anything-but', { state: [{ 'anything-but': 'initializing' }] }, {}, false],
  ['Anything-but', { 'x-limit': [{ 'anything-but': 123 }] }, { 'x-limit': 124 }, true],
  ['Anything-but', { state: [{ 'anything-but': ['stopped', 'overloaded'] }] }, { state: 'stopped' }, false],
  ['Anything-but', { 'x-limit': [{ 'anything-but': [100, 200, 300] }] }, { 'x-limit': 200 }, false],
  [
    'Anything-but prefix',
    { Region: [{ 'anything-but': { prefix: 'us-' } }] },
    { Region: 'us-east-1' },
    false,
  ],
  ['Anything-but prefix', { Region: [{ 'anything-but': { prefix: 'us-' } }] }, { Region: 'eu-west-1' }, true],
  [
    'Anything-but prefix',
    { state: [{ 'anything-but': { prefix: ['init', 'error'] } }] },
    { state: 'errors' },
    false,
  ],
  [
    'Anything-but suffix',
    { FileName: [{ 'anything-but': { suffix: '.png' } }] },
    { FileName: 'a.png' },
    false,
  ],
  [
    'Anything-but suffix',
    { FileName: [{ 'anything-but': { suffix: ['.txt', '.rtf'] } }] },
    { FileName: 'a.png' },
    true,
  ],
  [
    'Anything-but ignore case',
    { state: [{ 'anything-but': { 'equals-ignore-case': 'initializing' } }] },
    { state: 'INITIALIZING' },
    false,
  ],
  [
    'Anything-but wildcard',
    { FilePath: [{ 'anything-but': { wildcard: '*/lib/*' } }] },
    { FilePath: '/a/lib/b' },
    false,
  ],
  [
    'Anything-but wildcard',
    { FilePath: [{ 'anything-but': { wildcard: ['*/lib/*', '*/bin/*'] } }] },
    { FilePath: '/a/b' },
    true,
  ],
  ['Begins with', { Region: [{ prefix: 'us-' }] }, { Region: 'us-east-1' }, true],
  ['Begins with', { Region: [{ prefix: 'us-' }] }, { Region: 'eu-us-1' }, false],
  [
    'Begins with (ignore case)',
    { service: [{ prefix: { 'equals-ignore-case': 'EventB' } }] },
    { service: 'eventBridge' },
    true,
  ],
  ['Ends with', { FileName: [{ suffix: '.png' }] }, { FileName: 'x.png' }, true],
  [
    'Ends with (ignore case)',
    { FileName: [{ suffix: { 'equals-ignore-case': '.png' } }] },
    { FileName: 'x.PNG' },
    true,
  ],
  ['Equals (ignore case)', { Name: [{ 'equals-ignore-case': 'alice' }] }, { Name: 'ALICE' }, true],
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
  ['Numeric (equals)', { Price: [{ numeric: ['=', 100] }] }, { Price: 100 }, true],
  ['Numeric (equals)', { Price: [{ numeric: ['=', 100] }] }, { Price: '100' }, false],
  ['Numeric (range)', { Price: [{ numeric: ['>', 10, '<=', 20] }] }, { Price: 20 }, true],
  ['Numeric (range)', { Price: [{ numeric: ['>', 10, '<=', 20] }] }, { Price: 10 }, false],
  ['Numeric limit', { Price: [{ numeric: ['>', 10] }] }, { Price: 6e9 }, false],
  [
    'Or (multiple fields)',
    { $or: [{ Location: ['New York'] }, { Day: ['Monday'] }] },
    { Day: 'Monday' },
    true,
  ],
  [
    'Or (multiple fields)',
    { $or: [{ Location: ['New York'] }, { Day: ['Monday'] }] },
    { Day: 'Friday' },
    false,
  ],
  [
    'Or beside a field',
    { detail: { a: [1], $or: [{ b: [2] }, { c: [3] }] } },
    { detail: { a: 1, c: 3 } },
    true,
  ],
  [
    'Or beside a field',
    { detail: { a: [1], $or: [{ b: [2] }, { c: [3] }] } },
    { detail: { a: 2, c: 3 } },
    false,
  ],
  ['Wildcard', { FileName: [{ wildcard: 'dir/*/file.png' }] }, { FileName: 'dir/a/b/file.png' }, true],
  ['Wildcard', { FileName: [{ wildcard: 'dir/*.png' }] }, { FileName: 'dir/a.pngx' }, false],
  ['Wildcard: escaped asterisk', { a: [{ wildcard: 'x\\*y*' }] }, { a: 'x*yz' }, true],
  ['Wildcard: escaped asterisk', { a: [{ wildcard: 'x\\*y*' }] }, { a: 'xzyz' }, false],
  ['Wildcard: other characters are literal', { a: [{ wildcard: 'a.b*' }] }, { a: 'axb' }, false],
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
    [{ a: [{ numeric: ['~', 1] }] }, 'rule.a[0].numeric'],
    [{ a: [{ numeric: ['>', 6e9] }] }, 'rule.a[0].numeric'],
    [{ a: [{ numeric: ['>'] }] }, 'rule.a[0].numeric'],
    [{ a: [{ 'anything-but': ['x', 1] }] }, 'rule.a[0].anything-but'],
    [{ a: [{ 'anything-but': { numeric: ['=', 1] } }] }, 'rule.a[0].anything-but.numeric'],
    [{ a: [{ wildcard: 'a**b' }] }, 'rule.a[0].wildcard'],
    [{ a: [{ wildcard: 'a\\b' }] }, 'rule.a[0].wildcard'],
    [{ $or: [{ a: [1] }] }, 'rule.$or'],
    ['not json', 'rule'],
  ])('refuses %j and names %s', (pattern, path) => {
    const compile = () => compileEventPattern(pattern, 'rule');
    expect(compile).toThrow(UnsupportedTemplate);
    expect(compile).toThrow(`${path}: `);
  });
});
