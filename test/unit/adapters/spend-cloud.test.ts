import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from '../../../shared/adapters/retry-after.ts';
import { createSpendCloudWebhook } from '../../../shared/adapters/spend-cloud/webhook.ts';
import type { SpendCloudWebhook } from '../../../shared/contracts/webhooks/spend-cloud.ts';

const current = `whsec_${Buffer.from('current key of the webhook').toString('base64')}`;
const previous = `whsec_${Buffer.from('previous key of the webhook').toString('base64')}`;
const body: SpendCloudWebhook = {
  type: 'connection.activated',
  timestamp: '2026-03-02T09:00:00.000Z',
  data: {
    environmentId: 'voorbeeld',
    connectionId: 'con_1',
    companyId: 'cmp_1',
    companyName: 'Café "Één" <B.V.>',
    administrations: ['adm-1'],
  },
};

function webhook(answer: () => Response) {
  const requests: RequestInit[] = [];
  const secrets = async () => ({ current, previous });
  const { post } = createSpendCloudWebhook({
    url: 'https://spend-cloud.example/hook',
    secrets: { read: secrets, readAgain: secrets },
    fetch: async (_, init = {}) => {
      requests.push(init);
      return answer();
    },
  });
  return { post, requests };
}

describe('the webhook to Spend Cloud', () => {
  it('is signed so that either key verifies it', async () => {
    const { post, requests } = webhook(() => new Response(null, { status: 204 }));
    await post('con_1-000007', body);
    const headers = Object.fromEntries(new Headers(requests[0]?.headers));
    const payload = String(requests[0]?.body);
    for (const key of [current, previous]) {
      expect(new Webhook(key).verify(payload, headers)).toEqual(body);
    }
    expect(headers['webhook-id']).toBe('con_1-000007');
    expect(requests[0]?.redirect).toBe('manual');
  });

  it.each([302, 400, 401, 404, 410, 429, 500, 503])('is repeated after %i', async (status) => {
    const { post } = webhook(() => new Response('no', { status, headers: { 'retry-after': '120' } }));
    await expect(post('id', body)).rejects.toMatchObject({
      name: 'TransientError',
      retryAfterSeconds: 120,
      message: expect.stringContaining(String(status)),
    });
  });

  it('is signed with fresh keys in the repetition after 401', async () => {
    const kept = { current: previous };
    const requests: RequestInit[] = [];
    const { post } = createSpendCloudWebhook({
      url: 'https://spend-cloud.example/hook',
      secrets: { read: async () => kept, readAgain: async () => Object.assign(kept, { current, previous }) },
      fetch: async (_, init = {}) => {
        requests.push(init);
        return new Response(null, { status: requests.length === 1 ? 401 : 204 });
      },
    });
    await expect(post('id', body)).rejects.toMatchObject({ name: 'TransientError' });
    await post('id', body);
    const headers = Object.fromEntries(new Headers(requests[1]?.headers));
    expect(new Webhook(current).verify(String(requests[1]?.body), headers)).toEqual(body);
  });

  it('is repeated when nobody answers', async () => {
    const { post } = webhook(() => {
      throw new TypeError('fetch failed');
    });
    await expect(post('id', body)).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('that does not fit its contract is not sent', async () => {
    const { post, requests } = webhook(() => new Response());
    await expect(post('id', { ...body, timestamp: 'today' })).rejects.toMatchObject({
      name: 'PermanentError',
    });
    expect(requests).toEqual([]);
  });
});

describe('Retry-After', () => {
  it.each([
    ['30', 30],
    [' 0 ', 1],
    ['Mon, 02 Mar 2026 09:01:00 GMT', 60],
    ['Mon, 02 Mar 2026 08:00:00 GMT', 1],
    ['999999999', 43_200],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('%j is %j seconds', (header, seconds) => {
    expect(retryAfterSeconds(header, new Date('2026-03-02T09:00:00Z'))).toBe(seconds);
  });
});
