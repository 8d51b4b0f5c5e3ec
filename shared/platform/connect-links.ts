import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';

/** What a connect link stands for: one environment, until `expiresAt` (ISO 8601) or until its links are revoked. */
export interface ConnectLink {
  readonly environmentId: string;
  /** Of the environment's links; raising it revokes all older ones. */
  readonly generation: number;
  readonly expiresAt: string;
}

export type ReadLink =
  | { readonly status: 'valid' | 'expired'; readonly environmentId: string; readonly generation: number }
  | { readonly status: 'unknown' };

const version = 1;
const payloadShape = z.tuple([z.literal(version), z.string().min(1), z.int().min(1), z.int().min(0)]);

/** base64url(JSON [1, environment, generation, epoch seconds]) "." base64url(HMAC-SHA256): fits a path segment. */
export function signConnectLink({ environmentId, generation, expiresAt }: ConnectLink, key: string): string {
  const content = [version, environmentId, generation, Math.floor(Date.parse(expiresAt) / 1000)];
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${payload}.${macOf(`connect-link.${payload}`, key).toString('base64url')}`;
}

/** Verified before anything of it is parsed; each key is tried, so that a rotated one goes on to serve old links. */
export function readConnectLink(text: string, keys: readonly string[], now: Date): ReadLink {
  const [payload = '', mac = '', ...rest] = text.split('.');
  if (rest.length > 0 || !isAuthentic(`connect-link.${payload}`, mac, keys)) return { status: 'unknown' };
  const parsed = payloadShape.safeParse(parsed64(payload));
  if (!parsed.success) return { status: 'unknown' };
  const [, environmentId, generation, seconds] = parsed.data;
  return { status: seconds * 1000 > now.getTime() ? 'valid' : 'expired', environmentId, generation };
}

/** What a form of the page behind a link must bring back: another site can neither read nor guess it. */
export function signForm(link: string, key: string): string {
  return macOf(`connect-form.${link}`, key).toString('base64url');
}

export function isFormOf(link: string, token: string, keys: readonly string[]): boolean {
  return isAuthentic(`connect-form.${link}`, token, keys);
}

function macOf(text: string, key: string): Buffer {
  if (key === '') throw new Error('The key of connect links is empty: anyone could sign with it.');
  return createHmac('sha256', key).update(text).digest();
}

function isAuthentic(text: string, mac: string, keys: readonly string[]): boolean {
  const given = Buffer.from(mac, 'base64url');
  // One spelling per signature: else a link could be changed and still be itself.
  if (given.toString('base64url') !== mac) return false;
  return keys.some((key) => {
    const expected = macOf(text, key);
    return expected.length === given.length && timingSafeEqual(expected, given);
  });
}

function parsed64(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
