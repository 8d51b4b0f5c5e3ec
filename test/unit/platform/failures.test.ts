import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { failureFacts, PermanentError, TransientError } from '../../../shared/platform/errors.ts';
import { queueHandler } from '../../../shared/platform/middleware/queue-handler.ts';
import { taskHandler } from '../../../shared/platform/middleware/task-handler.ts';

const context = { functionName: 'a-function', awsRequestId: 'request-1' } as Context;
const outage = new TransientError('The token endpoint answered 503.', {
  cause: new TypeError('fetch failed'),
});

afterEach(() => vi.restoreAllMocks());

/** What the logger writes, as CloudWatch gets it: it drops keys that it reserves. */
async function linesOf(run: (logger: Logger) => Promise<unknown>): Promise<readonly object[]> {
  const written: string[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  }
  await run(new Logger({ serviceName: 'a-function' }));
  vi.restoreAllMocks();
  return written.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line));
}

describe('the log line of a failure', () => {
  it('says why a task failed', async () => {
    const lines = await linesOf(async (logger) => {
      const handler = taskHandler({
        logger,
        input: z.unknown(),
        answer: z.unknown(),
        run: () => Promise.reject(outage),
      });
      await expect(handler({}, context)).rejects.toBe(outage);
    });
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'FAILED',
        error: 'TransientError',
        reason: 'The token endpoint answered 503.',
        cause: 'TypeError',
      }),
    );
    expect(JSON.stringify(lines)).not.toContain('reserved');
  });

  it('says why a message failed', async () => {
    const lines = await linesOf(async (logger) => {
      const handler = queueHandler({
        logger,
        message: z.unknown(),
        postponer: { postpone: async () => undefined },
        backOff: () => 1,
        run: () => Promise.reject(outage),
      });
      const record = {
        messageId: 'message-1',
        body: '{}',
        receiptHandle: 'handle',
        attributes: { ApproximateReceiveCount: '3' },
      };
      await handler({ Records: [record] } as never, context);
    });
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'MESSAGE FAILED',
        messageId: 'message-1',
        receiveCount: 3,
        reason: 'The token endpoint answered 503.',
      }),
    );
    expect(JSON.stringify(lines)).not.toContain('reserved');
  });
});

describe('what a log tells of a failure', () => {
  it.each<[string, unknown, object]>([
    ['our own words', new PermanentError('It is gone.'), { error: 'PermanentError', reason: 'It is gone.' }],
    [
      'no words of a service, which quote addresses',
      Object.assign(new Error('finance@klant.example is not verified'), {
        name: 'MessageRejected',
        $fault: 'client',
      }),
      { error: 'MessageRejected' },
    ],
    [
      'no words of a parser, which quote the text',
      new SyntaxError('"secret" is not'),
      { error: 'SyntaxError' },
    ],
    ['the type of what is no error', 'text', { error: 'string' }],
  ])('is %s', (_, error, facts) => {
    expect(failureFacts(error)).toEqual(facts);
  });

  it('ends with a circle of causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(failureFacts(error)).toEqual({ error: 'Error', reason: 'round', cause: 'Error < Error < Error' });
  });
});
