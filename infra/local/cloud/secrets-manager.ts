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
  Tags: z.unknown().optional(),
});
const secretId = { SecretId: z.string().min(1).max(2048) };
const token = z.string().min(32).max(64).optional();
const getInput = z.strictObject({
  ...secretId,
  VersionId: z.string().optional(),
  VersionStage: z.string().optional(),
});
const stage = z.string().min(1).max(256);
const putInput = z.strictObject({
  ...secretId,
  SecretString: z.string(),
  ClientRequestToken: token,
  VersionStages: z.array(stage).min(1).max(20).default([]),
});
const describeInput = z.strictObject(secretId);
// One page holds all: nothing here makes more versions than fit in one.
const listInput = z.strictObject({ ...secretId, IncludeDeprecated: z.boolean().default(false) });
const updateStageInput = z.strictObject({
  ...secretId,
  VersionStage: stage,
  RemoveFromVersionId: token,
  MoveToVersionId: token,
});
/** Calls whose `VersionStage` IAM sees (Service Authorization Reference). */
const callsOfAStage = new Set(['GetSecretValue', 'UpdateSecretVersionStage']);

interface Secret {
  readonly arn: string;
  readonly name: string;
  readonly createdAt: number;
  readonly versions: Versions;
}

export interface SecretsManagerService extends CloudService {
  create(resource: Resource): Identity;
}

/**
 * AWS Secrets Manager. `seed` gives values by secret name, which win over generated and literal ones; a name that no
 * template declares stops the start. Values are read and put and their labels moved; rotation by Secrets Manager itself,
 * replicas and binary values are not offered.
 */
export function createSecretsManager(
  cloud: Cloud,
  seed: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
): SecretsManagerService {
  /** By full ARN. */
  const secrets = new Map<string, Secret>();
  const prefix = `arn:aws:secretsmanager:${cloud.region}:${cloud.accountId}:secret:`;

  function create(resource: Resource): Identity {
    const properties = readProperties(resource, secretProperties);
    const { GenerateSecretString: generate, SecretString: literal } = properties;
    if (generate !== undefined && literal !== undefined) {
      throw new UnsupportedTemplate(resource.path, 'either SecretString or GenerateSecretString');
    }
    const name = properties.Name ?? `${resource.logicalId}-${letters(`name ${resource.path}`, 12)}`;
    const arn = `${prefix}${name}-${letters(name, 6)}`;
    if (secrets.has(arn)) throw new UnsupportedTemplate(resource.path, `a second secret named ${name}`);
    const versions = new Versions();
    const value =
      seed[name] ??
      literal ??
      (generate && generateSecretString(generate, `${resource.path}.Properties.GenerateSecretString`));
    // A secret without any value exists; reading it fails until somebody puts one, as on AWS.
    if (value !== undefined) versions.put(randomUUID(), value, [], clock.now());
    secrets.set(arn, { arn, name, createdAt: clock.now(), versions });
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
    const resource = known ?? (id.startsWith('arn:') ? id : `${prefix}${id}`);
    const context: Record<string, string> = { 'secretsmanager:SecretId': known ?? id };
    // "… version stages in the request": a caller who names none has none, also where AWSCURRENT is what he gets.
    const named = stage.safeParse(call.input.VersionStage);
    if (callsOfAStage.has(call.action) && named.success) context['secretsmanager:VersionStage'] = named.data;
    return [{ action, resource, context }];
  }

  function answer(call: ApiCall): unknown {
    switch (call.action) {
      case 'GetSecretValue': {
        const input = readInput(call, getInput);
        const secret = find(input.SecretId);
        const version = secret.versions.get(input.VersionId, input.VersionStage);
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
        const { arn, name, versions } = find(input.SecretId);
        const id = input.ClientRequestToken ?? randomUUID();
        versions.put(id, input.SecretString, input.VersionStages, clock.now());
        return { ARN: arn, Name: name, VersionId: id, VersionStages: versions.stagesOf(id) };
      }
      case 'DescribeSecret': {
        const { arn, name, createdAt, versions } = find(readInput(call, describeInput).SecretId);
        const labelled = versions.list().filter(({ stages }) => stages.length > 0);
        return {
          ARN: arn,
          Name: name,
          CreatedDate: createdAt / 1000,
          LastChangedDate: (versions.changedAt ?? createdAt) / 1000,
          ...(labelled.length === 0
            ? {}
            : { VersionIdsToStages: Object.fromEntries(labelled.map(({ id, stages }) => [id, stages])) }),
        };
      }
      case 'ListSecretVersionIds': {
        const input = readInput(call, listInput);
        const { arn, name, versions } = find(input.SecretId);
        const listed = versions.list().filter(({ stages }) => input.IncludeDeprecated || stages.length > 0);
        return {
          ARN: arn,
          Name: name,
          Versions: listed.map(({ id, stages, createdAt }) => ({
            VersionId: id,
            VersionStages: stages,
            CreatedDate: createdAt / 1000,
          })),
        };
      }
      case 'UpdateSecretVersionStage': {
        const input = readInput(call, updateStageInput);
        const { arn, name, versions } = find(input.SecretId);
        versions.move(input.VersionStage, input.RemoveFromVersionId, input.MoveToVersionId, clock.now());
        return { ARN: arn, Name: name };
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
    types: ['AWS::SecretsManager::Secret'],
    create,
    permissions,
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

/** Letters like those that AWS appends to names; the same on every start. */
function letters(text: string, count: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const digest = createHash('sha256').update(text).digest();
  return [...digest.subarray(0, count)].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
}
