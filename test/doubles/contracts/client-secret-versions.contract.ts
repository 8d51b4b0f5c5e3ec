import { beforeEach, expect, it } from 'vitest';
import type { ClientSecretVersions } from '../../../shared/adapters/secrets-manager/client-secret-versions.ts';

/** A secret with one version, `{clientId: 'isv_test', clientSecret: 'first'}`. */
export interface OpenedSecret {
  readonly versions: ClientSecretVersions;
  /** Adds a version of this text as an operator does, a second later. Answers its id. */
  put(text: string, labels?: readonly string[]): Promise<string>;
}

const second = '{"clientId":"isv_test","clientSecret":"second"}';

/** What holds for every ClientSecretVersions. */
export function clientSecretVersionsContract(open: () => Promise<OpenedSecret>): void {
  let secret: OpenedSecret;
  let first: string;
  beforeEach(async () => {
    secret = await open();
    first = (await secret.versions.labels()).current;
  });

  it('has a current version at first and reads it', async () => {
    expect(await secret.versions.labels()).toEqual({ current: first, changedAt: expect.any(Number) });
    expect(await secret.versions.read(first)).toMatchObject({
      versionId: first,
      client: { clientId: 'isv_test', clientSecret: 'first' },
    });
  });

  it('tells of a staged version, and when it was made', async () => {
    const staged = await secret.put(second, ['AWSPENDING']);
    const labels = await secret.versions.labels();
    expect(labels).toMatchObject({ current: first, pending: staged });
    const { createdAt } = await secret.versions.read(staged);
    expect(createdAt).toBe(labels.changedAt);
    expect(createdAt).toBeGreaterThan((await secret.versions.read(first)).createdAt);
  });

  it('reads what is no client as none', async () => {
    for (const text of ['geheim', '{"clientId":"isv_test"}', '{"clientId":"","clientSecret":"x"}']) {
      const { client } = await secret.versions.read(await secret.put(text, ['AWSPENDING']));
      expect(client).toBeUndefined();
    }
  });

  it('makes a version current; the one before follows as the previous, and the label it had stays', async () => {
    const staged = await secret.put(second, ['AWSPENDING']);
    await secret.versions.makeCurrent(staged, first);
    expect(await secret.versions.labels()).toMatchObject({
      current: staged,
      previous: first,
      pending: staged,
    });
    await secret.versions.removeLabel('AWSPENDING', staged);
    await secret.versions.removeLabel('AWSPREVIOUS', first);
    expect(await secret.versions.labels()).toEqual({ current: staged, changedAt: expect.any(Number) });
  });

  it('goes back to a version without a label', async () => {
    const staged = await secret.put(second);
    await secret.versions.removeLabel('AWSPREVIOUS', first);
    await secret.versions.makeCurrent(first, staged);
    expect(await secret.versions.labels()).toMatchObject({ current: first, previous: staged });
  });

  it('refuses a change by whoever was late', async () => {
    const staged = await secret.put(second, ['AWSPENDING']);
    await secret.versions.makeCurrent(staged, first);
    const late = { name: 'TransientError' };
    await expect(secret.versions.makeCurrent(staged, first)).rejects.toMatchObject(late);
    await secret.versions.removeLabel('AWSPENDING', staged);
    await expect(secret.versions.removeLabel('AWSPENDING', staged)).rejects.toMatchObject(late);
    await expect(secret.versions.removeLabel('AWSPREVIOUS', staged)).rejects.toMatchObject(late);
    expect(await secret.versions.labels()).toMatchObject({ current: staged, previous: first });
  });
}
