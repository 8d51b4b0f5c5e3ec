import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { PermanentError, TransientError } from '../../platform/errors.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs, parseJson } from '../parsing.ts';
import { moveLabel } from './move-label.ts';
import { type VismaClient, vismaClient } from './secrets.ts';

/** Which version of the client secret carries which label. */
export interface ClientSecretLabels {
  readonly current: string;
  /** The fallback. */
  readonly previous?: string;
  /** What an operator staged; the current one itself when a promotion was cut off. */
  readonly pending?: string;
  /** When a version was last added or a label last moved, in milliseconds; whatever else changes the secret counts too. */
  readonly changedAt: number;
}

export type ClientCredentials = Pick<VismaClient, 'clientId' | 'clientSecret'>;

export interface ClientSecretVersion {
  readonly versionId: string;
  /** Milliseconds. */
  readonly createdAt: number;
  /** `undefined` when the version does not hold a client id and secret. */
  readonly client: ClientCredentials | undefined;
}

/**
 * The versions of the client secret and their labels. Secrets Manager moves AWSPREVIOUS by itself to whichever version
 * AWSCURRENT is taken from. A change names the version that is to lose the label; when that doesn't have it (any more),
 * somebody else was first, and a `TransientError` says so.
 */
export interface ClientSecretVersions {
  labels(): Promise<ClientSecretLabels>;
  read(versionId: string): Promise<ClientSecretVersion>;
  makeCurrent(versionId: string, insteadOf: string): Promise<void>;
  removeLabel(label: 'AWSPENDING' | 'AWSPREVIOUS', versionId: string): Promise<void>;
}

/** What the SDK's types leave open: a secret and its versions always have a date of creation. */
const description = z.object({
  VersionIdsToStages: z.record(z.string(), z.array(z.string())).default({}),
  CreatedDate: z.date(),
  LastChangedDate: z.date().optional(),
});
const version = z.object({ SecretString: z.string().default(''), CreatedDate: z.date() });

export function createClientSecretVersions(
  secretId: string,
  client = new SecretsManagerClient(clientSettings),
): ClientSecretVersions {
  async function update(label: string, from: string, to?: string): Promise<void> {
    const refusal = await moveLabel(client, { secretId, label, from, to });
    if (refusal === undefined) return;
    throw new TransientError(`${label} is not where it was a moment ago.`, { cause: refusal });
  }

  return {
    labels: async () => {
      const command = new DescribeSecretCommand({ SecretId: secretId });
      const answer = await call('Secrets Manager', () => client.send(command));
      const secret = parseAs(description, answer, `The description of ${secretId}`);
      const holder = (label: string) =>
        Object.entries(secret.VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0];
      const [current, previous, pending] = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'].map(holder);
      if (current === undefined) throw new PermanentError(`The secret ${secretId} has no current version.`);
      return {
        current,
        ...(previous === undefined ? {} : { previous }),
        ...(pending === undefined ? {} : { pending }),
        changedAt: (secret.LastChangedDate ?? secret.CreatedDate).getTime(),
      };
    },
    read: async (versionId) => {
      const command = new GetSecretValueCommand({ SecretId: secretId, VersionId: versionId });
      const answer = await call('Secrets Manager', () => client.send(command));
      const { SecretString, CreatedDate } = parseAs(version, answer, `A version of ${secretId}`);
      return {
        versionId,
        createdAt: CreatedDate.getTime(),
        client: vismaClient.safeParse(parseJson(SecretString)).data,
      };
    },
    makeCurrent: (versionId, insteadOf) => update('AWSCURRENT', insteadOf, versionId),
    removeLabel: (label, versionId) => update(label, versionId),
  };
}
