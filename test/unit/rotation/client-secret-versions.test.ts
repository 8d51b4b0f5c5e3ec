import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { createSecretsManager } from '../../../infra/local/cloud/secrets-manager.ts';
import { createClientSecretVersions } from '../../../shared/adapters/secrets-manager/client-secret-versions.ts';
import { clientSecretVersionsContract } from '../../doubles/contracts/client-secret-versions.contract.ts';
import { createInMemoryClientSecret } from '../../doubles/in-memory/client-secret-versions.ts';
import { FakeCloud, resource } from '../cloud-services/fake-cloud.ts';
import { ManualClock } from '../cloud-services/manual-clock.ts';
import { sdkConfig } from '../cloud-services/sdk-transport.ts';

const first = '{"clientId":"isv_test","clientSecret":"first"}';
const SecretId = 'local/visma-client';

async function openLocalCloud(value?: string) {
  const clock = new ManualClock();
  const manager = createSecretsManager(new FakeCloud(), {}, clock);
  manager.create(
    resource('AWS::SecretsManager::Secret', {
      Name: SecretId,
      ...(value === undefined ? {} : { SecretString: value }),
    }),
  );
  const client = new SecretsManagerClient(sdkConfig(manager));
  return {
    versions: createClientSecretVersions(SecretId, client),
    put: async (SecretString: string, labels?: readonly string[]) => {
      await clock.advance(1_000);
      const VersionStages = labels === undefined ? {} : { VersionStages: [...labels] };
      const put = new PutSecretValueCommand({ SecretId, SecretString, ...VersionStages });
      return (await client.send(put)).VersionId ?? '';
    },
  };
}

describe('versions of the client secret in the local cloud', () => {
  clientSecretVersionsContract(() => openLocalCloud(first));

  it('are of no use without a current one', async () => {
    const { versions } = await openLocalCloud();
    await expect(versions.labels()).rejects.toMatchObject({ name: 'PermanentError' });
  });
});

describe('versions of the client secret in memory', () => {
  clientSecretVersionsContract(async () => {
    let now = 0;
    const secret = createInMemoryClientSecret(() => now);
    secret.put(first);
    return {
      versions: secret.versions,
      put: async (text, labels) => {
        now += 1_000;
        return secret.put(text, labels);
      },
    };
  });
});
