import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../shared/platform/logger.ts';
import { bodyLimitBytes, httpHandler } from '../../../shared/platform/middleware/http-handler.ts';

const seen: Buffer[] = [];
const handler = httpHandler({
  logger: createLogger('body-limit'),
  run: async ({ rawBody }) => {
    seen.push(rawBody);
    return { status: 202, body: { accepted: true } };
  },
});

async function post(body: Buffer, isBase64Encoded: boolean): Promise<number | undefined> {
  const event = {
    body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
    headers: {},
    rawPath: '/webhooks/tickets/generic',
    requestContext: { http: { method: 'POST' }, requestId: 'request-1' },
  } as unknown as APIGatewayProxyEventV2;
  const answer = await handler(event, {} as Context);
  return answer.statusCode;
}

describe('a body', () => {
  it('of 256 KB is the largest that anything looks at', async () => {
    seen.length = 0;
    expect(await post(Buffer.alloc(bodyLimitBytes, 'a'), false)).toBe(202);
    expect(await post(Buffer.alloc(bodyLimitBytes + 1, 'a'), false)).toBe(413);
    expect(await post(Buffer.alloc(bodyLimitBytes + 1, 'a'), true)).toBe(413);
    // Counted in bytes, not in characters.
    expect(await post(Buffer.from('é'.repeat(bodyLimitBytes / 2 + 1)), false)).toBe(413);
    expect(seen).toHaveLength(1);
  });

  it('arrives as the bytes that were signed', async () => {
    seen.length = 0;
    const bytes = Buffer.from([0x00, 0xff, 0x7b]);
    await post(bytes, true);
    expect(seen[0]?.equals(bytes)).toBe(true);
  });
});
