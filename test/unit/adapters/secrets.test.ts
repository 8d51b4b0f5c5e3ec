import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  createSigningKeys,
  createSigningSecrets,
  createVismaClientSecret,
  keysOf,
} from '../../../shared/adapters/secrets-manager/secrets.ts';

const manager = mockClient(SecretsManagerClient);
const client = new SecretsManagerClient({ region: 'eu-west-1' });
const calls = () => manager.commandCalls(GetSecretValueCommand).length;
const stored = (value: unknown) =>
  manager.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(value) });

let now: number;
const clock = () => new Date(now);
beforeEach(() => {
  manager.reset();
  now = Date.parse('2026-03-02T09:00:00Z');
});

describe('a secret', () => {
  it('is read once in five minutes', async () => {
    stored({ current: 'a' });
    const secret = createSigningSecrets('id', { client, clock });
    expect(await secret.read()).toEqual({ current: 'a' });
    stored({ current: 'b', previous: 'a' });
    now += 299_000;
    expect(await secret.read()).toEqual({ current: 'a' });
    expect(calls()).toBe(1);
    now += 1_000;
    expect(await secret.read()).toEqual({ current: 'b', previous: 'a' });
  });

  it('is read again for whoever it did not serve, every 30 seconds at most', async () => {
    stored({ current: 'a' });
    const secret = createSigningSecrets('id', { client, clock });
    await secret.read();
    stored({ current: 'b' });
    now += 30_000;
    expect(await secret.readAgain()).toEqual({ current: 'b' });
    stored({ current: 'c' });
    now += 29_000;
    expect(await secret.readAgain()).toEqual({ current: 'b' });
    expect(calls()).toBe(2);
  });

  it('is read again sooner where that is asked for', async () => {
    stored({ current: 'a' });
    const keys = createSigningKeys('id', { client, clock, againMs: 1_000 });
    expect(await keys.read()).toEqual(['a']);
    stored({ current: 'b', previous: 'a' });
    now += 999;
    expect(await keys.readAgain()).toEqual(['a']);
    now += 1;
    expect(await keys.readAgain()).toEqual(['b', 'a']);
    expect(calls()).toBe(2);
  });

  it('serves on while Secrets Manager is away, but not from the start', async () => {
    const away = Object.assign(new Error('down'), { name: 'InternalServiceError', $fault: 'server' });
    manager.on(GetSecretValueCommand).rejects(away);
    const secret = createVismaClientSecret('id', { client, clock });
    await expect(secret.read()).rejects.toMatchObject({ name: 'TransientError' });
    stored({ clientId: 'isv_test', clientSecret: 's' });
    await secret.read();
    manager.on(GetSecretValueCommand).rejects(away);
    now += 600_000;
    expect(await secret.read()).toEqual({ clientId: 'isv_test', clientSecret: 's', versionId: '' });
  });

  it('is looked for every 30 seconds at most while Secrets Manager is away, and at once when it is back', async () => {
    const away = Object.assign(new Error('down'), { name: 'InternalServiceError', $fault: 'server' });
    stored({ current: 'a' });
    const secret = createSigningSecrets('id', { client, clock });
    await secret.read();
    manager.on(GetSecretValueCommand).rejects(away);
    now += 300_000;
    const before = calls();
    for (let second = 0; second < 30; second += 1) {
      expect(await secret.read()).toEqual({ current: 'a' });
      expect(await secret.readAgain()).toEqual({ current: 'a' });
      now += 1_000;
    }
    expect(calls()).toBe(before + 1);
    stored({ current: 'b' });
    expect(await secret.read()).toEqual({ current: 'b' });
    now += 299_000;
    expect(await secret.read()).toEqual({ current: 'b' });
    expect(calls()).toBe(before + 2);
  });

  it('is no younger for a clock that was set back', async () => {
    stored({ current: 'a' });
    const secret = createSigningSecrets('id', { client, clock });
    await secret.read();
    stored({ current: 'b' });
    now -= 3_600_000;
    expect(await secret.read()).toEqual({ current: 'b' });
    const away = Object.assign(new Error('down'), { name: 'InternalServiceError', $fault: 'server' });
    manager.on(GetSecretValueCommand).rejects(away);
    now += 300_000;
    expect(await secret.read()).toEqual({ current: 'b' });
    stored({ current: 'c' });
    now -= 60_000 + 300_000;
    expect(await secret.read()).toEqual({ current: 'c' });
  });

  it.each(['no JSON but geheim', '{"clientId":"geheim"}', '""'])(
    'that does not fit is not quoted: %s',
    async (text) => {
      manager.on(GetSecretValueCommand).resolves({ SecretString: text });
      const failed = await createVismaClientSecret('visma', { client, clock })
        .read()
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ name: 'PermanentError' });
      expect(JSON.stringify(failed, Object.getOwnPropertyNames(failed))).not.toContain('geheim');
    },
  );

  it('without a right to it fails as such, also when it was read before', async () => {
    stored({ current: 'a' });
    const secret = createSigningSecrets('id', { client, clock });
    await secret.read();
    now += 600_000;
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException', $fault: 'client' });
    manager.on(GetSecretValueCommand).rejects(denied);
    await expect(secret.read()).rejects.toBe(denied);
  });
});

describe('the client secret', () => {
  const version = (stage: string, clientSecret: string) =>
    manager.on(GetSecretValueCommand, { SecretId: 'visma', VersionStage: stage }).resolves({
      SecretString: JSON.stringify({ clientId: 'isv_test', clientSecret }),
      VersionId: `version of ${clientSecret}`,
    });

  it('has a version, and the one before it', async () => {
    version('AWSCURRENT', 'new');
    version('AWSPREVIOUS', 'old');
    const secret = createVismaClientSecret('visma', { client, clock });
    expect(await secret.read()).toEqual({
      clientId: 'isv_test',
      clientSecret: 'new',
      versionId: 'version of new',
    });
    expect(await secret.readPrevious()).toMatchObject({ clientSecret: 'old' });
  });

  it('is read again at once for whoever was refused', async () => {
    version('AWSCURRENT', 'old');
    const secret = createVismaClientSecret('visma', { client, clock });
    await secret.read();
    version('AWSCURRENT', 'new');
    now += 1_000;
    expect(await secret.readAgain()).toMatchObject({ clientSecret: 'new' });
  });

  it('is read again at once for whoever was refused, also when it could not be read a moment ago', async () => {
    version('AWSCURRENT', 'old');
    const secret = createVismaClientSecret('visma', { client, clock });
    await secret.read();
    const away = Object.assign(new Error('down'), { name: 'InternalServiceError', $fault: 'server' });
    manager.on(GetSecretValueCommand, { SecretId: 'visma', VersionStage: 'AWSCURRENT' }).rejects(away);
    expect(await secret.readAgain()).toMatchObject({ clientSecret: 'old' });
    version('AWSCURRENT', 'new');
    expect(await secret.readAgain()).toMatchObject({ clientSecret: 'new' });
  });

  it('serves on when it was overwritten with what is none, and that is told', async () => {
    let told = 0;
    version('AWSCURRENT', 'old');
    const secret = createVismaClientSecret('visma', {
      client,
      clock,
      onMalformed: () => {
        told += 1;
      },
    });
    await secret.read();
    manager.on(GetSecretValueCommand).resolves({ SecretString: '{"clientId":"isv_test"}', VersionId: 'v' });
    now += 300_000;
    expect(await secret.read()).toMatchObject({ clientSecret: 'old' });
    now += 29_000;
    expect(await secret.read()).toMatchObject({ clientSecret: 'old' });
    expect(told).toBe(1);
    now += 1_000;
    expect(await secret.read()).toMatchObject({ clientSecret: 'old' });
    expect(await secret.readAgain()).toMatchObject({ clientSecret: 'old' });
    expect(told).toBe(3);
  });

  it('that never was one fails, and that is told too', async () => {
    const told: string[] = [];
    manager.on(GetSecretValueCommand).resolves({ SecretString: 'geheim' });
    const onMalformed = () => void told.push('malformed');
    const secret = createVismaClientSecret('visma', { client, clock, onMalformed });
    await expect(secret.read()).rejects.toMatchObject({ name: 'PermanentError' });
    expect(told).toEqual(['malformed']);
  });

  it('has no previous version once the label is gone, but what is denied is no absence', async () => {
    version('AWSPREVIOUS', 'old');
    const secret = createVismaClientSecret('visma', { client, clock });
    await secret.readPrevious();
    now += 1_000;
    const gone = new ResourceNotFoundException({ message: 'no label', $metadata: {} });
    manager.on(GetSecretValueCommand).rejects(gone);
    expect(await secret.readPrevious()).toBeUndefined();
    const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException', $fault: 'client' });
    manager.on(GetSecretValueCommand).rejects(denied);
    await expect(secret.readPrevious()).rejects.toBe(denied);
  });
});

it('both keys count, newest first', () => {
  expect(keysOf({ current: 'b', previous: 'a' })).toEqual(['b', 'a']);
  expect(keysOf({ current: 'b' })).toEqual(['b']);
});
