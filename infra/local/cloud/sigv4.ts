import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Credentials } from './iam.ts';
import { AwsError } from './service.ts';

/** A request as it came over the wire. `target` is path and query, still encoded. */
export interface SignedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `unread`: signed is what `x-amz-content-sha256` says, and whoever reads the body compares it (S3). */
  readonly body: Buffer | 'unread';
}

export interface Verified {
  readonly credentials: Credentials;
  /** The service in the credential scope: whom the caller means. */
  readonly service: string;
}

/** AWS accepts a signature for five minutes around its date. */
const maximumSkewMs = 5 * 60_000;
const authorizationPattern =
  /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/;

/** The service that a request says it is for, before anything is verified. */
export function claimedService(headers: Readonly<Record<string, string>>): string {
  const [, credential = ''] = authorizationPattern.exec(headers.authorization ?? '') ?? [];
  return credential.split('/')[3] ?? '';
}

/**
 * Verifies an `Authorization` header of Signature Version 4 over the raw request. Throws `AwsError` with AWS's codes
 * when it is missing, unknown, altered, expired or made for another region.
 */
export function verifySignature(
  request: SignedRequest,
  region: string,
  lookup: (accessKeyId: string) => Credentials | undefined,
  now: Date,
): Verified {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  }
  const [, credential = '', signedHeaders = '', signature = ''] =
    authorizationPattern.exec(authorization) ?? [];
  const [accessKeyId = '', day = '', scopeRegion = '', service = '', terminator] = credential.split('/');
  if (terminator !== 'aws4_request') {
    throw new AwsError(
      'IncompleteSignatureException',
      'Authorization header is not AWS4-HMAC-SHA256 of four parts',
      403,
    );
  }
  const credentials = lookup(accessKeyId);
  if (credentials === undefined || credentials.sessionToken !== request.headers['x-amz-security-token']) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      403,
    );
  }
  if (scopeRegion !== region) {
    throw invalid(`Credential should be scoped to a valid region, not '${scopeRegion}' (here: ${region}).`);
  }
  const date = request.headers['x-amz-date'] ?? '';
  checkDate(date, day, now);
  const names = signedHeaders.split(';');
  checkSignedHeaders(request, names);
  const claimed = request.headers['x-amz-content-sha256'];
  const payloadHash = request.body === 'unread' ? (claimed ?? '') : sha256(request.body);
  if (claimed !== undefined && claimed !== payloadHash)
    throw invalid('The body does not match x-amz-content-sha256.');
  const scope = `${day}/${scopeRegion}/${service}/aws4_request`;
  const text = [
    'AWS4-HMAC-SHA256',
    date,
    scope,
    sha256(canonicalRequest(request, names, payloadHash, service)),
  ].join('\n');
  const known = signingKeys.get(credentials);
  const key = known?.scope === scope ? known.key : signingKey(credentials, scope);
  const expected = createHmac('sha256', key).update(text).digest();
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
    throw invalid('The request signature we calculated does not match the signature you provided.');
  }
  signingKeys.set(credentials, { scope, key });
  return { credentials, service };
}

/**
 * The key of the last signature that was right. To derive one takes four HMACs, a quarter of all that the gateway did for
 * a call, and most callers use one service most of the time. It goes with its credentials when these are revoked.
 */
const signingKeys = new WeakMap<Credentials, { readonly scope: string; readonly key: KeyObject }>();

function signingKey({ secretAccessKey }: Credentials, scope: string): KeyObject {
  const key = scope
    .split('/')
    .reduce(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      Buffer.from(`AWS4${secretAccessKey}`),
    );
  return createSecretKey(key);
}

function checkDate(date: string, day: string, now: Date): void {
  const match = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(date);
  if (match === null || !date.startsWith(day))
    throw invalid('x-amz-date is missing or differs from the scope.');
  const [, year, month, dayOfMonth, hour, minute, second] = match;
  const signedAt = Date.parse(`${year}-${month}-${dayOfMonth}T${hour}:${minute}:${second}Z`);
  if (!(Math.abs(now.getTime() - signedAt) <= maximumSkewMs)) {
    throw invalid(`Signature expired: ${date} is not within five minutes of ${now.toISOString()}`);
  }
}

function checkSignedHeaders(request: SignedRequest, names: readonly string[]): void {
  const needed = Object.keys(request.headers).filter(
    (name) => name === 'host' || (name.startsWith('x-amz-') && name !== 'x-amz-content-sha256'),
  );
  const unsigned = needed.find((name) => !names.includes(name));
  if (unsigned !== undefined) throw invalid(`Header ${unsigned} must be signed.`);
}

function canonicalRequest(
  request: SignedRequest,
  names: readonly string[],
  payloadHash: string,
  service: string,
): string {
  const question = request.target.indexOf('?');
  const path = question < 0 ? request.target : request.target.slice(0, question);
  const query = question < 0 ? '' : request.target.slice(question + 1);
  const headers = names.map(
    (name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}\n`,
  );
  return [
    request.method,
    service === 's3' ? canonicalKey(path) : canonicalPath(path),
    canonicalQuery(query),
    headers.join(''),
    names.join(';'),
    payloadHash,
  ].join('\n');
}

/** Every service but S3 encodes the already encoded path once more, after removing empty and dot segments. */
function canonicalPath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else kept.push(encode(segment));
  }
  const slash = path.endsWith('/') && kept.length > 0 ? '/' : '';
  return `/${kept.join('/')}${slash}`;
}

/** S3 encodes once and keeps what a path would not: a key may hold `//` or `..`. */
function canonicalKey(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decode(segment)))
    .join('/');
}

function canonicalQuery(query: string): string {
  if (query === '') return '';
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [encode(decode(name)), encode(decode(value))] as const;
    })
    .sort(([nameA, valueA], [nameB, valueB]) => compare(nameA, nameB) || compare(valueA, valueB))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('The path or query string is not valid percent-encoding.');
  }
}

function sha256(data: string | Buffer): string {
  return hash('sha256', data, 'hex');
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidSignatureException', message, 403);
}
