import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTokenClient, getVismaToken, withVismaToken } from '../../../shared/token-client/index.ts';
import { aToken, someone, tokenIdOf } from './rig.ts';

const lambda = mockClient(LambdaClient);
beforeEach(() => lambda.reset());

const newClient = () =>
  createTokenClient({
    functionName: 'broker',
    lambda: new LambdaClient({ region: 'eu-west-1' }),
    clock: () => new Date('2026-03-02T09:00:00Z'),
  });

/** A broker that vends token-1, token-2 …: the next one to whoever reports the current one. Answers the reports. */
function vends(expiresAt = aToken().expiresAt): string[] {
  const reports: string[] = [];
  let number = 1;
  lambda.on(InvokeCommand).callsFake(({ Payload }) => {
    const { rejectedTokenId } = JSON.parse(Buffer.from(Payload).toString('utf8'));
    if (rejectedTokenId !== undefined) reports.push(rejectedTokenId);
    if (rejectedTokenId === tokenIdOf(`token-${number}`)) number += 1;
    return { Payload: Buffer.from(JSON.stringify(aToken({ accessToken: `token-${number}`, expiresAt }))) };
  });
  return reports;
}

describe('a call with a token', () => {
  it('has the token, and its answer is answered', async () => {
    const reports = vends();
    expect(await newClient().withVismaToken(someone, async ({ accessToken }) => `with ${accessToken}`)).toBe(
      'with token-1',
    );
    expect(reports).toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['answers a Response', () => new Response('', { status: 401 })],
    [
      'answers an object with its response',
      () => ({ error: {}, response: new Response('', { status: 401 }) }),
    ],
    ['answers a status code', () => ({ statusCode: 401 })],
    ['throws a status', () => Promise.reject(Object.assign(new Error('no'), { status: 401 }))],
    [
      'throws a response',
      () => Promise.reject(Object.assign(new Error('no'), { response: { status: 401 } })),
    ],
    [
      'throws a response’s code',
      () => Promise.reject(Object.assign(new Error('no'), { response: { statusCode: 401 } })),
    ],
  ])('that %s of 401 is made once more, with another token', async (_, refuse) => {
    const reports = vends();
    const used: string[] = [];
    const client = newClient();
    const answer = await client.withVismaToken(someone, async ({ accessToken }) => {
      used.push(accessToken);
      return used.length === 1 ? refuse() : 'done';
    });
    expect(answer).toBe('done');
    expect(used).toEqual(['token-1', 'token-2']);
    expect(reports).toEqual([tokenIdOf('token-1')]);
    expect(await client.getVismaToken(someone)).toMatchObject({ accessToken: 'token-2' });
    expect(lambda.calls()).toHaveLength(2);
  });

  it('is made twice at most', async () => {
    const reports = vends();
    let calls = 0;
    const refused = newClient().withVismaToken(someone, async () => {
      calls += 1;
      throw Object.assign(new Error('no'), { status: 401, headers: { authorization: 'Bearer token-1' } });
    });
    await expect(refused).rejects.toMatchObject({ name: 'VismaTokenRefused', code: 'token-refused' });
    // The refused call's own error stays out: it may carry its headers.
    await expect(refused).rejects.not.toHaveProperty('cause');
    expect([calls, reports.length]).toEqual([2, 1]);
  });

  it('is not made again with the token that was refused', async () => {
    lambda.on(InvokeCommand).resolves({ Payload: Buffer.from(JSON.stringify(aToken())) as never });
    let calls = 0;
    const refused = newClient().withVismaToken(someone, async () => {
      calls += 1;
      return new Response('', { status: 401 });
    });
    await expect(refused).rejects.toMatchObject({ name: 'VismaTokenRefused' });
    expect(calls).toBe(1);
  });

  it.each([403, 429, 500])('that says %i is the caller’s own matter', async (status) => {
    const reports = vends();
    const answer = await newClient().withVismaToken(someone, async () => new Response('', { status }));
    expect(answer.status).toBe(status);
    const mine = Object.assign(new Error('mine'), { status });
    await expect(newClient().withVismaToken(someone, () => Promise.reject(mine))).rejects.toBe(mine);
    expect(reports).toEqual([]);
  });

  it('whose token nobody can replace now says so', async () => {
    vends();
    const client = newClient();
    await client.getVismaToken(someone);
    const away = { failure: 'temporarily-unavailable', retryAfterSeconds: 40 };
    lambda.on(InvokeCommand).resolves({ Payload: Buffer.from(JSON.stringify(away)) as never });
    const refused = client.withVismaToken(someone, async () => new Response('', { status: 401 }));
    await expect(refused).rejects.toMatchObject({
      name: 'VismaTemporarilyUnavailable',
      retryAfterSeconds: 40,
    });
  });

  it('ends after two tries and one report each, whichever tokens the API takes and however many call', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 6 })),
        fc.integer({ min: 1, max: 8 }),
        async (taken, callers) => {
          lambda.reset();
          const reports = vends();
          const client = newClient();
          let longest = 0;
          const outcomes = await Promise.allSettled(
            Array.from({ length: callers }, () => {
              let tries = 0;
              return client.withVismaToken(someone, async ({ accessToken }) => {
                tries += 1;
                longest = Math.max(longest, tries);
                await Promise.resolve();
                if (!taken.includes(Number(accessToken.slice('token-'.length)))) {
                  throw Object.assign(new Error('no'), { status: 401 });
                }
              });
            }),
          );
          expect(longest).toBeLessThanOrEqual(2);
          expect(new Set(reports).size).toBe(reports.length);
          expect(reports.length).toBeLessThanOrEqual(1);
          const works = taken.includes(1) || taken.includes(2);
          expect(outcomes.map(({ status }) => status)).toEqual(
            Array(callers).fill(works ? 'fulfilled' : 'rejected'),
          );
        },
      ),
    );
  });
});

describe('the client of the process', () => {
  afterEach(() => {
    delete process.env.VISMA_TOKEN_BROKER;
  });

  it('is made for the broker that the environment names, when it is first needed', async () => {
    await expect(getVismaToken(someone)).rejects.toMatchObject({
      name: 'VismaTokenFault',
      message: expect.stringContaining('VISMA_TOKEN_BROKER'),
    });
    vends('2100-01-01T00:00:00Z');
    process.env.VISMA_TOKEN_BROKER = 'the-broker';
    const { accessToken } = await getVismaToken(someone);
    expect(accessToken).toBe('token-1');
    expect(await withVismaToken(someone, async (token) => token.connectionId)).toBe('con_1');
    expect(lambda.commandCalls(InvokeCommand).map(({ args }) => args[0].input.FunctionName)).toEqual([
      'the-broker',
    ]);
  });
});
