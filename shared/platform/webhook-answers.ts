import type { HttpAnswer } from './middleware/http-handler.ts';

/** What a webhook's receiver answers; senders repeat what is not 2xx. */

export const accepted: HttpAnswer = { status: 202, body: { accepted: true } };

/** Verified, but nothing that we take: sending it again would gain nothing. */
export function ignored(reason: string): HttpAnswer {
  return { status: 202, body: { accepted: false, reason } };
}

export const notVerified: HttpAnswer = {
  status: 401,
  body: {
    error: 'not-verified',
    message: 'The signature could not be verified, or its timestamp is too old.',
  },
};

/** `paths` name what does not fit, never its value. */
export function malformed(message: string, paths: readonly string[] = []): HttpAnswer {
  return {
    status: 400,
    body: { error: 'malformed', message, ...(paths.length === 0 ? {} : { paths: [...new Set(paths)] }) },
  };
}

export const notStored: HttpAnswer = {
  status: 503,
  headers: { 'retry-after': '30' },
  body: { error: 'unavailable', message: 'The delivery could not be stored. Please send it again.' },
};

/** `undefined` when the body is not JSON. */
export function parseJsonBody(rawBody: Buffer): unknown {
  try {
    return JSON.parse(rawBody.toString('utf8'));
  } catch {
    return undefined;
  }
}
