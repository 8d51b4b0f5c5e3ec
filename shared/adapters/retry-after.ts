/** SQS can put a message off by 12 hours; nobody is obeyed for longer. */
const longestSeconds = 12 * 3600;

/**
 * Seconds of a `Retry-After` header, which is a number of seconds or an HTTP date (RFC 9110 10.2.3). `undefined` when
 * it is absent or neither.
 */
export function retryAfterSeconds(header: string | null, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now.getTime()) / 1000);
  return Number.isFinite(seconds) ? Math.min(longestSeconds, Math.max(1, seconds)) : undefined;
}
