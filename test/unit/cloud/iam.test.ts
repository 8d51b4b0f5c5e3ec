import { describe, expect, it } from 'vitest';
import { Iam } from '../../../infra/local/cloud/iam.ts';
import type { Principal, ResourcePolicy } from '../../../infra/local/cloud/service.ts';

const queue = 'arn:aws:sqs:eu-west-1:000000000000:orders';
const send = { action: 'sqs:SendMessage', resource: queue };

function iam(policies: readonly ResourcePolicy[] = []): Iam {
  return new Iam({ region: 'eu-west-1', accountId: '000000000000' }, (arn) =>
    arn === queue ? policies : [],
  );
}

function role(target: Iam, name: string, more: object = {}, trust: object = {}) {
  const statement = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { Service: 'lambda.amazonaws.com' },
    ...trust,
  };
  const properties = { AssumeRolePolicyDocument: { Statement: [statement] }, ...more };
  const type = 'AWS::IAM::Role';
  return target.create({ logicalId: name, type, path: `s/${name}`, properties }).attributes.Arn ?? '';
}

const inline = (...statements: object[]) => ({
  Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }],
});
const mayState = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue };

describe('roles', () => {
  it('may what their inline, attached and managed policies say', () => {
    const target = iam();
    const create = (type: string, properties: object) =>
      target.create({ logicalId: 'P', type, path: 's/P', properties: { ...properties } });
    role(target, 'Inline', inline(mayState));
    role(target, 'Attached');
    create('AWS::IAM::Policy', {
      PolicyName: 'p',
      PolicyDocument: { Statement: mayState },
      Roles: ['s-Attached'],
    });
    const { ref } = create('AWS::IAM::ManagedPolicy', { PolicyDocument: { Statement: mayState } });
    role(target, 'Managed', { ManagedPolicyArns: [ref] });
    for (const name of ['Inline', 'Attached', 'Managed']) {
      const principal = target.assume(`arn:aws:iam::000000000000:role/s-${name}`, 'lambda.amazonaws.com');
      expect(() => target.authorize(principal, [send])).not.toThrow();
    }
  });

  it('without a grant are told in the words of AWS', () => {
    const target = iam();
    const principal = target.assume(role(target, 'Bare'), 'lambda.amazonaws.com', undefined, 'my-function');
    expect(() => target.authorize(principal, [send])).toThrow(
      'User: arn:aws:sts::000000000000:assumed-role/s-Bare/my-function is not authorized to perform: sqs:SendMessage ' +
        `on resource: ${queue} because no identity-based policy allows the sqs:SendMessage action`,
    );
  });

  it('need every permission of a call', () => {
    const target = iam();
    const principal = target.assume(role(target, 'One', inline(mayState)), 'lambda.amazonaws.com');
    expect(() => target.authorize(principal, [send, { ...send, resource: `${queue}-2` }])).toThrow(
      /orders-2/,
    );
  });

  it('are assumed only by those they trust, on behalf of what they name', () => {
    const target = iam();
    const condition = { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:states:*:*:stateMachine:*' } } };
    const arn = role(target, 'R', {}, { Principal: { Service: 'states.amazonaws.com' }, ...condition });
    const machine = 'arn:aws:states:eu-west-1:000000000000:stateMachine:m';
    expect(target.assume(arn, 'states.amazonaws.com', machine).arn).toMatch(/assumed-role\/s-R\/states$/);
    expect(() => target.assume(arn, 'states.amazonaws.com')).toThrow(/trust policy/);
    expect(() => target.assume(arn, 'lambda.amazonaws.com', machine)).toThrow(/trust policy/);
    expect(() => target.assume(`${arn}x`, 'states.amazonaws.com', machine)).toThrow(/trust policy/);
  });

  it.each([
    [
      'an unknown AWS-managed policy',
      { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] },
      /ManagedPolicyArns\/0/,
    ],
    ['a permissions boundary', { PermissionsBoundary: 'x' }, /PermissionsBoundary/],
  ])('with %s are refused', (_name, more, message) => {
    expect(() => role(iam(), 'R', more)).toThrow(message);
  });
});

describe('resource policies', () => {
  const service: Principal = {
    arn: 'events.amazonaws.com',
    kind: 'service',
    sourceArn: 'arn:aws:events:r:a:rule/x',
  };
  const policy = (statement: object): ResourcePolicy => ({
    path: 's/P',
    document: { Statement: [{ ...mayState, Principal: { Service: 'events.amazonaws.com' }, ...statement }] },
  });

  it('alone let services in', () => {
    expect(() => iam().authorize(service, [send])).toThrow(/resource-based policy/);
    expect(() => iam([policy({})]).authorize(service, [send])).not.toThrow();
    const other = policy({ Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:r:a:rule/y' } } });
    expect(() => iam([other]).authorize(service, [send])).toThrow(/resource-based policy/);
  });

  it('deny roles what their own policies allow', () => {
    const target = iam([policy({ Effect: 'Deny', Principal: '*' })]);
    const principal = target.assume(role(target, 'R', inline(mayState)), 'lambda.amazonaws.com');
    expect(() => target.authorize(principal, [send])).toThrow(/explicit deny/);
  });

  it('that deny insecure transport deny nobody here', () => {
    const target = iam([
      policy({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    ]);
    const principal = target.assume(role(target, 'R', inline(mayState)), 'lambda.amazonaws.com');
    expect(() => target.authorize(principal, [send])).not.toThrow();
  });
});

describe('users', () => {
  const keys = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'not-a-real-secret' };

  it('may what the named managed policies say', () => {
    const target = iam();
    const properties = { ManagedPolicyName: 'operators', PolicyDocument: { Statement: mayState } };
    target.create({
      logicalId: 'Operators',
      type: 'AWS::IAM::ManagedPolicy',
      path: 's/Operators',
      properties,
    });
    target.addUser({ name: 'a', ...keys, managedPolicies: ['Operators'] });
    const principal = target.credentials(keys.accessKeyId)?.principal;
    expect(principal).toEqual({ arn: 'arn:aws:iam::000000000000:user/a', kind: 'user' });
    expect(() => principal && target.authorize(principal, [send])).not.toThrow();
    expect(() => target.addUser({ name: 'b', ...keys, managedPolicies: ['Nobody'] })).toThrow(
      /there are: operators/,
    );
  });
});
