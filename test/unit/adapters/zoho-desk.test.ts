import { describe, expect, it } from 'vitest';
import { createZohoTokenIssuer } from '../../../shared/adapters/zoho-desk/token-issuer.ts';
import { createZohoApi } from '../../../shared/adapters/zoho-desk/zoho-api.ts';
import type { Token, TokenFailure } from '../../../shared/domain/token/token.ts';

const secret = {
  clientId: '1000.A',
  clientSecret: 'kept-secret',
  refreshToken: '1000.r',
  segment: 's',
  versionId: 'v1',
};

function anIssuer(answer: () => Response) {
  const told: string[] = [];
  const issuer = createZohoTokenIssuer({
    accountsUrl: 'https://accounts.example',
    timeoutMs: 100,
    secret: { read: async () => secret, readAgain: async () => secret },
    onClientRejected: () => told.push('rejected'),
    onAway: (reason) => told.push(reason),
    fetch: async () => answer(),
  });
  return { issuer, told };
}

describe('Zoho’s accounts server', () => {
  it('gives a token for the secret’s version, under keys of its own', async () => {
    const { issuer } = anIssuer(() => Response.json({ access_token: '1000.t', expires_in: 3600 }));
    expect(await issuer.issue('zoho-desk')).toMatchObject({
      outcome: 'issued',
      token: { accessToken: '1000.t', secretVersion: 'v1' },
      expiresInSeconds: 3600,
    });
    expect(await issuer.client()).toEqual({
      clientKey: expect.stringMatching(/^zoho-desk\.[0-9a-f]{20}$/),
      secretVersion: 'v1',
    });
  });

  it.each(['invalid_client', 'invalid_code', 'invalid_client_secret'])(
    'refuses our client with status 200 and %s',
    async (error) => {
      const { issuer, told } = anIssuer(() => Response.json({ error }));
      expect(await issuer.issue('zoho-desk')).toMatchObject({ outcome: 'refused' });
      expect(told).toEqual(['rejected']);
    },
  );

  it.each([
    () => Response.json({ error: 'Access Denied' }, { status: 400 }),
    () => Response.json({ error: 'internal' }),
    () => new Response('<html>', { status: 502 }),
    () => {
      throw new TypeError('fetch failed');
    },
  ])('is away for now: %s', async (answer) => {
    const { issuer, told } = anIssuer(answer);
    expect(await issuer.issue('zoho-desk')).toEqual({ outcome: 'away' });
    expect(told).toHaveLength(1);
    expect(told.join()).not.toContain('secret');
  });
});

function anApi(answers: readonly (() => Response)[], tokens: readonly (string | TokenFailure)[] = ['t1']) {
  const asked: string[] = [];
  const rejected: (string | undefined)[] = [];
  const api = createZohoApi({
    deskUrl: 'https://desk.example',
    orgId: '2000',
    timeoutMs: 100,
    tokens: {
      get: async (_, rejectedTokenId) => {
        const token = tokens[rejected.push(rejectedTokenId) - 1] ?? tokens[0]!;
        if (typeof token !== 'string') return token;
        return {
          accessToken: token,
          tokenId: `id-of-${token}`,
          issuedAt: 0,
          expiresAt: 1,
          secretVersion: 'v',
        } satisfies Token;
      },
    },
    fetch: async (url, init) => {
      const headers = init?.headers as Record<string, string>;
      asked.push(
        `${String(url).replace('https://desk.example/api/v1', '')} ${headers.authorization} ${headers.orgId}`,
      );
      return answers[asked.length - 1]!();
    },
  });
  return { api, asked, rejected };
}

const ticket = { id: '1', createdTime: '2026-03-02T09:00:00.000Z' };

describe('the API of Zoho Desk', () => {
  it('is asked with token and org', async () => {
    const { api, asked } = anApi([() => Response.json(ticket)]);
    expect(await api.ticket('1')).toMatchObject({ id: '1' });
    expect(asked).toEqual(['/tickets/1?include=contacts Zoho-oauthtoken t1 2000']);
  });

  it('is asked once more with another token when it refuses one', async () => {
    const { api, asked, rejected } = anApi(
      [() => new Response('{}', { status: 401 }), () => Response.json(ticket)],
      ['t1', 't2'],
    );
    expect(await api.ticket('1')).toMatchObject({ id: '1' });
    expect(rejected).toEqual([undefined, 'id-of-t1']);
    expect(asked[1]).toContain('t2');
  });

  it('has nothing where it answers 404 or an empty list', async () => {
    expect(await anApi([() => new Response('{}', { status: 404 })]).api.ticket('1')).toBeUndefined();
    expect(await anApi([() => new Response(null, { status: 204 })]).api.threads('1')).toEqual([]);
  });

  it.each([
    [429, 'TransientError', 7],
    [503, 'TransientError', 7],
    [422, 'PermanentError', undefined],
  ])('that answers %i fails as %s', async (status, name, retryAfterSeconds) => {
    const { api } = anApi([() => new Response('{}', { status, headers: { 'retry-after': '7' } })]);
    await expect(api.ticket('1')).rejects.toMatchObject({
      name,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  });

  it('is not asked without a token', async () => {
    const { api, asked } = anApi([], [{ failure: 'temporarily-unavailable', retryAfterSeconds: 9 }]);
    await expect(api.ticket('1')).rejects.toMatchObject({ name: 'TransientError', retryAfterSeconds: 9 });
    expect(asked).toEqual([]);
  });

  it('does not say what it answered when that does not fit', async () => {
    const { api } = anApi([() => Response.json({ id: 7, subject: 'geheim' })]);
    await expect(api.ticket('1')).rejects.toThrow(/^(?!.*geheim).*does not fit/);
  });

  it('lists changed tickets until one is older', async () => {
    const page = (from: number, modifiedTime: string) => () =>
      Response.json({
        data: Array.from({ length: 100 }, (_, index) => ({ id: String(from + index), modifiedTime })),
      });
    const { api, asked } = anApi([
      page(0, '2026-03-02T10:00:00.000Z'),
      page(100, '2026-03-02T08:00:00.000Z'),
    ]);
    expect(await api.changedSince('2026-03-02T09:00:00.000Z')).toHaveLength(100);
    expect(asked[1]).toContain('/tickets?sortBy=-modifiedTime&from=100&limit=100');
  });
});
