// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub and of policy variables.
import { describe, expect, it } from 'vitest';
import {
  evaluate,
  like,
  type PolicyKind,
  parsePolicy,
  type Question,
} from '../../../infra/local/cloud/policy.ts';

const queue = 'arn:aws:sqs:eu-west-1:000000000000:orders';
const role = 'arn:aws:iam::000000000000:role/sender';

function ask(overrides: Partial<Question> = {}): Question {
  return {
    action: 'sqs:SendMessage',
    resource: queue,
    caller: { kind: 'AWS', names: [role], account: ['000000000000', 'arn:aws:iam::000000000000:root'] },
    context: { 'aws:SecureTransport': 'true' },
    ...overrides,
  };
}

const allow = (more: object = {}) => ({
  Effect: 'Allow',
  Action: 'sqs:SendMessage',
  Resource: queue,
  ...more,
});
const deny = (more: object = {}) => ({ ...allow(more), Effect: 'Deny' });

describe('evaluation of identity policies', () => {
  const table: [string, object | object[], Partial<Question>, string][] = [
    ['the very action and resource', allow(), {}, 'allowed'],
    ['nothing said', [], {}, 'not-mentioned'],
    ['another action', allow({ Action: 'sqs:ReceiveMessage' }), {}, 'not-mentioned'],
    ['another resource', allow({ Resource: `${queue}-2` }), {}, 'not-mentioned'],
    ['one of several actions', allow({ Action: ['sqs:Get*', 'sqs:SendMessage'] }), {}, 'allowed'],
    ['action in other case', allow({ Action: 'SQS:sendmessage' }), {}, 'allowed'],
    ['resource in other case', allow({ Resource: queue.toUpperCase() }), {}, 'not-mentioned'],
    ['star in the action', allow({ Action: 'sqs:*' }), {}, 'allowed'],
    ['star for everything', allow({ Action: '*', Resource: '*' }), {}, 'allowed'],
    ['question mark is one character', allow({ Resource: queue.replace('orders', 'order?') }), {}, 'allowed'],
    ['question mark is not none', allow({ Resource: `${queue}?` }), {}, 'not-mentioned'],
    ['dot is no wildcard', allow({ Resource: queue.replace('orders', '......') }), {}, 'not-mentioned'],
    ['deny beats allow', [allow({ Action: '*' }), deny()], {}, 'denied'],
    ['deny beats allow in any order', [deny(), allow()], {}, 'denied'],
    ['deny of another resource', [allow(), deny({ Resource: `${queue}-2` })], {}, 'allowed'],
    ['a call without a resource', allow({ Resource: queue }), { resource: '*' }, 'not-mentioned'],
    [
      'a table is not its index',
      allow({ Resource: 'arn:t/x' }),
      { resource: 'arn:t/x/index/y' },
      'not-mentioned',
    ],
  ];
  it.each(table)('%s', (_name, statement, question, verdict) => {
    const statements = parsePolicy({ Statement: statement }, 'identity', 'p');
    expect(evaluate(statements, ask(question))).toBe(verdict);
  });
});

describe('conditions', () => {
  const table: [string, object, Question['context'], string][] = [
    [
      'StringEquals holds',
      { StringEquals: { 'aws:SourceAccount': '0' } },
      { 'aws:SourceAccount': '0' },
      'allowed',
    ],
    [
      'key in other case',
      { StringEquals: { 'AWS:sourceaccount': '0' } },
      { 'aws:SourceAccount': '0' },
      'allowed',
    ],
    [
      'StringEquals differs',
      { StringEquals: { 'aws:SourceAccount': '0' } },
      { 'aws:SourceAccount': '1' },
      'not-mentioned',
    ],
    ['StringEquals without value', { StringEquals: { 'aws:SourceAccount': '0' } }, {}, 'not-mentioned'],
    [
      'StringEquals takes no wildcard',
      { StringEquals: { 'aws:SourceAccount': '*' } },
      { 'aws:SourceAccount': '0' },
      'not-mentioned',
    ],
    [
      'StringLike takes one',
      { StringLike: { 'aws:SourceArn': 'a*c' } },
      { 'aws:SourceArn': 'abc' },
      'allowed',
    ],
    [
      'one of several values',
      { StringEquals: { 'aws:SourceAccount': ['1', '2'] } },
      { 'aws:SourceAccount': '2' },
      'allowed',
    ],
    [
      'all keys must hold',
      { StringEquals: { 'aws:SourceAccount': '0', 'aws:SourceArn': 'x' } },
      { 'aws:SourceAccount': '0' },
      'not-mentioned',
    ],
    [
      'ArnLike',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/*' } },
      { 'aws:SourceArn': 'arn:aws:events:r:a:rule/b' },
      'allowed',
    ],
    [
      'ArnEquals is ArnLike',
      { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:r:a:rule/*' } },
      { 'aws:SourceArn': 'arn:aws:events:r:a:rule/b' },
      'allowed',
    ],
    [
      'a star stays in its part of an ARN',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:*:rule/b' } },
      { 'aws:SourceArn': 'arn:aws:events:r:a:rule/b' },
      'not-mentioned',
    ],
    [
      'ForAllValues: all of them',
      { 'ForAllValues:StringEquals': { 'ses:Recipients': ['a', 'b'] } },
      { 'ses:Recipients': ['a', 'b'] },
      'allowed',
    ],
    [
      'ForAllValues: one too many',
      { 'ForAllValues:StringLike': { 'ses:Recipients': ['a*'] } },
      { 'ses:Recipients': ['ab', 'b'] },
      'not-mentioned',
    ],
    [
      'ForAllValues: none supplied',
      { 'ForAllValues:StringEquals': { 'ses:Recipients': ['a'] } },
      {},
      'allowed',
    ],
    [
      'Bool as text',
      { Bool: { 'aws:SecureTransport': 'true' } },
      { 'aws:SecureTransport': 'true' },
      'allowed',
    ],
    [
      'Bool as a JSON boolean',
      { Bool: { 'aws:SecureTransport': false } },
      { 'aws:SecureTransport': 'true' },
      'not-mentioned',
    ],
  ];
  it.each(table)('%s', (_name, Condition, context, verdict) => {
    const statements = parsePolicy({ Statement: allow({ Condition }) }, 'identity', 'p');
    expect(evaluate(statements, ask({ context }))).toBe(verdict);
  });
});

describe('principals of resource policies', () => {
  const service = { kind: 'Service', names: ['events.amazonaws.com'] } as const;
  const table: [string, object, Question['caller'], string][] = [
    ['everyone', allow({ Principal: '*' }), ask().caller, 'allowed'],
    ['every AWS caller', allow({ Principal: { AWS: '*' } }), service, 'allowed'],
    ['the role', allow({ Principal: { AWS: role } }), ask().caller, 'allowed'],
    ['another role', allow({ Principal: { AWS: `${role}2` } }), ask().caller, 'not-mentioned'],
    [
      'the account only delegates',
      allow({ Principal: { AWS: '000000000000' } }),
      ask().caller,
      'not-mentioned',
    ],
    [
      'the account can deny',
      deny({ Principal: { AWS: 'arn:aws:iam::000000000000:root' } }),
      ask().caller,
      'denied',
    ],
    ['the service', allow({ Principal: { Service: 'events.amazonaws.com' } }), service, 'allowed'],
    ['another service', allow({ Principal: { Service: 'sns.amazonaws.com' } }), service, 'not-mentioned'],
    [
      'a service is no AWS caller',
      allow({ Principal: { AWS: 'events.amazonaws.com' } }),
      service,
      'not-mentioned',
    ],
  ];
  it.each(table)('%s', (_name, statement, caller, verdict) => {
    const statements = parsePolicy({ Statement: statement }, 'resource', 'p');
    expect(evaluate(statements, ask({ caller }))).toBe(verdict);
  });
});

describe('what is not understood is refused with its path', () => {
  const table: [string, unknown, PolicyKind, RegExp][] = [
    [
      'NotAction',
      { Effect: 'Allow', NotAction: 'a', Resource: '*' },
      'identity',
      /p\/Statement\/0\/NotAction/,
    ],
    ['NotResource', { ...allow(), NotResource: '*' }, 'identity', /NotResource/],
    ['NotPrincipal', { ...allow(), NotPrincipal: '*' }, 'resource', /NotPrincipal/],
    [
      'an operator',
      allow({ Condition: { NumericLessThan: { x: '1' } } }),
      'identity',
      /Condition\/NumericLessThan/,
    ],
    [
      'IfExists',
      allow({ Condition: { StringEqualsIfExists: { x: '1' } } }),
      'identity',
      /StringEqualsIfExists/,
    ],
    [
      'a key nobody supplies',
      allow({ Condition: { StringEquals: { 'aws:Mood': 'x' } } }),
      'identity',
      /aws:Mood/,
    ],
    ['a policy variable', allow({ Resource: 'arn:${aws:username}' }), 'identity', /Resource.*variables/],
    ['a federated principal', allow({ Principal: { Federated: 'x' } }), 'resource', /Principal\/Federated/],
    ['an effect', { ...allow(), Effect: 'Maybe' }, 'identity', /Effect/],
    ['a principal in an identity policy', allow({ Principal: '*' }), 'identity', /Principal/],
    ['a resource policy without one', allow(), 'resource', /Principal/],
    ['a missing resource', { Effect: 'Allow', Action: '*' }, 'identity', /Resource/],
    ['a resource in a trust policy', allow({ Principal: '*' }), 'trust', /Resource/],
  ];
  it.each(table)('%s', (_name, statement, kind, message) => {
    expect(() => parsePolicy({ Version: '2012-10-17', Statement: [statement] }, kind, 'p')).toThrow(message);
  });

  it('an old version', () => {
    expect(() => parsePolicy({ Version: '2008-10-17', Statement: [] }, 'identity', 'p')).toThrow(
      /p\/Version/,
    );
  });
});

describe('like', () => {
  it('takes expression characters literally and spans lines', () => {
    expect(like('a+(b)|[c]$^', 'a+(b)|[c]$^')).toBe(true);
    expect(like('a*z', 'a\nz')).toBe(true);
    expect(like('', 'a')).toBe(false);
  });
});
