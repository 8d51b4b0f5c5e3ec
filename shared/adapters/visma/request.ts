import { isNearlyUsedUp, type RateLimit } from '../../domain/tenant/rate-limit.ts';
import type { Clock } from '../../platform/clock.ts';
import { errorName, PermanentError, TransientError } from '../../platform/errors.ts';
import { retryAfterSeconds } from '../retry-after.ts';
import { type FailedMeaning, meaningOf, type VismaFailure } from './errors.ts';
import { rateLimitIn } from './rate-limit.ts';

export interface Outside {
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

export type Answer =
  | { readonly ok: true; readonly text: string; readonly rateLimit: RateLimit | undefined }
  | { readonly ok: false; readonly meaning: FailedMeaning };

/**
 * One call to Visma, translated by the table of failures. Throws `TransientError` and, for what the documents do not
 * know, `PermanentError`. No error holds the body: it can be a token or a customer's data.
 */
export async function ask(
  what: string,
  from: VismaFailure['from'],
  url: string,
  init: RequestInit,
  codeIn: (text: string) => string | undefined,
  { timeoutMs, fetch: request, clock }: Outside,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    // A redirect would carry the secret or the token to whoever it names.
    response = await request(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    text = await response.text();
  } catch (cause) {
    throw new TransientError(`${what} did not answer: ${errorName(cause)}.`, { cause });
  }
  const rateLimit = rateLimitIn(response.headers);
  if (response.ok) return { ok: true, text, rateLimit };
  const code = codeIn(text);
  const meaning = meaningOf({ from, status: response.status, code });
  if (meaning === 'transient') {
    // Where little is left of the API's limit, repeating would take it from the exports.
    const reset =
      from === 'api' && rateLimit !== undefined && isNearlyUsedUp(rateLimit)
        ? Math.max(1, rateLimit.resetSeconds)
        : undefined;
    throw new TransientError(`${what} answered ${response.status}.`, {
      retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), clock()) ?? reset,
    });
  }
  if (meaning === 'unexpected') {
    throw new PermanentError(`${what} answered ${response.status}, which its documents do not explain.`);
  }
  return { ok: false, meaning };
}
