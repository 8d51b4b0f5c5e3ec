import type { RateLimit } from '../../domain/tenant/rate-limit.ts';

/** visma.md 3.6 [S55]: on every answer of the ERP API. `undefined` unless all three are numbers. */
export function rateLimitIn(headers: Headers): RateLimit | undefined {
  const limit = wholeNumber(headers.get('x-ratelimit-limit'));
  const remaining = wholeNumber(headers.get('x-ratelimit-remaining'));
  const resetSeconds = wholeNumber(headers.get('x-ratelimit-reset'));
  if (limit === undefined || remaining === undefined || resetSeconds === undefined) return undefined;
  return { limit, remaining, resetSeconds };
}

function wholeNumber(header: string | null): number | undefined {
  const text = header?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
