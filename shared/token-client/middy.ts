import type { MiddlewareObj, Request } from '@middy/core';
import type { VismaToken } from '../contracts/tokens/token-broker.ts';
import type { TokenFor } from './errors.ts';
import { defaultTokenClient, type TokenClient } from './token-client.ts';
import { saysUnauthorised } from './unauthorised.ts';

/** What the handler finds in its context. Handlers say so themselves where Lambda's types are not installed. */
export interface VismaTokenContext {
  /** As it was when the invocation began. */
  readonly vismaToken: VismaToken;
  /** As `withVismaToken`, for the administration of this invocation. */
  withVismaToken<Answer>(call: (token: VismaToken) => Promise<Answer>): Promise<Answer>;
}

/** Middy's word for it, since `aws-lambda` is for the consumer to have or not. */
type LambdaContext = Request['context'];

/**
 * For functions that export one administration each invocation: has a token before the handler runs. Middy runs a handler
 * once, so what may meet a 401 goes through `context.withVismaToken`. When a handler ends in an error that says 401
 * all the same, the token is reported, so that the invocation's repetition gets another; the error stays.
 */
export function vismaToken<Event>(options: {
  readonly of: (event: Event) => TokenFor;
  readonly client?: TokenClient;
}): MiddlewareObj<Event, unknown, Error, LambdaContext & VismaTokenContext> {
  const client = () => options.client ?? defaultTokenClient();
  return {
    before: async ({ event, context }) => {
      const of = options.of(event);
      const given: VismaTokenContext = {
        vismaToken: await client().getVismaToken(of),
        withVismaToken: (call) => client().withVismaToken(of, call),
      };
      Object.assign(context, given);
    },
    onError: async ({ event, context, error }) => {
      // Absent when what failed came before this middleware.
      const { vismaToken: given }: Partial<VismaTokenContext> = context;
      if (given === undefined || !saysUnauthorised(error)) return;
      // Whatever comes of it, the handler's own error is the one to be seen.
      await client()
        .getVismaToken(options.of(event), { rejected: given.accessToken })
        .catch(() => undefined);
    },
  };
}
