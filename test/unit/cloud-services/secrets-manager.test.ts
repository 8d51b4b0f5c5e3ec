import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { createSecretsManager } from '../../../infra/local/cloud/secrets-manager.ts';
import { UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';
import { apiCall, call, FakeCloud, resource } from './fake-cloud.ts';
import { ManualClock } from './manual-clock.ts';
import { sdkConfig } from './sdk-transport.ts';

const SecretId = 'local/visma';

function start(
  properties: Record<string, unknown> = { SecretString: 'first' },
  seed: Record<string, string> = {},
) {
  const secrets = createSecretsManager(new FakeCloud(), seed, new ManualClock());
  const identity = secrets.create(
    resource('AWS::SecretsManager::Secret', { Name: SecretId, ...properties }, 'Visma'),
  );
  const get = async (more = {}) =>
    (await call(secrets, 'GetSecretValue', { SecretId, ...more })).SecretString;
  const token = (letter: string) => letter.repeat(32);
  const put = (SecretString: string, letter: string, VersionStages?: string[]) =>
    call(secrets, 'PutSecretValue', {
      SecretId,
      SecretString,
      ClientRequestToken: token(letter),
      ...(VersionStages && { VersionStages }),
    });
  return { secrets, identity, get, put, token };
}

describe('a secret', () => {
  it('is found by name, full ARN and ARN without suffix', async () => {
    const { identity, get } = start();
    expect(identity.ref).toMatch(
      /^arn:aws:secretsmanager:eu-west-1:000000000000:secret:local\/visma-[A-Za-z]{6}$/,
    );
    expect(start().identity).toEqual(identity);
    for (const id of [SecretId, identity.ref, identity.ref.slice(0, -7)]) {
      expect(await get({ SecretId: id })).toBe('first');
    }
    await expect(get({ SecretId: 'local/other' })).rejects.toThrow(/can't find the specified secret/);
  });

  it('takes its value from the seed before the template', async () => {
    expect(await start({ GenerateSecretString: {} }, { [SecretId]: 'seeded' }).get()).toBe('seeded');
  });

  it('stops the start for a seed that belongs to no secret', async () => {
    const { secrets } = start({}, { 'local/typo': 'x' });
    await expect(secrets.start?.()).rejects.toThrow(/local\/typo.*declared are: local\/visma/);
    await expect(start({}, { [SecretId]: 'x' }).secrets.start?.()).resolves.toBeUndefined();
  });

  it('has no value until somebody puts one', async () => {
    const { get, put } = start({});
    await expect(get()).rejects.toThrow(/staging label: AWSCURRENT/);
    await put('now', 'a');
    expect(await get()).toBe('now');
  });

  it('generates a value of every included kind', async () => {
    const GenerateSecretString = { PasswordLength: 12, ExcludePunctuation: true, ExcludeCharacters: 'aA0' };
    const value = await start({ GenerateSecretString }).get();
    expect(value).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[b-zB-Z1-9]{12}$/);
  });

  it('puts a generated value into a template', async () => {
    const GenerateSecretString = {
      SecretStringTemplate: '{"clientId":"x"}',
      GenerateStringKey: 'clientSecret',
    };
    expect(JSON.parse(await start({ GenerateSecretString }).get())).toEqual({
      clientId: 'x',
      clientSecret: expect.stringMatching(/^.{32}$/s),
    });
  });

  it.each([
    [{ SecretString: 'a', GenerateSecretString: {} }, /either/],
    [{ ReplicaRegions: [] }, /ReplicaRegions/],
    [{ GenerateSecretString: { PasswordLength: 2 } }, /too short/],
    [{ GenerateSecretString: { GenerateStringKey: 'x' } }, /go together/],
  ])('refuses %j', (properties, reason) => {
    expect(() => start(properties)).toThrow(UnsupportedTemplate);
    expect(() => start(properties)).toThrow(reason);
  });
});

describe('versions and stages', () => {
  it('moves AWSCURRENT to a new value and AWSPREVIOUS behind it', async () => {
    const { get, put } = start();
    await put('second', 'b');
    expect(await get()).toBe('second');
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toBe('first');
    await put('third', 'c');
    expect(await get({ VersionStage: 'AWSPREVIOUS' })).toBe('second');
  });

  it('keeps a pending value aside until it is made current', async () => {
    const { secrets, get, put, token } = start({});
    await put('old', 'a');
    await put('new', 'b', ['AWSPENDING']);
    expect(await get()).toBe('old');
    expect(await get({ VersionStage: 'AWSPENDING' })).toBe('new');
    const move = { SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: token('b') };
    await expect(call(secrets, 'UpdateSecretVersionStage', move)).rejects.toThrow(/RemoveFromVersionId/);
    await call(secrets, 'UpdateSecretVersionStage', { ...move, RemoveFromVersionId: token('a') });
    await call(secrets, 'UpdateSecretVersionStage', {
      SecretId,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: token('b'),
    });
    expect((await call(secrets, 'DescribeSecret', { SecretId })).VersionIdsToStages).toEqual({
      [token('a')]: ['AWSPREVIOUS'],
      [token('b')]: ['AWSCURRENT'],
    });
  });

  it('takes a repeated put once, and refuses its token with another value', async () => {
    const { secrets, put } = start({});
    await put('same', 'a');
    await put('same', 'a');
    await expect(put('different', 'a')).rejects.toThrow(/another value/);
    expect((await call(secrets, 'ListSecretVersionIds', { SecretId })).Versions).toHaveLength(1);
  });

  it('lists versions without labels only when asked', async () => {
    const { secrets, put } = start({});
    for (const letter of ['a', 'b', 'c']) await put(letter, letter);
    const list = async (more = {}) =>
      (await call(secrets, 'ListSecretVersionIds', { SecretId, ...more })).Versions;
    expect(await list()).toHaveLength(2);
    expect(await list({ IncludeDeprecated: true })).toHaveLength(3);
  });

  it('gives a version by id and refuses a label that it does not have', async () => {
    const { get, put, token } = start();
    await put('second', 'b');
    expect(await get({ VersionId: token('b') })).toBe('second');
    await expect(get({ VersionId: token('b'), VersionStage: 'AWSPREVIOUS' })).rejects.toThrow(
      /not associated/,
    );
    await expect(get({ VersionId: token('z') })).rejects.toThrow(/VersionId/);
  });

  it('updates a secret: description alone, or with a new current value', async () => {
    const { secrets, get } = start();
    await call(secrets, 'UpdateSecret', { SecretId, Description: 'client of Visma' });
    expect(await get()).toBe('first');
    await call(secrets, 'UpdateSecret', { SecretId, SecretString: 'second' });
    expect(await get()).toBe('second');
    expect((await call(secrets, 'DescribeSecret', { SecretId })).Description).toBe('client of Visma');
  });
});

describe('the API', () => {
  it('answers in the shapes of the SDK', async () => {
    const client = new SecretsManagerClient(sdkConfig(start().secrets));
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'second' }));
    const answer = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(answer).toMatchObject({ Name: SecretId, SecretString: 'second', VersionStages: ['AWSCURRENT'] });
    expect(answer.CreatedDate).toEqual(new Date('2026-03-02T09:00:00Z'));
    const described = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(described.LastAccessedDate).toEqual(new Date('2026-03-02T00:00:00Z'));
    const missing = client.send(new GetSecretValueCommand({ SecretId: 'nope' }));
    await expect(missing).rejects.toThrow(ResourceNotFoundException);
  });

  it('asks IAM with the full ARN, whatever the caller calls it', () => {
    const { secrets, identity } = start();
    expect(secrets.permissions(apiCall('secretsmanager', 'GetSecretValue', { SecretId }))).toEqual([
      {
        action: 'secretsmanager:GetSecretValue',
        resource: identity.ref,
        context: { 'secretsmanager:SecretId': identity.ref, 'secretsmanager:VersionStage': 'AWSCURRENT' },
      },
    ]);
  });

  it('offers resource policies to the evaluation of IAM', () => {
    const { secrets, identity } = start();
    const ResourcePolicy = { Statement: [] };
    secrets.create(
      resource('AWS::SecretsManager::ResourcePolicy', { SecretId: identity.ref, ResourcePolicy }, 'Policy'),
    );
    expect(secrets.resourcePolicies?.(identity.ref)).toMatchObject([{ document: ResourcePolicy }]);
  });

  it.each(['CreateSecret', 'RotateSecret'])('does not offer %s', async (action) => {
    await expect(call(start().secrets, action, {})).rejects.toThrow(/does not offer/);
  });
});
