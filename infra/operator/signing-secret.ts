import { createHash, randomBytes } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceExistsException,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { type SigningSecretName, secretNameOf } from '../secret-names.ts';
import { UsageError } from './commands.ts';
import type { SecretWork } from './secret-work.ts';

/** What the functions that verify and sign read: both count, the current one first. */
const keys = z.object({ current: z.string().min(1), previous: z.string().min(1).optional() });
type Keys = z.infer<typeof keys>;

/** Each is a secret of its own, with whoever has the other half. */
const origins: Readonly<Record<SigningSecretName, 'ours' | 'theirs'>> = {
  'generic-tickets': 'ours',
  'spend-cloud-webhook': 'ours',
  'ticket-bridge': 'ours',
  // Visma's portal makes it and shows it once (visma.md 5.3).
  'visma-webhook': 'theirs',
};

/** The secret is not in the state that the command needs: nothing was changed. */
export class SecretConflict extends Error {
  override readonly name = 'SecretConflict';
}

/** Puts a new secret before the one in use, which goes on to count. Answers one that was made here: it is shown once. */
export async function rotateSigningSecret(
  work: SecretWork,
  name: SigningSecretName,
  file: string | undefined,
): Promise<object> {
  const isMade = file === undefined && origins[name] === 'ours';
  const { value, versionId } = await read(work, name);
  if (value.previous !== undefined) {
    throw new SecretConflict(
      `${name} is being rotated already. When the other side uses the current secret, end it with --finish.`,
    );
  }
  const current = isMade
    ? `whsec_${randomBytes(32).toString('base64')}`
    : await work.readSecret(file, `New secret of ${name} (not shown): `);
  if (origins[name] === 'ours' && !isStandardWebhooksSecret(current)) {
    throw new UsageError('The secret must be whsec_ and the base64 of 24 to 64 bytes (Standard Webhooks).');
  }
  if (current === value.current) throw new SecretConflict(`This is the secret that ${name} has already.`);
  await replace(work, name, versionId, { current, previous: value.current });
  return {
    secret: name,
    outcome: 'both count',
    ...(isMade ? { newSecret: current } : {}),
    next: `Give the other side the new secret. When it uses it: rotate-signing-secret ${name} --finish`,
  };
}

/** The previous secret counts no more. */
export async function finishSigningSecret(work: SecretWork, name: SigningSecretName): Promise<object> {
  const { value, versionId } = await read(work, name);
  if (value.previous === undefined) return { secret: name, outcome: 'there is no previous secret' };
  await replace(work, name, versionId, { current: value.current });
  return {
    secret: name,
    outcome: 'only the current secret counts',
    next: 'Functions that run may know the previous one for five minutes more.',
  };
}

async function read(
  work: SecretWork,
  name: SigningSecretName,
): Promise<{ readonly value: Keys; readonly versionId: string }> {
  const get = new GetSecretValueCommand({ SecretId: secretNameOf(work.stage, name) });
  const { SecretString = '', VersionId = '' } = await work.secrets.send(get);
  const parsed = keys.safeParse(parseJson(SecretString));
  if (!parsed.success) throw new SecretConflict(`The secret ${name} does not hold {"current", "previous"}.`);
  return { value: parsed.data, versionId: VersionId };
}

/**
 * The id of the new version follows from that of the one it replaces: of two who rotate at the same time the second one's
 * is there already, with another value, and Secrets Manager refuses it.
 */
async function replace(
  work: SecretWork,
  name: SigningSecretName,
  versionId: string,
  value: Keys,
): Promise<void> {
  const put = new PutSecretValueCommand({
    SecretId: secretNameOf(work.stage, name),
    ClientRequestToken: createHash('sha256').update(`after ${versionId}`).digest('hex'),
    SecretString: JSON.stringify(value),
  });
  try {
    await work.secrets.send(put);
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    throw new SecretConflict(`Somebody else has just changed ${name}. Look again.`, { cause: error });
  }
}

function isStandardWebhooksSecret(text: string): boolean {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1] ?? '';
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length >= 24 && bytes.length <= 64 && bytes.toString('base64') === encoded;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
