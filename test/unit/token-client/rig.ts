import { setImmediate as turn } from 'node:timers/promises';
import type { VismaToken } from '../../../shared/contracts/tokens/token-broker.ts';
import { tokenIdOf } from '../../../shared/platform/ids.ts';
import type { AskBroker } from '../../../shared/token-client/ask-broker.ts';
import type { TokenFor } from '../../../shared/token-client/errors.ts';
import { createKeptTokens, type KeptTokensOptions } from '../../../shared/token-client/kept-tokens.ts';

export const someone: TokenFor = { environmentId: 'bakkerij', administrationId: '1' };

/** A valid answer of the broker. */
export function aToken(change: Partial<VismaToken> = {}): VismaToken {
  return {
    accessToken: 'token-1',
    tokenType: 'Bearer',
    expiresAt: '2026-03-02T10:00:00.000Z',
    tenantId: '0b1f6b22-21cc-11e9-b307-0aa512338dd6',
    connectionId: 'con_1',
    companyName: 'Bakkerij Voorbeeld B.V.',
    organisations: [{ organizationCd: '1', name: 'Bakkerij Voorbeeld B.V.', corporateId: '12345678' }],
    ...change,
  };
}

/** A request to the broker that a test answers when it likes. */
export interface Question {
  readonly of: TokenFor;
  readonly rejectedTokenId: string | undefined;
  readonly at: number;
  readonly number: number;
  answer(token: VismaToken): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** Lets everything run that waits for nothing from outside. */
export const settle = () => turn();

/** Kept tokens before a broker that answers when it is told to, at a time that stands still until it is moved. */
export function keptTokensRig(options: Partial<KeptTokensOptions> = {}) {
  let now = Date.parse('2026-03-02T09:00:00Z');
  const open: Question[] = [];
  const asked: Question[] = [];
  const ask: AskBroker = (of, rejectedTokenId) =>
    new Promise((resolve, reject) => {
      const close = () => {
        open.splice(open.indexOf(question), 1);
        return settle();
      };
      const question: Question = {
        of,
        rejectedTokenId,
        at: now,
        number: asked.length + 1,
        answer: (token) => {
          resolve(token);
          return close();
        },
        fail: (error) => {
          reject(error);
          return close();
        },
      };
      open.push(question);
      asked.push(question);
    });
  const tokens = createKeptTokens({
    ask,
    clock: () => new Date(now),
    maximumAgeSeconds: 60,
    maximumEntries: 500,
    ...options,
  });
  return {
    tokens,
    open,
    asked,
    now: () => now,
    pass(seconds: number) {
      now += seconds * 1000;
    },
    /** Asks and has the broker answer at once. */
    async fetch(of: TokenFor, token: VismaToken, rejected?: string): Promise<VismaToken> {
      const answer = tokens.get(of, rejected);
      await settle();
      await open.at(-1)?.answer(token);
      return answer;
    },
  };
}

export { tokenIdOf };
