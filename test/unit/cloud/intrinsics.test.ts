// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub and of policy variables.
import { describe, expect, it } from 'vitest';
import {
  noValue,
  references,
  resolve,
  resolveCondition,
  type Scope,
} from '../../../infra/local/cloud/intrinsics.ts';
import { UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';

const scope: Scope = {
  ref: (id, path) => {
    if (id === 'Queue') return 'queue-url';
    if (id === 'AWS::Partition') return 'aws';
    throw new UnsupportedTemplate(path, `no ${id}`);
  },
  getAtt: (id, attribute) => `${id}!${attribute}`,
  importValue: (name) => `imported ${name}`,
  condition: (name) => name === 'Yes',
};

const join = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':', 1]] };

describe('intrinsic functions', () => {
  const table: [string, unknown, unknown][] = [
    ['plain values', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
    ['Ref', { a: { Ref: 'Queue' } }, { a: 'queue-url' }],
    ['Ref of no value leaves the property out', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['Ref of no value leaves the entry out', [{ Ref: 'AWS::NoValue' }, 1], [1]],
    ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue!Arn'],
    ['Fn::GetAtt as text', { 'Fn::GetAtt': 'Queue.A.B' }, 'Queue!A.B'],
    ['Fn::Join', join, 'arn:aws:1'],
    ['Fn::Join of a resolved list', { 'Fn::Join': ['-', { 'Fn::Split': ['/', 'a/b'] }] }, 'a-b'],
    ['Fn::Select and Fn::Split', { 'Fn::Select': [1, { 'Fn::Split': [':', join] }] }, 'aws'],
    ['Fn::Select with text', { 'Fn::Select': ['0', ['a', 'b']] }, 'a'],
    ['Fn::Sub', { 'Fn::Sub': 'x-${Queue}-${Queue.Arn}-${!Kept}' }, 'x-queue-url-Queue!Arn-${Kept}'],
    ['Fn::Sub with variables', { 'Fn::Sub': ['${a}${b}', { a: { Ref: 'Queue' }, b: 2 }] }, 'queue-url2'],
    ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Join': ['', ['a', 'b']] } }, 'imported ab'],
    ['Fn::If, true', { 'Fn::If': ['Yes', { Ref: 'Queue' }, { Ref: 'Missing' }] }, 'queue-url'],
    ['Fn::If, false', { 'Fn::If': ['No', { Ref: 'Missing' }, 'b'] }, 'b'],
    ['Fn::If to no value', { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] } }, {}],
  ];
  it.each(table)('%s', (_name, value, expected) => {
    expect(resolve(value, scope, 's')).toEqual(expected);
  });

  it('a bare no value stays the symbol', () => {
    expect(resolve({ Ref: 'AWS::NoValue' }, scope, 's')).toBe(noValue);
  });

  const refused: [string, unknown, RegExp][] = [
    ['an unknown function', { a: [{ 'Fn::GetAZs': '' }] }, /^s\/a\/0\/Fn::GetAZs: /],
    ['Fn::FindInMap', { 'Fn::FindInMap': ['a', 'b', 'c'] }, /Fn::FindInMap/],
    ['a function beside a key', { a: { Ref: 'Queue', b: 1 } }, /s\/a: Ref beside/],
    ['an unknown resource', { a: { Ref: 'Missing' } }, /s\/a\/Ref: no Missing/],
    ['joining an object', { 'Fn::Join': ['', [{ a: 1 }]] }, /Fn::Join\/1\/0/],
    ['selecting past the end', { 'Fn::Select': [2, ['a']] }, /Fn::Select: no entry 2/],
  ];
  it.each(refused)('refuses %s with its path', (_name, value, message) => {
    expect(() => resolve(value, scope, 's')).toThrow(UnsupportedTemplate);
    expect(() => resolve(value, scope, 's')).toThrow(message);
  });
});

describe('conditions', () => {
  const table: [string, unknown, boolean][] = [
    ['Fn::Equals', { 'Fn::Equals': [{ Ref: 'AWS::Partition' }, 'aws'] }, true],
    ['Fn::Not', { 'Fn::Not': [{ Condition: 'Yes' }] }, false],
    ['Fn::And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
    ['Fn::Or', { 'Fn::Or': [{ Condition: 'No' }, { 'Fn::Equals': ['a', 'a'] }] }, true],
  ];
  it.each(table)('%s', (_name, condition, expected) => {
    expect(resolveCondition(condition, scope, 's')).toBe(expected);
  });

  it('refuses others', () => {
    expect(() => resolveCondition({ 'Fn::Contains': [[], 'a'] }, scope, 's')).toThrow(/s\/Fn::Contains/);
  });
});

describe('references', () => {
  it('finds them in every function that names a resource', () => {
    const value = {
      a: [{ Ref: 'One' }, { 'Fn::GetAtt': ['Two', 'Arn'] }, { 'Fn::GetAtt': 'Three.Arn' }],
      b: { 'Fn::Sub': 'x${Four}${Five.Arn}${!Six}' },
    };
    expect([...references(value)].sort()).toEqual(['Five', 'Four', 'One', 'Three', 'Two']);
  });
});
