import { Readable } from 'node:stream';
import { AwsError, type CloudService } from '../../../infra/local/cloud/service.ts';
import { someone } from './fake-cloud.ts';

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array;
}

/**
 * Configuration that lets a real SDK client talk to a service without a socket: what the client makes of our answers
 * (checksums, dates, error classes) is part of the test.
 */
export function sdkConfig(service: CloudService) {
  return {
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:4566',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: SdkRequest) => ({ response: await answer(service, request) }),
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    },
  };
}

async function answer(service: CloudService, request: SdkRequest) {
  const sent = request.body ?? '{}';
  // The SDK wraps its bytes in an object that warns when it is used as text.
  const body =
    typeof sent === 'string' ? Buffer.from(sent) : Buffer.from(sent.buffer, sent.byteOffset, sent.length);
  const action = request.headers['x-amz-target']?.split('.')[1] ?? 'SendEmail';
  const input = JSON.parse(body.toString());
  const http = { method: request.method, path: request.path, headers: request.headers, body };
  try {
    const done = await service.call({ service: service.name, action, input, principal: someone, http });
    return reply(done.status ?? 200, done.body, {});
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const content = { __type: error.code, message: error.message, ...error.fields };
    return reply(error.status, content, { 'x-amzn-errortype': error.code });
  }
}

function reply(statusCode: number, body: unknown, headers: Record<string, string>) {
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    statusCode,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': `${bytes.length}`,
      ...headers,
    },
    body: Readable.from([bytes]),
  };
}
