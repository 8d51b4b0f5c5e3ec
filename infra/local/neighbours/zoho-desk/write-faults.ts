import type { Hono } from 'hono';
import * as z from 'zod';
import { pause } from '../server.ts';

export const writeFault = z.enum([
  /** Nothing is done, and the answer is status 200 with an error in it. */
  'error-as-200',
  /** Nothing is done, and the answer is 429. */
  'throttled',
  /** It is done, and the answer is 500. */
  'done-then-500',
  /** It is done, and the answer never comes. */
  'done-then-silence',
]);
export type WriteFault = z.infer<typeof writeFault>;

/** A silent answer ends with whoever waits for it, or when the desk stops. */
const silenceMs = 300_000;

/** Lets writes go wrong on their way in or on their way back. */
export function writeFaults(
  app: Hono,
  {
    nextFault,
    stopping,
  }: { readonly nextFault: () => WriteFault | undefined; readonly stopping: AbortSignal },
): void {
  app.use('/api/v1/*', async (c, next) => {
    const fault = c.req.method === 'GET' ? undefined : nextFault();
    if (fault === 'error-as-200') {
      return c.json({ errorCode: 'INTERNAL_SERVER_ERROR', message: 'An internal error occurred.' });
    }
    if (fault === 'throttled') return c.body(null, 429, { 'retry-after': '1' });
    await next();
    if (fault === 'done-then-500') c.res = new Response('{}', { status: 500 });
    if (fault === 'done-then-silence') {
      await pause(silenceMs, AbortSignal.any([c.req.raw.signal, stopping]));
    }
    return;
  });
}
