import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { evaluate, parsePolicy, type Question, type Statement } from './policy.ts';
import { readProperties } from './properties.ts';
import type { Identity, Permission, Principal, Resource, ResourcePolicy } from './service.ts';
import { AwsError, UnsupportedTemplate } from './service.ts';
import type { Place } from './template.ts';

/** A person with access keys of his own; the name of a managed policy of the template is what grants him anything. */
export interface LocalUser {
  readonly name: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `ManagedPolicyName`s, ARNs or logical ids of `AWS::IAM::ManagedPolicy` in the templates. */
  readonly managedPolicies?: readonly string[];
  /** Further statements, for tests. */
  readonly policyStatements?: readonly unknown[];
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Absent for users: their keys are long-lived. */
  readonly sessionToken?: string;
  readonly principal: Principal;
}

/** The AWS-managed policies that a template may name, as documented; only what the local services ask for matters. */
const awsManaged: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': [
    'logs:CreateLogGroup',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  ],
  AWSXRayDaemonWriteAccess: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules'],
};

const name = z.string();
const document = z.unknown();
const roleSchema = z.strictObject({
  AssumeRolePolicyDocument: document,
  ManagedPolicyArns: z.array(z.string()).default([]),
  Policies: z.array(z.strictObject({ PolicyName: name, PolicyDocument: document })).default([]),
  RoleName: name.optional(),
  Path: z.literal('/').optional(),
  Description: z.string().optional(),
  MaxSessionDuration: z.number().optional(),
  Tags: z.unknown().optional(),
});
const policySchema = z.strictObject({
  PolicyName: name,
  PolicyDocument: document,
  Roles: z.array(name).min(1),
});
const managedPolicySchema = z.strictObject({
  ManagedPolicyName: name.optional(),
  PolicyDocument: document,
  Roles: z.array(name).default([]),
  Path: z.literal('/').optional(),
  Description: z.string().optional(),
});

interface Role {
  readonly name: string;
  readonly trust: readonly Statement[];
  readonly statements: Statement[];
}

interface ManagedPolicy {
  readonly arn: string;
  readonly names: readonly string[];
  readonly statements: readonly Statement[];
}

/** Identities of the templates: who they are, whom they trust and what they may do. */
export class Iam {
  static readonly types = ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'] as const;

  readonly #place: Place;
  readonly #resourcePolicies: (resourceArn: string) => readonly ResourcePolicy[];
  readonly #roles = new Map<string, Role>();
  readonly #managed: ManagedPolicy[] = [];
  readonly #users = new Map<string, readonly Statement[]>();
  readonly #credentials = new Map<string, Credentials>();
  readonly #parsedResourcePolicies = new WeakMap<object, readonly Statement[]>();

  /** `resourcePolicies` answers the documents attached to a resource, asked on every authorisation. */
  constructor(place: Place, resourcePolicies: (resourceArn: string) => readonly ResourcePolicy[]) {
    this.#place = place;
    this.#resourcePolicies = resourcePolicies;
  }

  create(resource: Resource): Identity {
    switch (resource.type) {
      case 'AWS::IAM::Role':
        return this.#createRole(resource);
      case 'AWS::IAM::Policy':
        return this.#createPolicy(resource);
      case 'AWS::IAM::ManagedPolicy':
        return this.#createManagedPolicy(resource);
      default:
        throw new UnsupportedTemplate(resource.path, `${resource.type} is not supported`);
    }
  }

  #createRole(resource: Resource): Identity {
    const properties = readProperties(resource, roleSchema);
    const roleName = properties.RoleName ?? resource.path.replace('/', '-');
    const at = `${resource.path}/Properties`;
    const statements = properties.Policies.flatMap((policy, index) =>
      parsePolicy(policy.PolicyDocument, 'identity', `${at}/Policies/${index}/PolicyDocument`),
    );
    properties.ManagedPolicyArns.forEach((arn, index) => {
      statements.push(...this.#managedStatements(arn, `${at}/ManagedPolicyArns/${index}`));
    });
    const trust = parsePolicy(properties.AssumeRolePolicyDocument, 'trust', `${at}/AssumeRolePolicyDocument`);
    this.#roles.set(roleName, { name: roleName, trust, statements });
    const arn = `arn:aws:iam::${this.#place.accountId}:role/${roleName}`;
    return { ref: roleName, attributes: { Arn: arn, RoleId: `AROA${roleName}` } };
  }

  #createPolicy(resource: Resource): Identity {
    const properties = readProperties(resource, policySchema);
    const statements = parsePolicy(
      properties.PolicyDocument,
      'identity',
      `${resource.path}/Properties/PolicyDocument`,
    );
    for (const role of properties.Roles) this.#role(role, resource.path).statements.push(...statements);
    return { ref: properties.PolicyName, attributes: { Id: properties.PolicyName } };
  }

  #createManagedPolicy(resource: Resource): Identity {
    const properties = readProperties(resource, managedPolicySchema);
    const statements = parsePolicy(
      properties.PolicyDocument,
      'identity',
      `${resource.path}/Properties/PolicyDocument`,
    );
    const policyName = properties.ManagedPolicyName ?? resource.path.replace('/', '-');
    const arn = `arn:aws:iam::${this.#place.accountId}:policy/${policyName}`;
    this.#managed.push({ arn, names: [arn, policyName, resource.logicalId], statements });
    for (const role of properties.Roles) this.#role(role, resource.path).statements.push(...statements);
    return { ref: arn, attributes: { PolicyArn: arn } };
  }

  #managedStatements(arn: string, path: string): readonly Statement[] {
    const own = this.#managed.find((policy) => policy.arn === arn);
    if (own !== undefined) return own.statements;
    const actions = awsManaged[arn.replace(/^arn:aws:iam::aws:policy\//, '')];
    if (actions === undefined)
      throw new UnsupportedTemplate(path, `AWS-managed policy ${arn} is not known here`);
    return [{ effect: 'Allow', actions, resources: ['*'], principals: undefined, conditions: [] }];
  }

  #role(nameOrArn: string, path: string): Role {
    const role = this.#roles.get(nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1));
    if (role === undefined) throw new UnsupportedTemplate(path, `there is no role ${nameOrArn}`);
    return role;
  }

  /** Gives a person his keys. Call when every resource exists; throws when a named policy doesn't. */
  addUser(user: LocalUser): void {
    const arn = `arn:aws:iam::${this.#place.accountId}:user/${user.name}`;
    const statements = (user.managedPolicies ?? []).flatMap((wanted) => {
      const policy = this.#managed.find(({ names }) => names.includes(wanted));
      if (policy !== undefined) return policy.statements;
      const known = this.#managed.map(({ names }) => names[1]).join(', ') || 'none';
      throw new Error(
        `user ${user.name}: no managed policy "${wanted}" in the templates; there are: ${known}`,
      );
    });
    const own = parsePolicy({ Statement: user.policyStatements ?? [] }, 'identity', `user ${user.name}`);
    this.#users.set(arn, [...statements, ...own]);
    this.#credentials.set(user.accessKeyId, {
      accessKeyId: user.accessKeyId,
      secretAccessKey: user.secretAccessKey,
      principal: { arn, kind: 'user' },
    });
  }

  /** Fresh temporary keys of a role, as STS gives them; `session` is the last part of the principal's ARN. */
  issue(principal: Principal): Credentials {
    const credentials: Credentials = {
      accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString('base64'),
      sessionToken: randomBytes(48).toString('base64'),
      principal,
    };
    this.#credentials.set(credentials.accessKeyId, credentials);
    return credentials;
  }

  revoke(accessKeyId: string): void {
    this.#credentials.delete(accessKeyId);
  }

  credentials(accessKeyId: string): Credentials | undefined {
    return this.#credentials.get(accessKeyId);
  }

  /** The principal that `service` is after it assumed the role. Throws `AwsError` when the role does not trust it. */
  assume(
    roleArn: string,
    service: string,
    sourceArn?: string,
    session = service.split('.')[0] ?? service,
  ): Principal {
    const role = this.#roles.get(roleArn.slice(roleArn.lastIndexOf('/') + 1));
    const caller = { kind: 'Service', names: [service] } as const;
    const context = {
      'aws:SourceAccount': this.#place.accountId,
      'aws:SecureTransport': 'true',
      ...(sourceArn === undefined ? {} : { 'aws:SourceArn': sourceArn }),
    };
    const question: Question = { action: 'sts:AssumeRole', resource: roleArn, caller, context };
    if (role === undefined || evaluate(role.trust, question) !== 'allowed') {
      throw new AwsError(
        'AccessDeniedException',
        `${service} may not assume ${roleArn}: its trust policy does not allow it`,
      );
    }
    return {
      arn: `arn:aws:sts::${this.#place.accountId}:assumed-role/${role.name}/${session}`,
      kind: 'role',
    };
  }

  /** Throws `AwsError('AccessDeniedException')` in AWS's words unless every permission is allowed and none denied. */
  authorize(principal: Principal, permissions: readonly Permission[]): void {
    for (const permission of permissions) this.#authorizeOne(principal, permission);
  }

  #authorizeOne(principal: Principal, permission: Permission): void {
    const identity = this.#identity(principal);
    const question: Question = {
      action: permission.action,
      resource: permission.resource,
      caller: identity.caller,
      context: {
        'aws:SecureTransport': 'true',
        'aws:PrincipalAccount': this.#place.accountId,
        'aws:RequestedRegion': this.#place.region,
        ...(principal.kind === 'service'
          ? { 'aws:SourceAccount': this.#place.accountId }
          : { 'aws:PrincipalArn': identity.caller.names[0] ?? principal.arn }),
        ...(principal.sourceArn === undefined ? {} : { 'aws:SourceArn': principal.sourceArn }),
        ...permission.context,
      },
    };
    const attached = this.#resourceStatements(permission.resource);
    const verdict = evaluate([...identity.statements, ...attached], question);
    if (verdict === 'allowed') return;
    const reason =
      verdict === 'denied'
        ? 'with an explicit deny'
        : `because no ${principal.kind === 'service' ? 'resource' : 'identity'}-based policy allows the ${permission.action} action`;
    throw new AwsError(
      'AccessDeniedException',
      `User: ${principal.arn} is not authorized to perform: ${permission.action} on resource: ${permission.resource} ${reason}`,
    );
  }

  #identity(principal: Principal): {
    readonly statements: readonly Statement[];
    readonly caller: Question['caller'];
  } {
    if (principal.kind === 'service')
      return { statements: [], caller: { kind: 'Service', names: [principal.arn] } };
    const account = [this.#place.accountId, `arn:aws:iam::${this.#place.accountId}:root`];
    if (principal.kind === 'user') {
      const statements = this.#users.get(principal.arn) ?? [];
      return { statements, caller: { kind: 'AWS', names: [principal.arn], account } };
    }
    const roleName = /:assumed-role\/([^/]+)\//.exec(principal.arn)?.[1] ?? '';
    const roleArn = `arn:aws:iam::${this.#place.accountId}:role/${roleName}`;
    const statements = this.#roles.get(roleName)?.statements ?? [];
    return { statements, caller: { kind: 'AWS', names: [roleArn, principal.arn], account } };
  }

  #resourceStatements(resourceArn: string): readonly Statement[] {
    return this.#resourcePolicies(resourceArn).flatMap(({ document: policy, path }) => {
      if (typeof policy !== 'object' || policy === null)
        throw new UnsupportedTemplate(path, 'no policy document');
      let statements = this.#parsedResourcePolicies.get(policy);
      if (statements === undefined) {
        statements = parsePolicy(policy, 'resource', path);
        this.#parsedResourcePolicies.set(policy, statements);
      }
      return statements;
    });
  }
}
