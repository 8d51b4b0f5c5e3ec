import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { PermanentError, TransientError } from '../../platform/errors.ts';
import type { SigningKeys } from '../../platform/signatures.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseAs, parseJson } from '../parsing.ts';

/** A secret that is read when it is needed and kept in process for five minutes. */
export interface Secret<Value> {
  read(): Promise<Value>;
  /**
   * For whoever the value at hand did not serve: reads it again, so that a rotated secret works at once. Signing secrets
   * at most every 30 seconds unless told: somebody who sends wrong signatures must not turn each into a call.
   */
  readAgain(): Promise<Value>;
}

/** Keys of a webhook. Both verify; what we send is signed with both. */
export const signingSecrets = z.object({
  current: z.string().min(1),
  previous: z.string().min(1).optional(),
});
export type SigningSecrets = z.infer<typeof signingSecrets>;

/** Newest first. */
export function keysOf({ current, previous }: SigningSecrets): readonly string[] {
  return previous === undefined ? [current] : [current, previous];
}

export const vismaClient = z.object({ clientId: z.string().min(1), clientSecret: z.string().min(1) });
/** `versionId` is Secrets Manager's, and names the client secret without telling it. */
export type VismaClient = z.infer<typeof vismaClient> & { readonly versionId: string };

/** The client that is in use, and the one before it for as long as the rotation keeps that as a fallback. */
export interface VismaClientSecret extends Secret<VismaClient> {
  /** `undefined` when no version is the fallback. Read again as `readAgain` does. */
  readPrevious(): Promise<VismaClient | undefined>;
}

const keepMs = 5 * 60_000;
const rereadMs = 30_000;

interface Outside {
  readonly client?: SecretsManagerClient;
  readonly clock?: Clock;
}

/** How soon `readAgain` looks again. */
interface Pace {
  readonly againMs?: number;
}

/** A JSON secret `{"current": "...", "previous"?: "..."}`. */
export function createSigningSecrets(
  secretId: string,
  { againMs = rereadMs, ...outside }: Outside & Pace = {},
): Secret<SigningSecrets> {
  return createSecret(secretId, signingSecrets, outside, { againMs });
}

/** The keys of such a secret that verify what comes in. */
export function createSigningKeys(secretId: string, outside: Outside & Pace = {}): SigningKeys {
  const secret = createSigningSecrets(secretId, outside);
  return {
    read: async () => keysOf(await secret.read()),
    readAgain: async () => keysOf(await secret.readAgain()),
  };
}

/**
 * A JSON secret `{"clientId": "...", "clientSecret": "..."}`. `onMalformed` is told when the current version is none: whoever
 * has an older one goes on with that.
 */
export function createVismaClientSecret(
  secretId: string,
  { onMalformed = () => undefined, ...outside }: Outside & { readonly onMalformed?: () => void } = {},
): VismaClientSecret {
  // Nobody outside can make us read it, and a request must not fail because its secret was replaced a moment ago.
  const current = createStage(secretId, 'AWSCURRENT', vismaClient, outside, { againMs: 0, onMalformed });
  const previous = createStage(secretId, 'AWSPREVIOUS', vismaClient, outside, { againMs: 0 });
  const client = ({ value, versionId }: Version<z.output<typeof vismaClient>>) => ({ ...value, versionId });
  return {
    read: async () => client(await current.read()),
    readAgain: async () => client(await current.readAgain()),
    readPrevious: async () => {
      try {
        return client(await previous.readAgain());
      } catch (error) {
        if (error instanceof ResourceNotFoundException) return undefined;
        throw error;
      }
    },
  };
}

const zohoDeskSecret = vismaClient.extend({
  refreshToken: z.string().min(1),
  /** Last part of the address that its webhook delivers to. */
  segment: z.string().min(1),
});
export type ZohoDeskSecret = z.infer<typeof zohoDeskSecret> & { readonly versionId: string };

/** A JSON secret `{"clientId", "clientSecret", "refreshToken", "segment"}`: of the API and of the webhook of Zoho Desk. */
export function createZohoDeskSecret(secretId: string, outside: Outside = {}): Secret<ZohoDeskSecret> {
  const stage = createStage(secretId, 'AWSCURRENT', zohoDeskSecret, outside);
  const known = ({ value, versionId }: Version<z.output<typeof zohoDeskSecret>>) => ({ ...value, versionId });
  return {
    read: async () => known(await stage.read()),
    readAgain: async () => known(await stage.readAgain()),
  };
}

function createSecret<Schema extends z.ZodType>(
  secretId: string,
  schema: Schema,
  outside: Outside,
  pace: Pace,
): Secret<z.output<Schema>> {
  const stage = createStage(secretId, 'AWSCURRENT', schema, outside, pace);
  return {
    read: async () => (await stage.read()).value,
    readAgain: async () => (await stage.readAgain()).value,
  };
}

interface Version<Value> {
  readonly value: Value;
  readonly versionId: string;
}

function createStage<Schema extends z.ZodType>(
  secretId: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS',
  schema: Schema,
  { client = new SecretsManagerClient(clientSettings), clock = systemClock }: Outside,
  { againMs = rereadMs, onMalformed }: Pace & { readonly onMalformed?: () => void } = {},
): Secret<Version<z.output<Schema>>> {
  type Kept = { readonly version: Version<z.output<Schema>>; readonly at: number };
  let kept: Kept | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  async function fetchSecret(): Promise<Kept> {
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage });
    const answer = await call('Secrets Manager', () => client.send(command));
    // Not `JSON.parse` as it is: its error quotes the text.
    const value = parseAs(schema, parseJson(answer.SecretString ?? ''), `The secret ${secretId}`);
    return { version: { value, versionId: answer.VersionId ?? '' }, at: clock().getTime() };
  }

  /** A clock that was set back says nothing about an age. */
  function isWithin(at: number, ms: number): boolean {
    const age = clock().getTime() - at;
    return age >= 0 && age < ms;
  }

  async function readNotOlderThan(maximumMs: number, pauseMs: number): Promise<Kept['version']> {
    if (kept !== undefined && (isWithin(kept.at, maximumMs) || isWithin(failedAt, pauseMs)))
      return kept.version;
    try {
      kept = await fetchSecret();
    } catch (error) {
      const isMalformed = error instanceof PermanentError && onMalformed !== undefined;
      if (isMalformed) onMalformed();
      // A value that served until now is better than none.
      if (kept === undefined || !(isMalformed || error instanceof TransientError)) throw error;
      failedAt = clock().getTime();
    }
    return kept.version;
  }

  return {
    // While Secrets Manager is away, each look takes long and finds nothing.
    read: () => readNotOlderThan(keepMs, rereadMs),
    readAgain: () => readNotOlderThan(againMs, againMs),
  };
}
