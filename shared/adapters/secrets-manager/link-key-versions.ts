import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs, parseJson } from '../parsing.ts';
import { moveLabel } from './move-label.ts';
import { type SigningSecrets, signingSecrets } from './secrets.ts';

interface LinkKeyVersion {
  readonly versionId: string;
  readonly keys: SigningSecrets;
  /** Milliseconds. */
  readonly createdAt: number;
}

/**
 * The versions of the key of connect links. A new one is staged before it is made the current one, since only the label's
 * move names the version that it replaces: of two at the same time one loses.
 */
export interface LinkKeyVersions {
  current(): Promise<LinkKeyVersion>;
  /** Keeps the keys under that id, in use by nobody; answers what it has, which is older when the id was known. */
  stage(versionId: string, keys: SigningSecrets): Promise<LinkKeyVersion>;
  /** `false` when `insteadOf` is not the current version (any more). */
  makeCurrent(versionId: string, insteadOf: string): Promise<boolean>;
}

const version = z.object({ SecretString: z.string(), VersionId: z.string(), CreatedDate: z.date() });

export function createLinkKeyVersions(
  secretId: string,
  client = new SecretsManagerClient(clientSettings),
): LinkKeyVersions {
  async function read(which: { VersionId: string } | { VersionStage: string }): Promise<LinkKeyVersion> {
    const command = new GetSecretValueCommand({ SecretId: secretId, ...which });
    const answer = await call('Secrets Manager', () => client.send(command));
    const { SecretString, VersionId, CreatedDate } = parseAs(version, answer, `A version of ${secretId}`);
    const keys = parseAs(signingSecrets, parseJson(SecretString), `The secret ${secretId}`);
    return { versionId: VersionId, keys, createdAt: CreatedDate.getTime() };
  }

  return {
    current: () => read({ VersionStage: 'AWSCURRENT' }),
    stage: async (versionId, keys) => {
      const command = new PutSecretValueCommand({
        SecretId: secretId,
        SecretString: JSON.stringify(keys),
        ClientRequestToken: versionId,
        VersionStages: ['AWSPENDING'],
      });
      try {
        await call('Secrets Manager', () => client.send(command));
      } catch (error) {
        if (!(error instanceof ResourceExistsException)) throw error;
      }
      return read({ VersionId: versionId });
    },
    makeCurrent: async (versionId, insteadOf) => {
      const move = { secretId, label: 'AWSCURRENT', from: insteadOf, to: versionId };
      return (await moveLabel(client, move)) === undefined;
    },
  };
}
