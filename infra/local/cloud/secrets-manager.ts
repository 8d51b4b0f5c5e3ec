import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { readInput } from './api-input.ts';
import { type Clock, systemClock } from './clock.ts';
import { readProperties } from './properties.ts';
import { generateProperties, generateSecretString } from './secrets-manager-password.ts';
import { Versions } from './secrets-manager-versions.ts';
import {
  type ApiCall,
  AwsError,
  type Cloud,
  type CloudService,
  type Identity,
  type Permission,
  type Resource,
  type ResourcePolicy,
  UnsupportedTemplate,
} from './service.ts';

const secretProperties = z.strictObject({
  Name: z
    .string()
    .regex(/^[A-Za-z0-9/_+=.@-]{1,512}$/)
    .optional(),
  Description: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: generateProperties.optional(),
  KmsKeyId: z.string().optional(),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]),
});
const policyProperties = z.strictObject({
  SecretId: z.string(),
  ResourcePolicy: z.unknown(),
  BlockPublicPolicy: z.boolean().optional(),
});
const secretId = { SecretId: z.string().min(1).max(2048) };
const token = z.string().min(32).max(64).optional();
const getInput = z.strictObject({
  ...secretId,
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});
const putInput = z.strictObject({
  ...secretId,
  SecretString: z.string(),
  ClientRequestToken: token,
  VersionStages: z.array(z.string()).max(20).default([]),
});
const updateInput = z.strictObject({
  ...secretId,
  SecretString: z.string().optional(),
  ClientRequestToken: token,
  Description: z.string().optional(),
  KmsKeyId: z.string().optional(),
});
const stageInput = z.strictObject({
  ...secretId,
  VersionStage: z.string(),
  MoveToVersionId: z.string().optional(),
  RemoveFromVersionId: z.string().optional(),
});
const listInput = z.strictObject({
  ...secretId,
  IncludeDeprecated: z.boolean().default(false),
  MaxResults: z.int().optional(),
});

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly createdAt: number;
  readonly versions: Versions;
  description: string | undefined;
  kmsKeyId: string | undefined;
  changedAt: number;
  accessedAt: number | undefined;
}

export interface SecretsManagerService extends CloudService {
  create(resource: Resource): Identity;
}

/**
 * AWS Secrets Manager. `seed` gives values by secret name, which win over generated and literal ones; a name that no
 * template declares stops the start. Rotation and replicas are not offered, binary values neither.
 */
export function createSecretsManager(
  cloud: Cloud,
  seed: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
): SecretsManagerService {
  /** By full ARN. */
  const secrets = new Map<string, Secret>();
  const policies = new Map<string, ResourcePolicy[]>();
  const prefix = `arn:aws:secretsmanager:${cloud.region}:${cloud.accountId}:secret:`;

  function create(resource: Resource): Identity {
    if (resource.type === 'AWS::SecretsManager::ResourcePolicy') {
      const properties = readProperties(resource, policyProperties);
      const { arn } = find(properties.SecretId);
      const policy = {
        document: properties.ResourcePolicy,
        path: `${resource.path}.Properties.ResourcePolicy`,
      };
      policies.set(arn, [...(policies.get(arn) ?? []), policy]);
      return { ref: arn, attributes: { Id: arn } };
    }
    const properties = readProperties(resource, secretProperties);
    const { GenerateSecretString: generate, SecretString: literal } = properties;
    if (generate !== undefined && literal !== undefined) {
      throw new UnsupportedTemplate(resource.path, 'either SecretString or GenerateSecretString');
    }
    const name = properties.Name ?? `${resource.logicalId}-${letters(`name ${resource.path}`, 12)}`;
    const arn = `${prefix}${name}-${letters(name, 6)}`;
    if (secrets.has(arn)) throw new UnsupportedTemplate(resource.path, `a second secret named ${name}`);
    const versions = new Versions();
    const now = clock.now();
    const value =
      seed[name] ??
      literal ??
      (generate && generateSecretString(generate, `${resource.path}.Properties.GenerateSecretString`));
    // A secret without any value exists; reading it fails until somebody puts one, as on AWS.
    if (value !== undefined) versions.put(randomUUID(), value, [], now);
    secrets.set(arn, {
      arn,
      name,
      tags: properties.Tags,
      createdAt: now,
      versions,
      description: properties.Description,
      kmsKeyId: properties.KmsKeyId,
      changedAt: now,
      accessedAt: undefined,
    });
    return { ref: arn, attributes: { Id: arn } };
  }

  /** By full ARN, ARN without the suffix, or name. */
  function lookUp(id: string): Secret | undefined {
    const exact = secrets.get(id);
    if (exact !== undefined) return exact;
    const name = id.startsWith(prefix) ? id.slice(prefix.length) : id;
    return [...secrets.values()].find((secret) => secret.name === name);
  }

  function find(id: string): Secret {
    const found = lookUp(id);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', `Secrets Manager can't find the specified secret: ${id}`);
  }

  function permissions(call: ApiCall): readonly Permission[] {
    const action = `secretsmanager:${call.action}`;
    const id = z.string().catch('').parse(call.input.SecretId);
    if (id === '') return [{ action, resource: '*' }];
    const known = lookUp(id)?.arn;
    const stage = z.string().catch('AWSCURRENT').parse(call.input.VersionStage);
    const context = call.action === 'GetSecretValue' ? { 'secretsmanager:VersionStage': stage } : {};
    const resource = known ?? (id.startsWith('arn:') ? id : `${prefix}${id}`);
    return [{ action, resource, context: { ...context, 'secretsmanager:SecretId': known ?? id } }];
  }

  function put(secret: Secret, value: string, requestToken: string | undefined, stages: readonly string[]) {
    const id = requestToken ?? randomUUID();
    secret.versions.put(id, value, stages, clock.now());
    secret.changedAt = clock.now();
    return { ARN: secret.arn, Name: secret.name, VersionId: id };
  }

  function answer(call: ApiCall): unknown {
    switch (call.action) {
      case 'GetSecretValue': {
        const input = readInput(call, getInput);
        const secret = find(input.SecretId);
        const version = secret.versions.get(input.VersionId, input.VersionStage);
        secret.accessedAt = clock.now();
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: version.id,
          SecretString: version.value,
          VersionStages: version.stages,
          CreatedDate: version.createdAt / 1000,
        };
      }
      case 'PutSecretValue': {
        const input = readInput(call, putInput);
        const answered = put(
          find(input.SecretId),
          input.SecretString,
          input.ClientRequestToken,
          input.VersionStages,
        );
        return { ...answered, VersionStages: find(input.SecretId).versions.stagesOf(answered.VersionId) };
      }
      case 'UpdateSecret': {
        const input = readInput(call, updateInput);
        const secret = find(input.SecretId);
        secret.description = input.Description ?? secret.description;
        secret.kmsKeyId = input.KmsKeyId ?? secret.kmsKeyId;
        secret.changedAt = clock.now();
        if (input.SecretString === undefined) return { ARN: secret.arn, Name: secret.name };
        return put(secret, input.SecretString, input.ClientRequestToken, []);
      }
      case 'UpdateSecretVersionStage': {
        const input = readInput(call, stageInput);
        const secret = find(input.SecretId);
        secret.versions.move(input.VersionStage, input.MoveToVersionId, input.RemoveFromVersionId);
        secret.changedAt = clock.now();
        return { ARN: secret.arn, Name: secret.name };
      }
      case 'DescribeSecret':
        return describe(find(readInput(call, z.strictObject(secretId)).SecretId));
      case 'ListSecretVersionIds': {
        const input = readInput(call, listInput);
        const secret = find(input.SecretId);
        // Without labels a version is deprecated, "and Secrets Manager can delete it".
        const versions = secret.versions
          .list()
          .filter((version) => input.IncludeDeprecated || version.stages.length > 0);
        return {
          ARN: secret.arn,
          Name: secret.name,
          Versions: versions.map((version) => ({
            VersionId: version.id,
            VersionStages: version.stages,
            CreatedDate: version.createdAt / 1000,
          })),
        };
      }
      default:
        throw new AwsError(
          'UnknownOperationException',
          `The local cloud does not offer secretsmanager:${call.action}.`,
        );
    }
  }

  return {
    name: 'secretsmanager',
    types: ['AWS::SecretsManager::Secret', 'AWS::SecretsManager::ResourcePolicy'],
    create,
    permissions,
    resourcePolicies: (arn) => policies.get(arn) ?? [],
    call: async (call) => ({ body: answer(call) }),
    async start() {
      const unknown = Object.keys(seed).filter(
        (name) => ![...secrets.values()].some((secret) => secret.name === name),
      );
      if (unknown.length === 0) return;
      const known = [...secrets.values()].map((secret) => secret.name).join(', ');
      throw new Error(
        `seeded secrets that no template declares: ${unknown.join(', ')}; declared are: ${known}`,
      );
    },
    async stop() {},
  };
}

function describe(secret: Secret): Record<string, unknown> {
  const staged = secret.versions.list().filter((version) => version.stages.length > 0);
  return {
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description !== undefined && { Description: secret.description }),
    ...(secret.kmsKeyId !== undefined && { KmsKeyId: secret.kmsKeyId }),
    Tags: secret.tags,
    CreatedDate: secret.createdAt / 1000,
    LastChangedDate: secret.changedAt / 1000,
    // AWS gives the day, not the moment.
    ...(secret.accessedAt !== undefined && {
      LastAccessedDate: Math.floor(secret.accessedAt / 86_400_000) * 86_400,
    }),
    VersionIdsToStages: Object.fromEntries(staged.map((version) => [version.id, version.stages])),
  };
}

/** Letters like those that AWS appends to names; the same on every start. */
function letters(text: string, count: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const digest = createHash('sha256').update(text).digest();
  return [...digest.subarray(0, count)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
