import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import type { Credentials } from '../../../infra/local/cloud/iam.ts';
import { AwsError } from '../../../infra/local/cloud/service.ts';
import { type SignedRequest, verifySignature } from '../../../infra/local/cloud/sigv4.ts';

const credentials: Credentials = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'not-a-real-secret',
  sessionToken: 'not-a-real-token',
  principal: { arn: 'arn:aws:sts::000000000000:assumed-role/a/b', kind: 'role' },
};
const lookup = (id: string) => (id === credentials.accessKeyId ? credentials : undefined);

interface Wire {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** What the SDK would have put on the wire. */
async function signed(send: (config: object) => Promise<unknown>): Promise<SignedRequest> {
  let wire: Wire | undefined;
  const requestHandler = {
    handle: async (request: Wire) => {
      wire = request;
      throw new Error('captured');
    },
  };
  const { principal: _principal, ...keys } = credentials;
  const config = {
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: keys,
    maxAttempts: 1,
    requestHandler,
  };
  await send(config).catch(() => undefined);
  if (wire === undefined) throw new Error('nothing was sent');
  const query = new URLSearchParams(wire.query ?? {}).toString();
  return {
    method: wire.method,
    target: query === '' ? wire.path : `${wire.path}?${query}`,
    headers: Object.fromEntries(
      Object.entries(wire.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: Buffer.from(wire.body ?? ''),
  };
}

const message = () =>
  signed((config) =>
    new SQSClient(config).send(
      new SendMessageCommand({ QueueUrl: 'http://127.0.0.1:1/0/q', MessageBody: 'hé' }),
    ),
  );

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('signatures of the SDK', () => {
  const table: [string, () => Promise<SignedRequest>, string][] = [
    ['a JSON protocol', message, 'sqs'],
    [
      'a path that needs encoding twice',
      () =>
        signed((config) =>
          new LambdaClient(config).send(new InvokeCommand({ FunctionName: 'arn:a b:c', Payload: '{}' })),
        ),
      'lambda',
    ],
    [
      'a REST protocol',
      () =>
        signed((config) =>
          new SESv2Client(config).send(
            new SendEmailCommand({ Content: {}, FromEmailAddress: 'a@klant.example' }),
          ),
        ),
      'ses',
    ],
  ];
  it.each(table)('%s', async (_name, make, service) => {
    const verified = verifySignature(await make(), 'eu-west-1', lookup, new Date());
    expect(verified).toEqual({ credentials, service });
  });
});

describe('refusals', () => {
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  const table: [string, (request: SignedRequest) => SignedRequest, Date, string][] = [
    ['untouched', (request) => request, minutes(0), 'accepted'],
    ['just within the skew', (request) => request, minutes(4.9), 'accepted'],
    ['expired', (request) => request, minutes(6), 'InvalidSignatureException'],
    ['from the future', (request) => request, minutes(-6), 'InvalidSignatureException'],
    [
      'altered body',
      (request) => ({ ...request, body: Buffer.from('{}') }),
      minutes(0),
      'InvalidSignatureException',
    ],
    [
      'altered path',
      (request) => ({ ...request, target: '/other' }),
      minutes(0),
      'InvalidSignatureException',
    ],
    [
      'added query',
      (request) => ({ ...request, target: `${request.target}?a=1` }),
      minutes(0),
      'InvalidSignatureException',
    ],
    ['altered method', (request) => ({ ...request, method: 'PUT' }), minutes(0), 'InvalidSignatureException'],
    [
      'altered signed header',
      (request) => ({ ...request, headers: { ...request.headers, 'x-amz-target': 'AmazonSQS.PurgeQueue' } }),
      minutes(0),
      'InvalidSignatureException',
    ],
    [
      'body altered with its hash',
      (request) => {
        const { 'x-amz-content-sha256': _hash, ...headers } = request.headers;
        return { ...request, headers, body: Buffer.from('{}') };
      },
      minutes(0),
      'InvalidSignatureException',
    ],
    [
      'an unsigned x-amz header',
      (request) => ({ ...request, headers: { ...request.headers, 'x-amz-extra': '1' } }),
      minutes(0),
      'InvalidSignatureException',
    ],
    [
      'no signature',
      (request) => {
        const { authorization: _authorization, ...headers } = request.headers;
        return { ...request, headers };
      },
      minutes(0),
      'MissingAuthenticationTokenException',
    ],
    [
      'another scheme',
      (request) => ({ ...request, headers: { ...request.headers, authorization: 'Bearer x' } }),
      minutes(0),
      'IncompleteSignatureException',
    ],
    [
      'another session token',
      (request) => ({ ...request, headers: { ...request.headers, 'x-amz-security-token': 'other' } }),
      minutes(0),
      'UnrecognizedClientException',
    ],
  ];
  it.each(table)('%s', async (_name, alter, now, code) => {
    const request = alter(await message());
    expect(codeOf(() => verifySignature(request, 'eu-west-1', lookup, now))).toBe(code);
  });

  it('a wrong secret', async () => {
    const request = await message();
    const wrong = () => ({ ...credentials, secretAccessKey: 'another' });
    expect(codeOf(() => verifySignature(request, 'eu-west-1', wrong, new Date()))).toBe(
      'InvalidSignatureException',
    );
  });

  it('an unknown key', async () => {
    const request = await message();
    expect(codeOf(() => verifySignature(request, 'eu-west-1', () => undefined, new Date()))).toBe(
      'UnrecognizedClientException',
    );
  });

  it('another region', async () => {
    const request = await message();
    expect(codeOf(() => verifySignature(request, 'eu-north-1', lookup, new Date()))).toBe(
      'InvalidSignatureException',
    );
  });
});

describe('a signing key that was used before', () => {
  const now = new Date();
  const code = (request: SignedRequest, keys = credentials) =>
    codeOf(() => verifySignature(request, 'eu-west-1', () => keys, now));

  it('serves its own service, and another one has another', async () => {
    const mail = await signed((config) =>
      new SESv2Client(config).send(
        new SendEmailCommand({ Content: {}, FromEmailAddress: 'a@klant.example' }),
      ),
    );
    const requests = [await message(), mail, await message(), mail];
    expect(requests.map((request) => code(request))).toEqual(requests.map(() => 'accepted'));
  });

  it('makes no altered request right', async () => {
    const request = await message();
    expect(code(request)).toBe('accepted');
    expect(code({ ...request, target: '/other' })).toBe('InvalidSignatureException');
    expect(code(request)).toBe('accepted');
  });

  it('is of one secret: new credentials with the same name have their own', async () => {
    const request = await message();
    expect(code(request)).toBe('accepted');
    expect(code(request, { ...credentials, secretAccessKey: 'another' })).toBe('InvalidSignatureException');
  });
});
