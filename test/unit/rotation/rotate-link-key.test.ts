import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { rotateLinkKey } from '../../../functions/rotate-link-key/rotate-link-key.ts';
import { createSecretsManager } from '../../../infra/local/cloud/secrets-manager.ts';
import {
  createLinkKeyVersions,
  type LinkKeyVersions,
} from '../../../shared/adapters/secrets-manager/link-key-versions.ts';
import { FakeCloud, resource } from '../cloud-services/fake-cloud.ts';
import { ManualClock } from '../cloud-services/manual-clock.ts';
import { sdkConfig } from '../cloud-services/sdk-transport.ts';

const secretId = 'local/connect-link-key';
const tokens = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [string, string, string];
const [first, second, third] = tokens;
const dayMs = 24 * 3_600_000;

/** The local cloud's secret with the key `key-0`; each rotation makes the next number. */
function scene() {
  const clock = new ManualClock();
  const manager = createSecretsManager(new FakeCloud(), {}, clock);
  manager.create(
    resource('AWS::SecretsManager::Secret', { Name: secretId, SecretString: '{"current":"key-0"}' }),
  );
  const versions = createLinkKeyVersions(secretId, new SecretsManagerClient(sdkConfig(manager)));
  const logged: unknown[] = [];
  let made = 0;
  return {
    clock,
    versions,
    logged,
    keys: async () => (await versions.current()).keys,
    rotate: (requestToken: string, { force = false, instead = {} as Partial<LinkKeyVersions> } = {}) =>
      rotateLinkKey(
        {
          versions: { ...versions, ...instead },
          newKey: () => {
            made += 1;
            return `key-${made}`;
          },
          linkDays: 30,
          clock: () => new Date(clock.now()),
          log: { info: (...line) => logged.push(line) },
        },
        { requestToken, force },
      ),
  };
}

/** Lets `count` callers pass once all have come. */
function gate(count: number): () => Promise<void> {
  let waiting = 0;
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    waiting += 1;
    if (waiting === count) open();
    return opened;
  };
}

describe('the rotation of the link key', () => {
  it('makes a new key and keeps the old one, and tells neither', async () => {
    const { rotate, keys, logged } = scene();
    const answer = await rotate(first);
    expect(answer).toEqual({ outcome: 'rotated' });
    expect(await keys()).toEqual({ current: 'key-1', previous: 'key-0' });
    expect(logged).toHaveLength(1);
    expect(JSON.stringify(logged)).not.toContain('key-');
  });

  it('happens once for a command that is repeated, forced or not', async () => {
    const { rotate, keys, logged } = scene();
    await rotate(first);
    expect(await rotate(first)).toEqual({ outcome: 'repeated' });
    expect(await rotate(first, { force: true })).toEqual({ outcome: 'repeated' });
    expect(await keys()).toEqual({ current: 'key-1', previous: 'key-0' });
    expect(logged).toHaveLength(1);
  });

  it('waits until no link of the previous key can be left, the sender’s lag included', async () => {
    const { rotate, keys, clock } = scene();
    await rotate(first);
    const possibleFrom = new Date(clock.now() + 30 * dayMs + 3_600_000).toISOString();
    await clock.advance(30 * dayMs + 3_599_000);
    expect(await rotate(second)).toEqual({ outcome: 'too-early', possibleFrom });
    expect(await keys()).toEqual({ current: 'key-1', previous: 'key-0' });
    await clock.advance(1_000);
    expect(await rotate(second)).toEqual({ outcome: 'rotated' });
    expect((await keys()).previous).toBe('key-1');
  });

  it('does not wait when it is forced, and twice ends every link there was', async () => {
    const { rotate, keys } = scene();
    await rotate(first, { force: true });
    await rotate(second, { force: true });
    expect(await keys()).toEqual({ current: 'key-2', previous: 'key-1' });
    expect(await rotate(third)).toMatchObject({ outcome: 'too-early' });
    expect(await rotate(first, { force: true })).toEqual({ outcome: 'overtaken' });
  });

  it.each([
    ['two commands', [first, second], ['overtaken', 'rotated']],
    ['one command twice', [first, first], ['repeated', 'rotated']],
  ])('is won by one of %s at the same time', async (_name, pair, outcomes) => {
    const { rotate, keys, versions, logged } = scene();
    const pass = gate(2);
    const instead = {
      makeCurrent: async (...move: Parameters<LinkKeyVersions['makeCurrent']>) => {
        await pass();
        return versions.makeCurrent(...move);
      },
    };
    const answers = await Promise.all(pair.map((token) => rotate(token, { force: true, instead })));
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(outcomes);
    expect((await keys()).previous).toBe('key-0');
    expect(logged).toHaveLength(1);
  });

  it('goes on with the key that it had staged when it was cut off, but not with an old one', async () => {
    const { rotate, keys, clock } = scene();
    const instead = { makeCurrent: () => Promise.reject(new Error('killed')) };
    await expect(rotate(first, { instead })).rejects.toThrow('killed');
    await expect(rotate(second, { instead })).rejects.toThrow('killed');
    expect(await keys()).toEqual({ current: 'key-0' });
    expect(await rotate(first)).toEqual({ outcome: 'rotated' });
    expect(await keys()).toEqual({ current: 'key-1', previous: 'key-0' });
    await clock.advance(40 * dayMs);
    await expect(rotate(third, { instead })).rejects.toThrow('killed');
    await clock.advance(15 * 60_000 + 1_000);
    expect(await rotate(third)).toEqual({ outcome: 'overtaken' });
    expect(await keys()).toEqual({ current: 'key-1', previous: 'key-0' });
  });
});
