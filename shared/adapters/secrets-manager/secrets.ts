import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { TransientError } from '../../platform/errors.ts';
import type { SigningKeys } from '../../platform/signatures.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs, parseJson } from '../parsing.ts';

/** A secret that is read when it is needed and kept in process for five minutes. */
export interface Secret<Value> {
  read(): Promise<Value>;
  /**
   * For whoever the value at hand did not serve: reads it again, so that a rotated secret works at once. At most every
   * 30 seconds: somebody who sends wrong signatures must not turn each into a call.
   */
  readAgain(): Promise<Value>;
}

/** Keys of a webhook. Both verify; what we send is signed with both. */
const signingSecrets = z.object({ current: z.string().min(1), previous: z.string().min(1).optional() });
export type SigningSecrets = z.infer<typeof signingSecrets>;

/** Newest first. */
export function keysOf({ current, previous }: SigningSecrets): readonly string[] {
  return previous === undefined ? [current] : [current, previous];
}

const vismaClient = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });
export type VismaClient = z.infer<typeof vismaClient>;

const keepMs = 5 * 60_000;
const rereadMs = 30_000;

interface Outside {
  readonly client?: SecretsManagerClient;
  readonly clock?: Clock;
}

/** A JSON secret `{"current": "...", "previous"?: "..."}`. */
export function createSigningSecrets(secretId: string, outside: Outside = {}): Secret<SigningSecrets> {
  return createSecret(secretId, signingSecrets, outside);
}

/** The keys of such a secret that verify what comes in. */
export function createSigningKeys(secretId: string, outside: Outside = {}): SigningKeys {
  const secret = createSigningSecrets(secretId, outside);
  return {
    read: async () => keysOf(await secret.read()),
    readAgain: async () => keysOf(await secret.readAgain()),
  };
}

/** A JSON secret `{"clientId": "...", "clientSecret": "..."}`. */
export function createVismaClientSecret(secretId: string, outside: Outside = {}): Secret<VismaClient> {
  return createSecret(secretId, vismaClient, outside);
}

function createSecret<Schema extends z.ZodType>(
  secretId: string,
  schema: Schema,
  { client = new SecretsManagerClient(clientSettings), clock = systemClock }: Outside,
): Secret<z.output<Schema>> {
  type Kept = { readonly value: z.output<Schema>; readonly at: number };
  let kept: Kept | undefined;

  async function fetchSecret(): Promise<Kept> {
    const command = new GetSecretValueCommand({ SecretId: secretId });
    const answer = await call('Secrets Manager', () => client.send(command));
    // Not `JSON.parse` as it is: its error quotes the text.
    const value = parseAs(schema, parseJson(answer.SecretString ?? ''), `The secret ${secretId}`);
    return { value, at: clock().getTime() };
  }

  async function readNotOlderThan(maximumMs: number): Promise<z.output<Schema>> {
    if (kept !== undefined && clock().getTime() - kept.at < maximumMs) return kept.value;
    try {
      kept = await fetchSecret();
    } catch (error) {
      // A value that served until now is better than none while Secrets Manager is away.
      if (kept === undefined || !(error instanceof TransientError)) throw error;
    }
    return kept.value;
  }

  return { read: () => readNotOlderThan(keepMs), readAgain: () => readNotOlderThan(rereadMs) };
}
