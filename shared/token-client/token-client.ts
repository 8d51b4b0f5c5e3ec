import { LambdaClient } from '@aws-sdk/client-lambda';
import type { VismaToken } from '../contracts/tokens/token-broker.ts';
import { systemClock } from '../platform/clock.ts';
import { brokerSettings, createBroker } from './ask-broker.ts';
import { type TokenFor, VismaTokenFault, VismaTokenRefused } from './errors.ts';
import { createKeptTokens } from './kept-tokens.ts';
import { saysUnauthorised } from './unauthorised.ts';

export interface TokenClient {
  /**
   * A token of Visma's API for an administration. `rejected` is an access token that the API answered 401 to: another one
   * is answered, and the platform is told. Throws a `VismaTokenError`.
   */
  getVismaToken(of: TokenFor, options?: { readonly rejected?: string }): Promise<VismaToken>;
  /**
   * Runs `call` with a token. When it answers or throws 401 (`saysUnauthorised`), the token is reported and `call` runs
   * once more with another; a second 401 is thrown as `VismaTokenRefused`. So `call` may run twice: one request in it, or
   * nothing in it that may not be repeated.
   */
  withVismaToken<Answer>(of: TokenFor, call: (token: VismaToken) => Promise<Answer>): Promise<Answer>;
}

export interface TokenClientOptions {
  /** Of the token broker: the output `TokenBrokerName`. */
  readonly functionName: string;
  readonly lambda?: LambdaClient;
  readonly clock?: () => Date;
  /**
   * How long an answer is used again, at most. Short, since a new mapping or an ended connection must count soon: books
   * must not go to the former company.
   */
  readonly maximumAgeSeconds?: number;
  /** Administrations whose token is kept. */
  readonly maximumEntries?: number;
  /**
   * How long the broker is waited for, all tries together; then it is `VismaTemporarilyUnavailable`. Less than the
   * function's own timeout, or it is killed without a word. The broker itself may take 30 seconds.
   */
  readonly timeoutSeconds?: number;
}

/** A token is about 2 KB. */
const defaults = { clock: systemClock, maximumAgeSeconds: 60, maximumEntries: 500 };

/** A little more than the broker may take, so that it is the broker that says what was wrong. */
const longestSeconds = 40;

/** One client a process: what it keeps is shared by whoever uses it. */
export function createTokenClient(options: TokenClientOptions): TokenClient {
  const {
    functionName,
    lambda = new LambdaClient(brokerSettings),
    timeoutSeconds = longestSeconds,
  } = options;
  const ask = createBroker(functionName, lambda, timeoutSeconds);
  const tokens = createKeptTokens({ ...defaults, ...options, ask });
  return {
    getVismaToken: (of, { rejected } = {}) => tokens.get(of, rejected),
    withVismaToken: async (of, call) => {
      const token = await tokens.get(of);
      const first = await outcomeOf(() => call(token));
      if (first.accepted) return first.answer;
      const other = await tokens.get(of, token.accessToken);
      // The same once more would be refused once more.
      if (other.accessToken === token.accessToken) throw new VismaTokenRefused(of);
      const second = await outcomeOf(() => call(other));
      if (second.accepted) return second.answer;
      throw new VismaTokenRefused(of);
    },
  };
}

async function outcomeOf<Answer>(
  call: () => Promise<Answer>,
): Promise<{ accepted: true; answer: Answer } | { accepted: false }> {
  try {
    const answer = await call();
    return saysUnauthorised(answer) ? { accepted: false } : { accepted: true, answer };
  } catch (error) {
    if (saysUnauthorised(error)) return { accepted: false };
    throw error;
  }
}

let shared: TokenClient | undefined;

/** The client of this process, for the broker that `VISMA_TOKEN_BROKER` names. */
export function defaultTokenClient(): TokenClient {
  if (shared !== undefined) return shared;
  const functionName = process.env.VISMA_TOKEN_BROKER ?? '';
  if (functionName === '') {
    throw new VismaTokenFault('VISMA_TOKEN_BROKER is not set: it is the output TokenBrokerName.');
  }
  shared = createTokenClient({ functionName });
  return shared;
}

/** `TokenClient.getVismaToken` of the process's own client. */
export const getVismaToken: TokenClient['getVismaToken'] = async (of, options) =>
  defaultTokenClient().getVismaToken(of, options);

/** `TokenClient.withVismaToken` of the process's own client. */
export const withVismaToken: TokenClient['withVismaToken'] = async (of, call) =>
  defaultTokenClient().withVismaToken(of, call);
