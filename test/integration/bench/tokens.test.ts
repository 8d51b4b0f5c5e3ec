import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

describe('bench:tokens', () => {
  it('runs, and counts one request per tenant and lifetime across processes', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'test/bench/tokens.ts', '--quick'],
      { timeout: 100_000 },
    );
    const figures = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const waits = { p50Ms: expect.any(Number), p99Ms: expect.any(Number) };
    expect(figures).toEqual({
      stampede: [
        { processes: 1, callers: 1, tokenRequests: 1, ...waits },
        { processes: 3, callers: 10, tokenRequests: 1, ...waits },
      ],
      expiryWave: { tenants: 60, tokenRequests: 60, peakRequestsPerSecond: expect.any(Number) },
      warm: {
        inProcessOpsPerSecond: expect.any(Number),
        sharedOpsPerSecond: expect.any(Number),
        sharedP50Ms: expect.any(Number),
        sharedP99Ms: expect.any(Number),
      },
      service: [],
      peers: ['simple-oauth2', 'openid-client', '@badgateway/oauth2-client'].map((name) => ({
        name,
        processes: 3,
        callers: 10,
        tokenRequests: expect.any(Number),
      })),
    });
  });
});
