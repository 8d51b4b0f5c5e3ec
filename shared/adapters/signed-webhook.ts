import { Webhook } from 'standardwebhooks';
import { type Clock, systemClock } from '../platform/clock.ts';
import { errorName, TransientError } from '../platform/errors.ts';
import { isNeverSent } from './never-sent.ts';
import { retryAfterSeconds } from './retry-after.ts';
import { keysOf, type Secret, type SigningSecrets } from './secrets-manager/secrets.ts';

const timeoutMs = 10_000;
/** What we read of an answer fits in far less. */
const longestAnswer = 10_000;

export interface WebhookOptions {
  readonly url: string;
  readonly secrets: Secret<SigningSecrets>;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds: number | undefined;
}

export type WebhookAnswer =
  | Answered
  /** `isNeverSent`: the webhook has certainly not arrived. */
  | { readonly status: undefined; readonly isNeverSent: boolean; readonly cause: unknown };

/**
 * Posts Standard Webhooks, signed with both keys, so that the receiver can change his after or before us. Judges no
 * answer; after a 401 the next one is signed with keys that are read again.
 */
export function createSignedWebhook(options: WebhookOptions): {
  post(webhookId: string, payload: string): Promise<WebhookAnswer>;
} {
  const { url, secrets, fetch: request = fetch, clock = systemClock } = options;
  return {
    post: async (webhookId, payload) => {
      const now = clock();
      const keys = keysOf(await secrets.read());
      let response: Response;
      let text: string;
      try {
        response = await request(url, {
          method: 'POST',
          // A redirect would carry the signed body to whoever it names.
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutMs),
          headers: {
            'content-type': 'application/json',
            'webhook-id': webhookId,
            'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
            'webhook-signature': keys.map((key) => new Webhook(key).sign(webhookId, now, payload)).join(' '),
          },
          body: payload,
        });
        text = (await response.text()).slice(0, longestAnswer);
      } catch (cause) {
        return { status: undefined, isNeverSent: isNeverSent(cause), cause };
      }
      // Rotated since it was read, perhaps: the repetition signs with what is true by then.
      if (response.status === 401) await secrets.readAgain();
      return {
        status: response.status,
        text,
        retryAfterSeconds: retryAfterSeconds(response.headers.get('retry-after'), now),
      };
    },
  };
}

/** What every answer but a 2xx comes down to, in words that hold nothing of the answer. */
export function failureOf(
  receiver: string,
  answer: WebhookAnswer,
  Failure: typeof TransientError = TransientError,
): TransientError {
  return answer.status === undefined
    ? new Failure(`${receiver} did not answer: ${errorName(answer.cause)}.`, { cause: answer.cause })
    : new Failure(`${receiver} answered ${answer.status}.`, { retryAfterSeconds: answer.retryAfterSeconds });
}

export function isTaken(answer: WebhookAnswer): answer is Answered {
  return answer.status !== undefined && answer.status >= 200 && answer.status < 300;
}
