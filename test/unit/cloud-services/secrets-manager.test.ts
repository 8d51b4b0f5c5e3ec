import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { createSecretsManager } from '../../../infra/local/cloud/secrets-manager.ts';
import { UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';
import { apiCall, call, FakeCloud, type Json, resource } from './fake-cloud.ts';
import { ManualClock } from './manual-clock.ts';
import { sdkConfig } from './sdk-transport.ts';

const SecretId = 'local/visma';
const generated = { SecretStringTemplate: '{"clientId":"x"}', GenerateStringKey: 'clientSecret' };

function start(
  properties: Record<string, unknown> = { SecretString: 'first' },
  seed: Record<string, string> = {},
) {
  const clock = new ManualClock();
  const secrets = createSecretsManager(new FakeCloud(), seed, clock);
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
  const move = (VersionStage: string, from?: string, to?: string) =>
    call(secrets, 'UpdateSecretVersionStage', {
      SecretId,
      VersionStage,
      ...(from && { RemoveFromVersionId: token(from) }),
      ...(to && { MoveToVersionId: token(to) }),
    });
  /** Labels by the letter of their version, also of versions that have none. */
  const labels = async () => {
    const { Versions } = await call(secrets, 'ListSecretVersionIds', { SecretId, IncludeDeprecated: true });
    return Object.fromEntries(
      Versions.map((version: Json) => [version.VersionId[0], version.VersionStages.toSorted()]),
    );
  };
  return { secrets, clock, identity, get, put, token, move, labels };
}

/** A secret without a value that got one in each version a, b, …; the labels as given. */
async function startWith(versions: Readonly<Record<string, string[] | undefined>>) {
  const started = start({});
  for (const [letter, stages] of Object.entries(versions))
    await started.put(`value ${letter}`, letter, stages);
  return started;
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

  it('leaves AWSCURRENT where it is when a pending value is replaced', async () => {
    const { put, labels, get } = await startWith({ a: undefined, b: ['AWSPENDING'] });
    await put('newer', 'c', ['AWSPENDING']);
    expect(await labels()).toEqual({ a: ['AWSCURRENT'], b: [], c: ['AWSPENDING'] });
    expect(await get()).toBe('value a');
  });

  it('makes the first version current, whatever it is labelled', async () => {
    expect(await (await startWith({ a: ['AWSPENDING'] })).labels()).toEqual({
      a: ['AWSCURRENT', 'AWSPENDING'],
    });
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

describe('moving a label', () => {
  it('makes a pending version current and the one before it previous', async () => {
    const { move, labels, get } = await startWith({ a: undefined, b: undefined, c: ['AWSPENDING'] });
    await move('AWSCURRENT', 'b', 'c');
    expect(await labels()).toEqual({ a: [], b: ['AWSPREVIOUS'], c: ['AWSCURRENT', 'AWSPENDING'] });
    await move('AWSPENDING', 'c');
    expect(await labels()).toEqual({ a: [], b: ['AWSPREVIOUS'], c: ['AWSCURRENT'] });
    expect(await get()).toBe('value c');
    await expect(get({ VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  it('goes back to the version before', async () => {
    const { move, labels } = await startWith({ a: undefined, b: undefined });
    await move('AWSCURRENT', 'b', 'a');
    expect(await labels()).toEqual({ a: ['AWSCURRENT'], b: ['AWSPREVIOUS'] });
  });

  it('takes AWSPREVIOUS off, and keeps the version', async () => {
    const { move, labels, get, token } = await startWith({ a: undefined, b: undefined });
    await move('AWSPREVIOUS', 'a');
    expect(await labels()).toEqual({ a: [], b: ['AWSCURRENT'] });
    expect(await get({ VersionId: token('a') })).toBe('value a');
  });

  it('attaches one that nobody has, and does so once', async () => {
    const { move, labels } = await startWith({ a: undefined, b: undefined });
    await move('tried', undefined, 'a');
    await move('tried', undefined, 'a');
    expect(await labels()).toEqual({ a: ['AWSPREVIOUS', 'tried'], b: ['AWSCURRENT'] });
  });

  it.each([
    ['of another version without naming it', 'AWSCURRENT', undefined, 'c', /attached to version b{32}/],
    ['of another version than the named one', 'AWSCURRENT', 'a', 'c', /not attached to version a{32}/],
    ['that was moved already', 'AWSPREVIOUS', 'b', 'a', /not attached to version b{32}/],
    ['off a version that does not have it', 'AWSPENDING', 'b', undefined, /not attached to version b{32}/],
    ['off a version that does not exist', 'AWSPENDING', 'z', undefined, /not attached to version z{32}/],
    ['AWSCURRENT to nowhere', 'AWSCURRENT', 'b', undefined, /can't be completely removed/],
    ['neither from nor to a version', 'AWSPENDING', undefined, undefined, /RemoveFromVersionId, MoveTo/],
  ])('refuses one %s', async (_what, stage, from, to, reason) => {
    const { move, labels } = await startWith({ a: undefined, b: undefined, c: ['AWSPENDING'] });
    const before = await labels();
    const refused = move(stage, from, to);
    await expect(refused).rejects.toMatchObject({ code: 'InvalidParameterException' });
    await expect(refused).rejects.toThrow(reason);
    expect(await labels()).toEqual(before);
  });

  it('refuses a version that does not exist', async () => {
    const { move, labels } = await startWith({ a: undefined });
    await expect(move('AWSCURRENT', 'a', 'z')).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
    expect(await labels()).toEqual({ a: ['AWSCURRENT'] });
  });

  it.each([
    ['UpdateSecretVersionStage', { VersionStage: 'AWSPENDING', MoveToVersionId: 'short' }],
    ['UpdateSecretVersionStage', { MoveToVersionId: 'a'.repeat(32) }],
    ['ListSecretVersionIds', { MaxResults: 1 }],
    ['DescribeSecret', { VersionId: 'a'.repeat(32) }],
    ['PutSecretValue', { SecretString: 'x', VersionStages: [] }],
    ['PutSecretValue', { SecretString: 'x', RotationToken: 'x'.repeat(36) }],
  ])('refuses %s with %j', async (action, input) => {
    const { secrets, labels } = await startWith({ a: undefined });
    const refused = call(secrets, action, { SecretId, ...input });
    await expect(refused).rejects.toMatchObject({ code: 'ValidationException' });
    expect(await labels()).toEqual({ a: ['AWSCURRENT'] });
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

  it('describes a secret and its versions in the shapes of the SDK', async () => {
    const { secrets, clock, identity, token, put } = start({});
    const client = new SecretsManagerClient(sdkConfig(secrets));
    const created = new Date('2026-03-02T09:00:00Z');
    const described = () => client.send(new DescribeSecretCommand({ SecretId }));
    expect(await described()).toMatchObject({ CreatedDate: created, LastChangedDate: created });
    expect(await described()).not.toHaveProperty('VersionIdsToStages');
    await clock.advance(60_000);
    for (const letter of ['a', 'b', 'c']) await put(`value ${letter}`, letter);
    expect(await described()).toMatchObject({
      ARN: identity.ref,
      Name: SecretId,
      CreatedDate: created,
      LastChangedDate: new Date('2026-03-02T09:01:00Z'),
      VersionIdsToStages: { [token('b')]: ['AWSPREVIOUS'], [token('c')]: ['AWSCURRENT'] },
    });

    const list = async (IncludeDeprecated?: boolean) => {
      const command = new ListSecretVersionIdsCommand({
        SecretId,
        ...(IncludeDeprecated !== undefined && { IncludeDeprecated }),
      });
      return (await client.send(command)).Versions?.map(({ VersionId }) => VersionId);
    };
    expect(await list()).toEqual([token('b'), token('c')]);
    expect(await list(true)).toEqual([token('a'), token('b'), token('c')]);

    await clock.advance(60_000);
    await put('value c', 'c');
    expect((await described()).LastChangedDate).toEqual(new Date('2026-03-02T09:01:00Z'));
    const moved = new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: token('c'),
      MoveToVersionId: token('b'),
    });
    expect(await client.send(moved)).toMatchObject({ ARN: identity.ref, Name: SecretId });
    expect((await described()).LastChangedDate).toEqual(new Date('2026-03-02T09:02:00Z'));
    await expect(client.send(moved)).rejects.toThrow(InvalidParameterException);
  });

  it('asks IAM with the full ARN, whatever the caller calls it', () => {
    const { secrets, identity } = start();
    expect(secrets.permissions(apiCall('secretsmanager', 'GetSecretValue', { SecretId }))).toEqual([
      {
        action: 'secretsmanager:GetSecretValue',
        resource: identity.ref,
        context: { 'secretsmanager:SecretId': identity.ref },
      },
    ]);
  });

  it.each([
    ['GetSecretValue', { VersionStage: 'AWSPENDING' }, 'AWSPENDING'],
    ['GetSecretValue', { VersionId: 'a'.repeat(32) }, undefined],
    ['UpdateSecretVersionStage', { VersionStage: 'AWSCURRENT' }, 'AWSCURRENT'],
    ['PutSecretValue', { VersionStages: ['AWSPENDING'] }, undefined],
    ['DescribeSecret', {}, undefined],
    ['ListSecretVersionIds', {}, undefined],
  ])('tells IAM of the stage that %s names in %j', (action, input, stage) => {
    const { secrets, identity } = start();
    const asked = secrets.permissions(apiCall('secretsmanager', action, { SecretId, ...input }));
    expect(asked).toMatchObject([{ action: `secretsmanager:${action}`, resource: identity.ref }]);
    expect(asked[0]?.context?.['secretsmanager:VersionStage']).toBe(stage);
  });

  it.each(['CreateSecret', 'RotateSecret'])('does not offer %s', async (action) => {
    await expect(call(start().secrets, action, {})).rejects.toThrow(/does not offer/);
  });
});
