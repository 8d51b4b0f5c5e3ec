import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { VismaAdministrationNotMapped } from '../../../shared/token-client/errors.ts';
import { type VismaTokenContext, vismaToken } from '../../../shared/token-client/middy.ts';
import type { TokenClient } from '../../../shared/token-client/token-client.ts';
import { aToken } from './rig.ts';

interface ExportEvent {
  readonly environment: string;
  readonly administration: number;
}
const event: ExportEvent = { environment: 'bakkerij', administration: 1 };
/** As Lambda gives it; the middleware fills in the rest. */
const context = () => ({ awsRequestId: 'r1' }) as Context & VismaTokenContext;
const unauthorised = () => Object.assign(new Error('no'), { status: 401 });

function client(change: Partial<TokenClient> = {}) {
  const asked: unknown[] = [];
  const double: TokenClient = {
    getVismaToken: async (...question) => {
      asked.push(question);
      return aToken();
    },
    withVismaToken: async (of, call) => {
      asked.push(['with', of]);
      return call(aToken({ accessToken: 'token-2' }));
    },
    ...change,
  };
  return { double, asked };
}

const middleware = (double: TokenClient) =>
  vismaToken({
    of: ({ environment, administration }: ExportEvent) => ({
      environmentId: environment,
      administrationId: String(administration),
    }),
    client: double,
  });
const bakkerij = { environmentId: 'bakkerij', administrationId: '1' };

describe('the middleware', () => {
  it('puts the token and a way to use it on the context, typed', async () => {
    const { double, asked } = client();
    const handler = middy<ExportEvent, string, Error, Context>()
      .use(middleware(double))
      .handler(async ({ administration }, { vismaToken: token, withVismaToken, awsRequestId }) => {
        const used: string = await withVismaToken(async ({ accessToken }) => accessToken);
        return `${awsRequestId} ${administration} ${token.accessToken} ${used}`;
      });
    expect(await handler(event, context())).toBe('r1 1 token-1 token-2');
    expect(asked).toEqual([[bakkerij], ['with', bakkerij]]);
  });

  it('ends the invocation where there is no token', async () => {
    const none = new VismaAdministrationNotMapped(bakkerij);
    const { double } = client({ getVismaToken: () => Promise.reject(none) });
    const handler = middy<ExportEvent, string, Error, Context>()
      .use(middleware(double))
      .handler(async () => 'never');
    await expect(handler(event, context())).rejects.toBe(none);
  });

  it('reports the token of a handler that ended in a 401, for the repetition, and leaves the error', async () => {
    const error = unauthorised();
    for (const getVismaToken of [
      undefined,
      async (_: unknown, options?: object) =>
        options === undefined ? aToken() : Promise.reject(new Error('away')),
    ]) {
      const { double, asked } = client(getVismaToken === undefined ? {} : { getVismaToken });
      const handler = middy<ExportEvent, string, Error, Context>()
        .use(middleware(double))
        .handler(() => Promise.reject(error));
      await expect(handler(event, context())).rejects.toBe(error);
      if (getVismaToken === undefined)
        expect(asked).toEqual([[bakkerij], [bakkerij, { rejected: 'token-1' }]]);
    }
  });

  it('reports nothing else', async () => {
    const { double, asked } = client();
    const handler = middy<ExportEvent, string, Error, Context>()
      .use(middleware(double))
      .handler(() => Promise.reject(Object.assign(new Error('no'), { status: 403 })));
    await expect(handler(event, context())).rejects.toThrow('no');
    const before = middy<ExportEvent, string, Error, Context>()
      .use({
        before: () => {
          throw unauthorised();
        },
      })
      .use(middleware(double))
      .handler(async () => 'never');
    await expect(before(event, context())).rejects.toMatchObject({ status: 401 });
    expect(asked).toEqual([[bakkerij]]);
  });
});
