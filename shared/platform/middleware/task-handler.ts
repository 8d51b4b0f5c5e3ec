import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { failureFacts, PermanentError } from '../errors.ts';
import type { Logger } from '../logger.ts';

/**
 * The stack of a task of the workflow and of a function that is invoked directly: input and answer are parsed, and an
 * input that does not fit can never fit, so it is a `PermanentError`.
 */
export function taskHandler<Input extends z.ZodType, Answer extends z.ZodType>(task: {
  readonly logger: Logger;
  readonly input: Input;
  readonly answer: Answer;
  readonly run: (input: z.output<Input>) => Promise<z.input<Answer>>;
}) {
  return middy<unknown, z.output<Answer>, Error, Context>()
    .use(injectLambdaContext(task.logger, { resetKeys: true }))
    .use(logOutcome(task.logger))
    .handler(async (event: unknown) => {
      const input = task.input.safeParse(event);
      if (!input.success) throw new PermanentError(`The input does not fit: ${describe(input.error)}.`);
      const answer = task.answer.safeParse(await task.run(input.data));
      if (!answer.success) throw new PermanentError(`The answer does not fit: ${describe(answer.error)}.`);
      return answer.data;
    });
}

/** Paths and codes only: a value could be a secret. */
export function describe(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'value'} ${issue.code}`).join(', ');
}

/** STARTED and COMPLETED at info, one line per failure. */
export function logOutcome(logger: Logger): middy.MiddlewareObj<unknown, unknown, Error, Context> {
  return {
    before: () => logger.info('STARTED'),
    after: () => logger.info('COMPLETED'),
    onError: ({ error }) => logger.error('FAILED', failureFacts(error)),
  };
}
