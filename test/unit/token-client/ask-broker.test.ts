import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { brokerSettings, createBroker } from '../../../shared/token-client/ask-broker.ts';
import { VismaTokenError } from '../../../shared/token-client/errors.ts';
import { aToken, someone, tokenIdOf } from './rig.ts';

const lambda = mockClient(LambdaClient);
const ask = createBroker('broker', new LambdaClient({ ...brokerSettings, region: 'eu-west-1' }), 40);

beforeEach(() => lambda.reset());

function answers(value: unknown, fields: { FunctionError?: string } = {}): void {
  const payload = typeof value === 'string' ? value : JSON.stringify(value);
  lambda.on(InvokeCommand).resolves({ Payload: Buffer.from(payload) as never, ...fields });
}

async function failure(): Promise<VismaTokenError> {
  const error: unknown = await ask(someone).catch((thrown: unknown) => thrown);
  if (!(error instanceof VismaTokenError)) throw new Error(`no VismaTokenError: ${error}`);
  expect(error.message).not.toMatch(/token-1|Voorbeeld/);
  return error;
}

const sent = () => {
  const [call] = lambda.commandCalls(InvokeCommand);
  const { FunctionName, Payload } = call!.args[0].input;
  return { FunctionName, request: JSON.parse(Buffer.from(Payload as Uint8Array).toString('utf8')) };
};

describe('the question', () => {
  it('is whom the token is for, and nothing else that the caller’s object has', async () => {
    answers(aToken());
    const event = { environmentId: 'bakkerij', administrationId: '1', iban: 'NL00TEST' };
    expect(await ask(event)).toEqual(aToken());
    expect(sent()).toEqual({
      FunctionName: 'broker',
      request: { environmentId: 'bakkerij', administrationId: '1' },
    });
  });

  it('can be about a connection, and name a refused token', async () => {
    answers(aToken());
    await ask({ connectionId: 'con_1' }, tokenIdOf('token-0'));
    expect(sent().request).toEqual({ connectionId: 'con_1', rejectedTokenId: tokenIdOf('token-0') });
  });

  it('that cannot be answered is not sent', async () => {
    await expect(ask({ environmentId: '', administrationId: '1' })).rejects.toMatchObject({
      name: 'VismaTokenFault',
    });
    expect(lambda.calls()).toEqual([]);
  });
});

describe('a failure of the broker', () => {
  it.each([
    [{ failure: 'administration-not-mapped' }, 'VismaAdministrationNotMapped', {}],
    [
      { failure: 'connection-not-active', state: 'code-issued' },
      'VismaConnectionNotActive',
      { state: 'code-issued' },
    ],
    [
      { failure: 'connection-not-active', state: 'unknown' },
      'VismaConnectionNotActive',
      { state: 'unknown' },
    ],
    [
      { failure: 'tenant-disconnected', reason: 'missing-scopes' },
      'VismaTenantDisconnected',
      { reason: 'missing-scopes' },
    ],
    [{ failure: 'client-rejected' }, 'VismaClientRejected', {}],
    [
      { failure: 'temporarily-unavailable', retryAfterSeconds: 17 },
      'VismaTemporarilyUnavailable',
      { retryAfterSeconds: 17 },
    ],
  ])('%j has a name of its own', async (answer, name, fields) => {
    answers(answer);
    expect(await failure()).toMatchObject({ name, code: answer.failure, ...fields });
  });

  it.each([
    [
      'state',
      { failure: 'connection-not-active', state: 'suspended' },
      { name: 'VismaConnectionNotActive', state: 'suspended' },
    ],
    [
      'reason',
      { failure: 'tenant-disconnected', reason: 'licence-ended' },
      { name: 'VismaTenantDisconnected', reason: 'unknown' },
    ],
    [
      'field',
      { failure: 'temporarily-unavailable', retryAfterSeconds: 17, since: 'x' },
      { name: 'VismaTemporarilyUnavailable', retryAfterSeconds: 17 },
    ],
  ])('may have a %s that only a newer broker knows', async (_, answer, expected) => {
    answers(answer);
    const thrown = await failure();
    expect(thrown).toMatchObject(expected);
    expect(thrown.message).not.toContain('undefined');
  });

  it.each([
    ['full-moon', '"full-moon"'],
    ['token-1 <b>', 'something'],
  ])('that only a newer broker knows says so: %s', async (word, told) => {
    answers({ failure: word });
    const thrown = await failure();
    expect(thrown).toMatchObject({ name: 'VismaTokenFault' });
    expect(thrown.message).toMatch(`says ${told}, which this version of the token client does not know`);
  });

  it('of too much patience is temporary: whoever asks says how long he waits', async () => {
    const silent = {
      send: (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) =>
        new Promise((_resolve, reject) => {
          abortSignal.addEventListener('abort', () =>
            reject(Object.assign(new Error('aborted'), { name: 'AbortError' })),
          );
        }),
    };
    const impatient = createBroker('broker', silent as never, 0.01);
    await expect(impatient(someone)).rejects.toMatchObject({ name: 'VismaTemporarilyUnavailable' });
  });

  it.each([
    ['a throttle', Object.assign(new Error('x'), { name: 'TooManyRequestsException', $fault: 'client' })],
    ['an outage', Object.assign(new Error('x'), { name: 'ServiceException', $fault: 'server' })],
    ['a timeout', Object.assign(new Error('x'), { name: 'TimeoutError' })],
    ['the end of all patience', Object.assign(new Error('x'), { name: 'AbortError' })],
    ['a lost connection', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
  ])('%s may pass', async (_, error) => {
    lambda.on(InvokeCommand).rejects(error);
    const thrown = await failure();
    expect(thrown).toMatchObject({ name: 'VismaTemporarilyUnavailable', retryAfterSeconds: 5 });
    expect(thrown.cause).toBeInstanceOf(Error);
  });

  it.each([['Sandbox.Timedout'], ['Runtime.ExitError'], ['TypeError'], [undefined]])(
    'that ended in %s may pass',
    async (errorType) => {
      answers({ errorType, errorMessage: 'token-1' }, { FunctionError: 'Unhandled' });
      expect(await failure()).toMatchObject({
        name: 'VismaTemporarilyUnavailable',
        cause: { message: `The token broker failed: ${errorType ?? 'unknown'}.` },
      });
    },
  );

  it.each([
    [
      'what it calls permanent',
      () => answers({ errorType: 'PermanentError' }, { FunctionError: 'Unhandled' }),
    ],
    ['an answer that does not fit', () => answers({ accessToken: 'token-1' })],
    ['a failure without what belongs to it', () => answers({ failure: 'temporarily-unavailable' })],
    ['no JSON', () => answers('token-1')],
    ['nothing', () => answers('')],
  ])('does not pass: %s', async (_, arrange) => {
    arrange();
    expect(await failure()).toMatchObject({ name: 'VismaTokenFault', code: 'fault' });
  });

  it.each([
    ['AccessDeniedException', 'TokenConsumerPolicyArn'],
    ['ResourceNotFoundException', 'TokenBrokerName'],
    ['ExpiredTokenException', 'ExpiredTokenException'],
  ])('of the set-up says what is missing: %s', async (name, told) => {
    lambda.on(InvokeCommand).rejects(Object.assign(new Error('x'), { name, $fault: 'client' }));
    const thrown = await failure();
    expect(thrown).toMatchObject({ name: 'VismaTokenFault' });
    expect(thrown.message).toContain(told);
  });
});
