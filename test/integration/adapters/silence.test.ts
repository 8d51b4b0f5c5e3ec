import { createServer } from 'node:http';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../../shared/adapters/aws/client-settings.ts';
import { call } from '../../../shared/adapters/aws/failures.ts';

/** The SDK waits for ever unless its settings say otherwise, and says so only in a warning. */
describe('a service that takes the call and never answers', () => {
  it('is given up on', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const client = new SecretsManagerClient({
      ...clientSettings,
      maxAttempts: 1,
      requestHandler: { ...clientSettings.requestHandler, requestTimeout: 100 },
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    try {
      const silent = call('Secrets Manager', () => client.send(new GetSecretValueCommand({ SecretId: 'x' })));
      await expect(silent).rejects.toMatchObject({
        name: 'TransientError',
        message: 'Secrets Manager did not answer: TimeoutError.',
      });
    } finally {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
