import { type ApiAnswer, AwsError } from './service.ts';

type Headers = Readonly<Record<string, string>>;

/** Request headers of `x-amz-…` that mean something here or nothing at all; another one would silently not be honoured. */
const knownHeaders = new Set([
  'x-amz-checksum-crc32',
  'x-amz-checksum-mode',
  'x-amz-checksum-sha256',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-user-agent',
]);
/** Conditions and checks that would have to be honoured. */
const refusedHeaders = [
  'content-md5',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
];
const onObject: Readonly<Record<string, string>> = {
  DELETE: 'DeleteObject',
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
};
const listParameters = new Set(['list-type', 'prefix', 'max-keys', 'continuation-token']);

/**
 * Decodes a call of S3's REST protocol in path style, `/bucket/key`, from all but its body. Whatever would be ignored is
 * refused: other operations, versions, conditions, and bodies in chunks with their own signatures or trailers.
 */
export function s3Operation(
  method: string,
  target: string,
  headers: Headers,
): { readonly action: string; readonly input: Record<string, unknown> } {
  const url = new URL(target, 'http://local');
  const [, bucket = '', ...rest] = url.pathname.split('/').map(decodeURIComponent);
  const key = rest.join('/');
  refuseHeaders(headers);
  const parameters = Object.fromEntries(url.searchParams);
  const { 'x-id': _operation, ...others } = parameters;
  if (key !== '' && onObject[method] !== undefined && Object.keys(others).length === 0) {
    return { action: onObject[method], input: { Bucket: bucket, Key: key } };
  }
  const isList = method === 'GET' && key === '' && others['list-type'] === '2';
  if (isList && Object.keys(others).every((name) => listParameters.has(name))) {
    return {
      action: 'ListObjectsV2',
      input: {
        Bucket: bucket,
        Prefix: others.prefix ?? '',
        MaxKeys: Number(others['max-keys'] ?? 1_000),
        ContinuationToken: others['continuation-token'],
      },
    };
  }
  throw notImplemented(`${method} ${url.pathname}?${Object.keys(others).join('&')}`);
}

function refuseHeaders(headers: Headers): void {
  const unknown = Object.keys(headers).find(
    (name) => (name.startsWith('x-amz-') && !knownHeaders.has(name)) || refusedHeaders.includes(name),
  );
  if (unknown !== undefined) throw notImplemented(`the header ${unknown}`);
  const payload = headers['x-amz-content-sha256'] ?? '';
  if (payload !== 'UNSIGNED-PAYLOAD' && !/^[0-9a-f]{64}$/.test(payload))
    throw notImplemented(`a body of ${payload}`);
  if (headers['content-encoding']?.includes('aws-chunked') === true)
    throw notImplemented('a body in aws-chunked');
}

function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', `The local S3 does not offer ${what}.`, 501);
}

export interface Range {
  readonly from: number;
  /** Inclusive, as on the wire. */
  readonly to: number;
}

/** The one range of a request, cut off at the end of the object. Throws `InvalidRange` when it begins behind it. */
export function rangeOf(header: string | undefined, size: number): Range | undefined {
  if (header === undefined) return undefined;
  const [, from, to = ''] = /^bytes=(\d+)-(\d*)$/.exec(header) ?? [];
  if (from === undefined) throw notImplemented(`the range "${header}"`);
  if (Number(from) >= size) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return { from: Number(from), to: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}

/** Codes of the gateway and of IAM in the names that S3 has for them. */
const ownCodes: Readonly<Record<string, readonly [string, number]>> = {
  AccessDeniedException: ['AccessDenied', 403],
  IncompleteSignatureException: ['AuthorizationHeaderMalformed', 400],
  InternalFailure: ['InternalError', 500],
  InvalidSignatureException: ['SignatureDoesNotMatch', 403],
  UnrecognizedClientException: ['InvalidAccessKeyId', 403],
};

/** S3 answers errors in XML, and to a HEAD only the status. */
export function s3Error(error: AwsError, method: string): ApiAnswer {
  const [code, status] = ownCodes[error.code] ?? [error.code, error.status];
  if (method === 'HEAD') return { status, body: Buffer.alloc(0) };
  return xml('Error', [element('Code', code), element('Message', error.message)], status);
}

export function xml(root: string, children: readonly string[], status = 200): ApiAnswer {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${children.join('')}</${root}>`;
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
}

export function element(name: string, text: string | number | boolean): string {
  const escaped = String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<${name}>${escaped}</${name}>`;
}
