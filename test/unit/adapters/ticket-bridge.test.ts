import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createTicketBridge } from '../../../shared/adapters/ticket-bridge/ticket-bridge.ts';
import { AnswerNotPut, type TicketAnswer } from '../../../shared/domain/ticket/ticket-system.ts';

const current = `whsec_${Buffer.from('current key of the bridge').toString('base64')}`;
const previous = `whsec_${Buffer.from('previous key of the bridge').toString('base64')}`;
const answer: TicketAnswer = {
  answerId: '0123456789abcdef0123456789abcdef01234567',
  about: 'InvitationCodeIssued',
  locale: 'nl',
  text: 'De code is verstuurd naar uw contactpersoon.\n\nKenmerk: 0123456789',
};

function bridge(respond: () => Response) {
  const requests: RequestInit[] = [];
  const kept = { current: previous };
  let now = Date.parse('2026-03-02T09:00:00.000Z');
  const system = createTicketBridge({
    url: 'https://bridge.example/hook',
    secrets: { read: async () => kept, readAgain: async () => Object.assign(kept, { current, previous }) },
    clock: () => new Date(now),
    fetch: async (_, init = {}) => {
      requests.push(init);
      return respond();
    },
  });
  const verified = (index: number, key = previous) => {
    const { headers, body } = requests[index]!;
    // The library compares with the real clock; the time it was signed at is the test's.
    const { 'webhook-id': id, 'webhook-signature': signature } = Object.fromEntries(new Headers(headers));
    const wanted = new Webhook(key).sign(id!, new Date(now), String(body));
    expect(signature?.split(' ')).toContain(wanted);
    return { id, ...JSON.parse(String(body)) };
  };
  return {
    system,
    requests,
    verified,
    wait: (ms: number) => {
      now += ms;
    },
  };
}

const failing = (code: string) => () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
};
const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

describe('an answer over the bridge', () => {
  it('is signed, has its own id as the webhook’s, and comes back with the message’s', async () => {
    const { system, verified, requests } = bridge(() => Response.json({ messageId: 'msg-7', more: 1 }));
    expect(await system.reply('1001', answer)).toEqual({ messageId: 'msg-7' });
    expect(verified(0)).toEqual({
      id: answer.answerId,
      type: 'ticket.answer',
      timestamp: '2026-03-02T09:00:00.000Z',
      data: { ticketId: '1001', ...answer },
    });
    expect(requests[0]?.redirect).toBe('manual');
  });

  it.each([
    () => new Response(null, { status: 204 }),
    () => new Response('thanks'),
    () => Response.json({ messageId: 7 }),
    () => Response.json({ messageId: ' ' }),
    () => Response.json(null),
  ])('is put where the bridge says no id: %s', async (respond) => {
    expect(await bridge(respond).system.reply('1001', answer)).toEqual({ messageId: undefined });
  });

  it.each([404, 410])('has no ticket any more where %i says so', async (status) => {
    const { system } = bridge(() => Response.json({ gone: true }, { status }));
    expect(await system.reply('1001', answer)).toBe('gone');
    expect(await system.follow('1001', { turn: 'vendor', activeCompanies: 0, companies: 1 })).toBe('gone');
  });

  it.each([301, 400, 401, 403, 404, 410, 422, 429])(
    'is not on the ticket after a bare %i',
    async (status) => {
      const { system } = bridge(() => new Response('<html>', { status, headers: { 'retry-after': '120' } }));
      const error = await thrownBy(system.reply('1001', answer));
      expect(error).toBeInstanceOf(AnswerNotPut);
      expect(error).toMatchObject({ name: 'TransientError', retryAfterSeconds: 120 });
    },
  );

  it.each([408, 409, 500, 502, 503])('may be on the ticket after %i', async (status) => {
    const error = await thrownBy(bridge(() => new Response('', { status })).system.reply('1001', answer));
    expect(error).toMatchObject({ name: 'TransientError', message: expect.stringContaining(String(status)) });
    expect(error).not.toBeInstanceOf(AnswerNotPut);
  });

  it.each([
    ['ECONNREFUSED', true],
    ['ENOTFOUND', true],
    ['UND_ERR_CONNECT_TIMEOUT', true],
    ['ECONNRESET', false],
    ['UND_ERR_HEADERS_TIMEOUT', false],
  ])('that fails with %s is certainly not put: %s', async (code, isCertain) => {
    const error = await thrownBy(bridge(failing(code)).system.reply('1001', answer));
    expect(error).toMatchObject({ name: 'TransientError' });
    expect(error instanceof AnswerNotPut).toBe(isCertain);
  });

  it('says nothing of what the bridge answered', async () => {
    const error = await thrownBy(
      bridge(() => new Response('geheim', { status: 400 })).system.reply('1', answer),
    );
    expect(String(error)).not.toContain('geheim');
  });

  it('is signed with fresh keys after 401, under the same id', async () => {
    let asked = 0;
    const { system, verified } = bridge(() => {
      asked += 1;
      return new Response(null, { status: asked === 1 ? 401 : 204 });
    });
    await expect(system.reply('1001', answer)).rejects.toThrow(AnswerNotPut);
    await system.reply('1001', answer);
    expect(verified(1, current).id).toBe(answer.answerId);
  });

  it('is looked for by nobody: the bridge knows a repetition', async () => {
    const { system, requests } = bridge(() => new Response());
    expect(await system.findReply('1001', answer)).toBeUndefined();
    expect(requests).toEqual([]);
  });
});

describe('a standing over the bridge', () => {
  it('says whose turn it is and whether the ticket is closed', async () => {
    const { system, verified } = bridge(() => new Response(null, { status: 204 }));
    const standing = { activeCompanies: 3, companies: 3 };
    expect(await system.follow('1001', { turn: 'customer', ...standing, activeCompanies: 1 })).toBe(
      'followed',
    );
    expect(await system.follow('1001', { turn: 'nobody', ...standing })).toBe('followed');
    expect(verified(0)).toMatchObject({
      type: 'ticket.standing',
      data: { ticketId: '1001', turn: 'customer', activeCompanies: 1, companies: 3, closed: false },
    });
    expect(verified(1)).toMatchObject({ data: { turn: 'nobody', closed: true } });
  });

  it('that comes back after another is no repetition of the first', async () => {
    const { system, verified, wait } = bridge(() => new Response(null, { status: 204 }));
    const ids: unknown[] = [];
    for (const turn of ['customer', 'vendor', 'customer'] as const) {
      await system.follow('1001', { turn, activeCompanies: 0, companies: 1 });
      ids.push(verified(ids.length).id);
      wait(1);
    }
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{40}$/);
  });

  it.each([404, 410, 500])('is repeated after a bare %i', async (status) => {
    const { system } = bridge(() => new Response('', { status }));
    await expect(
      system.follow('1001', { turn: 'vendor', activeCompanies: 0, companies: 1 }),
    ).rejects.toMatchObject({ name: 'TransientError' });
  });
});
