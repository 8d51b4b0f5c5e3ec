import {
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
const generated = { SecretStringTemplate: '{"clientId":"x"}', GenerateStringKey: 'clientSecret' };

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
    expect(await start({ GenerateSecretString: generated }, { [SecretId]: 'seeded' }).get()).toBe('seeded');
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

  it('puts a generated value into a template', async () => {
    const GenerateSecretString = { ...generated, PasswordLength: 12, ExcludePunctuation: true };
    expect(JSON.parse(await start({ GenerateSecretString }).get())).toEqual({
      clientId: 'x',
      clientSecret: expect.stringMatching(/^[A-Za-z0-9]{12}$/),
    });
  });

  it.each([
    [{ SecretString: 'a', GenerateSecretString: generated }, /either/],
    [{ ReplicaRegions: [] }, /ReplicaRegions/],
    [{ GenerateSecretString: { ...generated, PasswordLength: 2 } }, /PasswordLength/],
    [{ GenerateSecretString: { ...generated, SecretStringTemplate: '[]' } }, /not a JSON object/],
    [{ GenerateSecretString: { GenerateStringKey: 'x' } }, /SecretStringTemplate/],
    [{ GenerateSecretString: { ...generated, IncludeSpace: true } }, /IncludeSpace/],
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

  it('keeps a pending value aside', async () => {
    const { get, put } = start({});
    await put('old', 'a');
    await put('new', 'b', ['AWSPENDING']);
    expect(await get()).toBe('old');
    expect(await get({ VersionStage: 'AWSPENDING' })).toBe('new');
  });

  it('takes a repeated put once, and refuses its token with another value', async () => {
    const { get, put } = start({});
    await put('same', 'a');
    await put('same', 'a');
    await expect(put('different', 'a')).rejects.toThrow(/another value/);
    expect(await get()).toBe('same');
    await expect(get({ VersionStage: 'AWSPREVIOUS' })).rejects.toThrow(/AWSPREVIOUS/);
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
});

describe('the API', () => {
  it('answers in the shapes of the SDK', async () => {
    const client = new SecretsManagerClient(sdkConfig(start().secrets));
    await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'second' }));
    const answer = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(answer).toMatchObject({ Name: SecretId, SecretString: 'second', VersionStages: ['AWSCURRENT'] });
    expect(answer.CreatedDate).toEqual(new Date('2026-03-02T09:00:00Z'));
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

  it.each(['CreateSecret', 'RotateSecret'])('does not offer %s', async (action) => {
    await expect(call(start().secrets, action, {})).rejects.toThrow(/does not offer/);
  });
});
