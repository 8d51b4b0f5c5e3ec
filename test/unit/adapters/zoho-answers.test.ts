import { describe, expect, it } from 'vitest';
import { createZohoApi } from '../../../shared/adapters/zoho-desk/zoho-api.ts';
import { createZohoTickets } from '../../../shared/adapters/zoho-desk/zoho-tickets.ts';
import { AnswerNotPut, type TicketAnswer } from '../../../shared/domain/ticket/ticket-system.ts';

const answer: TicketAnswer = {
  answerId: '0123456789abcdef0123456789abcdef01234567',
  about: 'InvitationCodeIssued',
  locale: 'nl',
  text: 'Beste <klant> & "co",\r\nregel 2\n\n  \nKenmerk: 0123456789\n',
};
const ticket = {
  id: '1',
  createdTime: '2026-03-02T09:00:00.000Z',
  departmentId: 'd1',
  status: 'Open',
  contact: { email: 'finance@klant.example' },
  cf: { cf_state: '0/3 active, waiting for us' },
};

type Answers = Readonly<Record<string, (call: number) => Response>>;

/** Answers by method and path; what has no answer is not there. */
function rig(answers: Answers, hasToken = true) {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const authorisations: string[] = [];
  const api = createZohoApi({
    deskUrl: 'https://desk.example',
    orgId: '2000',
    timeoutMs: 1_000,
    tokens: {
      get: async (_, rejected) =>
        hasToken
          ? {
              accessToken: rejected === undefined ? 't1' : 't2',
              tokenId: 'id-of-t1',
              issuedAt: 0,
              expiresAt: 1,
              secretVersion: 'v',
            }
          : { failure: 'temporarily-unavailable', retryAfterSeconds: 9 },
    },
    fetch: async (url, init) => {
      const path = String(url).replace('https://desk.example/api/v1', '').replace(/\?.*/, '');
      const key = `${init?.method ?? 'GET'} ${path}`;
      asked.push(key);
      if (init?.body !== undefined) bodies.push(JSON.parse(String(init.body)));
      authorisations.push(new Headers(init?.headers).get('authorization') ?? '');
      const call = asked.filter((other) => other === key).length;
      return answers[key]?.(call) ?? new Response('{}', { status: 404 });
    },
  });
  const system = createZohoTickets(api, {
    agentId: 'a1',
    departmentIds: ['d1'],
    fromEmailAddress: 'support@vendor.example',
    fieldNames: { environment: 'cf_e', companies: 'cf_c', tenantId: 'cf_t', state: 'cf_state' },
    statuses: { customer: 'On Hold', vendor: 'Open', closed: 'Closed' },
  });
  return { system, asked, bodies, authorisations };
}

const read = (change: object = {}) => ({ 'GET /tickets/1': () => Response.json({ ...ticket, ...change }) });
const sendReply = 'POST /tickets/1/sendReply';
const thrownBy = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const failing = (code: string) => () => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
};

describe('an answer on a ticket of Zoho Desk', () => {
  it('is mailed to the requester, with nothing of the text as markup', async () => {
    const { system, bodies } = rig({ ...read(), [sendReply]: () => Response.json({ id: 'th9' }) });
    expect(await system.reply('1', answer)).toEqual({ messageId: 'th9' });
    expect(bodies).toEqual([
      {
        channel: 'EMAIL',
        fromEmailAddress: 'support@vendor.example',
        to: 'finance@klant.example',
        contentType: 'html',
        content: '<p>Beste &lt;klant&gt; &amp; &quot;co&quot;,<br />regel 2</p><p>Kenmerk: 0123456789</p>',
      },
    ]);
  });

  it.each([
    ['without an address', { contact: { email: null }, email: null }],
    ['with more than one', { contact: { email: 'a@klant.example,b@other.example' } }],
  ])('of a requester %s is a comment that the customer sees', async (_name, change) => {
    const { system, bodies, asked } = rig({
      ...read(change),
      'POST /tickets/1/comments': () => Response.json({ id: 'co9' }),
    });
    expect(await system.reply('1', answer)).toEqual({ messageId: 'co9' });
    expect(bodies).toMatchObject([{ isPublic: true, contentType: 'html' }]);
    expect(asked).not.toContain(sendReply);
  });

  it.each([
    ['is not there', {}],
    ['is trashed', read({ isTrashed: true })],
    ['is another department’s', read({ departmentId: 'd2' })],
    ['went while it was answered', read()],
  ])('is not put on a ticket that %s', async (_name, answers) => {
    expect(await rig(answers).system.reply('1', answer)).toBe('gone');
  });

  it('is put with another token when one is refused', async () => {
    const { system, authorisations, asked } = rig({
      ...read(),
      [sendReply]: (call) =>
        call === 1 ? new Response('{}', { status: 401 }) : Response.json({ id: 'th9' }),
    });
    expect(await system.reply('1', answer)).toEqual({ messageId: 'th9' });
    expect(asked).toEqual(['GET /tickets/1', sendReply, sendReply]);
    expect(authorisations.at(-1)).toBe('Zoho-oauthtoken t2');
  });

  it.each([
    ['400', () => new Response('{}', { status: 400 })],
    ['401 twice', () => new Response('{}', { status: 401 })],
    ['422', () => new Response('{}', { status: 422 })],
    ['429', () => new Response('{}', { status: 429, headers: { 'retry-after': '7' } })],
    ['200 with an error', () => Response.json({ errorCode: 'INVALID_DATA', message: 'geheim' })],
    ['200 with an error as the accounts server’s', () => Response.json({ error: 'Access Denied' })],
    ['a refused connection', failing('ECONNREFUSED')],
  ])('is certainly not put after %s', async (name, respond) => {
    const error = await thrownBy(rig({ ...read(), [sendReply]: respond }).system.reply('1', answer));
    expect(error).toBeInstanceOf(AnswerNotPut);
    expect(error).toMatchObject(name === '429' ? { retryAfterSeconds: 7 } : {});
    expect(String(error)).not.toContain('geheim');
  });

  it('is certainly not put without a token or when the ticket cannot be read', async () => {
    const without = await thrownBy(rig({}, false).system.reply('1', answer));
    expect(without).toBeInstanceOf(AnswerNotPut);
    expect(without).toMatchObject({ retryAfterSeconds: 9 });
    const unread = rig({ 'GET /tickets/1': () => new Response('', { status: 503 }) });
    await expect(unread.system.reply('1', answer)).rejects.toThrow(AnswerNotPut);
  });

  it.each([
    ['500', () => new Response('', { status: 500 })],
    ['504', () => new Response('', { status: 504 })],
    ['408', () => new Response('', { status: 408 })],
    ['a broken connection', failing('ECONNRESET')],
    ['200 without an id', () => Response.json({})],
    ['204', () => new Response(null, { status: 204 })],
  ])('may be on the ticket after %s', async (_name, respond) => {
    const error = await thrownBy(rig({ ...read(), [sendReply]: respond }).system.reply('1', answer));
    expect(error).toMatchObject({ name: 'TransientError' });
    expect(error).not.toBeInstanceOf(AnswerNotPut);
  });
});

describe('an answer that may be on a ticket of Zoho Desk', () => {
  const thread = (id: string, content: string, change: object = {}) => ({
    id,
    direction: 'out',
    createdTime: `2026-03-02T09:0${id.slice(-1)}:00.000Z`,
    author: { id: 'a1', type: 'AGENT' },
    content,
    ...change,
  });
  const withThreads = (...threads: readonly ReturnType<typeof thread>[]): Answers => ({
    'GET /tickets/1/threads': () => Response.json({ data: threads.map(({ content: _, ...rest }) => rest) }),
    ...Object.fromEntries(
      threads.map((one) => [`GET /tickets/1/threads/${one.id}`, () => Response.json(one)]),
    ),
  });

  it('is the oldest thread of ours with its reference', async () => {
    const { system } = rig(
      withThreads(
        thread('th4', '> Kenmerk: 0123456789'),
        thread('th3', '<p>Kenmerk: 0123456789</p>'),
        thread('th2', '<p>Kenmerk: 9999999999</p>'),
      ),
    );
    expect(await system.findReply('1', answer)).toEqual({ messageId: 'th3' });
  });

  it('is no thread of the customer or of a person at the desk who quotes it', async () => {
    const { system } = rig(
      withThreads(
        thread('th2', 'Kenmerk: 0123456789', { direction: 'in', author: { id: 'c1', type: 'END_USER' } }),
        thread('th3', 'Kenmerk: 0123456789', { author: { id: 'a2', type: 'AGENT' } }),
      ),
    );
    expect(await system.findReply('1', answer)).toBeUndefined();
  });

  it('is a comment of ours where it could not be mailed', async () => {
    const comment = (id: string, commenter: object) => ({
      id,
      content: 'Kenmerk: 0123456789',
      commentedTime: ticket.createdTime,
      commenter,
    });
    const { system } = rig({
      'GET /tickets/1/comments': () =>
        Response.json({ data: [comment('c', { type: 'END_USER' }), comment('ours', { type: 'AGENT' })] }),
    });
    expect(await system.findReply('1', answer)).toEqual({ messageId: 'ours' });
  });

  it('is not there on a ticket without any message', async () => {
    const empty = () => new Response(null, { status: 204 });
    const { system } = rig({ 'GET /tickets/1/threads': empty, 'GET /tickets/1/comments': empty });
    expect(await system.findReply('1', answer)).toBeUndefined();
  });
});

describe('a ticket of Zoho Desk that follows its connections', () => {
  const patch = 'PATCH /tickets/1';
  const changed = { [patch]: () => Response.json({ id: '1' }) };

  it.each([
    ['customer', 1, { status: 'On Hold', cf: { cf_state: '1/3 active, waiting for customer' } }],
    ['vendor', 1, { cf: { cf_state: '1/3 active, waiting for us' } }],
    ['nobody', 3, { status: 'Closed', cf: { cf_state: '3/3 active, done' } }],
  ] as const)(
    'is told, when it is the turn of %s, only what differs',
    async (turn, activeCompanies, change) => {
      const { system, bodies } = rig({ ...read(), ...changed });
      expect(await system.follow('1', { turn, activeCompanies, companies: 3 })).toBe('followed');
      expect(bodies).toEqual([change]);
    },
  );

  it('is not written to when nothing differs', async () => {
    const { system, asked } = rig({ ...read(), ...changed });
    expect(await system.follow('1', { turn: 'vendor', activeCompanies: 0, companies: 3 })).toBe('followed');
    expect(asked).toEqual(['GET /tickets/1']);
  });

  it.each([
    ['it is not there', {}],
    ['it is trashed', read({ isTrashed: true })],
    ['it went in between', read()],
  ])('is gone when %s', async (_name, answers) => {
    const { system } = rig(answers);
    expect(await system.follow('1', { turn: 'nobody', activeCompanies: 3, companies: 3 })).toBe('gone');
  });

  it.each([
    [() => new Response('{}', { status: 429 }), 'TransientError'],
    [() => new Response('', { status: 503 }), 'TransientError'],
    [failing('ECONNRESET'), 'TransientError'],
    [() => new Response('{}', { status: 422 }), 'PermanentError'],
    [() => Response.json({ errorCode: 'INVALID_DATA' }), 'PermanentError'],
  ])('fails with what %s means: %s', async (respond, name) => {
    const { system } = rig({ ...read(), [patch]: respond });
    await expect(
      system.follow('1', { turn: 'nobody', activeCompanies: 3, companies: 3 }),
    ).rejects.toMatchObject({ name });
  });
});
