import { describe, expect, it } from 'vitest';
import { exportDocuments } from '../../../functions/export-documents/export-documents.ts';
import {
  type ExportedDocument,
  exportAnswer,
  exportRequest,
} from '../../../shared/contracts/exports/export-documents.ts';
import type { VismaToken } from '../../../shared/contracts/tokens/token-broker.ts';
import { BooksFailure, type CompanyBooks } from '../../../shared/domain/export/company-books.ts';
import {
  type TokenClient,
  type TokenFor,
  VismaAdministrationNotMapped,
  VismaTemporarilyUnavailable,
  VismaTokenRefused,
} from '../../../shared/token-client/index.ts';
import { aToken } from '../token-client/rig.ts';

function aDocument(change: Partial<ExportedDocument> = {}): ExportedDocument {
  return {
    administrationId: '10',
    supplierNumber: '50001',
    supplierReference: 'F-1',
    date: '2026-03-02',
    lines: [{ accountNumber: '4000', description: 'Meel', amount: 12.5 }],
    ...change,
  };
}

const handel: VismaToken = aToken({
  accessToken: 'handel',
  organisations: [{ organizationCd: '1', name: 'Handel', corporateId: '23456789' }],
});
const transport: VismaToken = aToken({
  accessToken: 'transport',
  connectionId: 'con_2',
  organisations: [{ organizationCd: '1', name: 'Transport', corporateId: '34567890' }],
});

/** Two companies' books behind their tokens. What `tokens` or `books` replace goes wrong. */
function world(change: { tokens?: Partial<TokenClient>; books?: Partial<CompanyBooks> } = {}) {
  const posted: string[] = [];
  const calls: string[] = [];
  const read: Record<string, unknown> = { handel: handel.organisations, transport: transport.organisations };
  const books: CompanyBooks = {
    organisations: async (accessToken) => {
      calls.push(`whose ${accessToken}`);
      return read[accessToken];
    },
    has: async (accessToken, { supplierNumber, supplierReference }) =>
      posted.includes(`${accessToken} ${supplierNumber} ${supplierReference}`),
    post: async (accessToken, { supplierNumber, supplierReference }) => {
      posted.push(`${accessToken} ${supplierNumber} ${supplierReference}`);
      return String(posted.length).padStart(6, '0');
    },
    ...change.books,
  };
  const tokenFor = async (of: TokenFor): Promise<VismaToken> => {
    const administrationId = 'administrationId' in of ? of.administrationId : '';
    if (administrationId === '10') return handel;
    if (administrationId === '20' || administrationId === '21') return transport;
    throw new VismaAdministrationNotMapped(of);
  };
  const tokens: TokenClient = {
    getVismaToken: tokenFor,
    withVismaToken: async (of, call) => call(await tokenFor(of)),
    ...change.tokens,
  };
  const run = async (...documents: ExportedDocument[]) => {
    const request = exportRequest.parse({ environmentId: 'groep', documents });
    const answer = exportAnswer.parse(await exportDocuments({ tokens, books }, request));
    return answer.results.map(({ administrationId, supplierReference, ...result }) => [
      `${administrationId} ${supplierReference}`,
      result,
    ]);
  };
  return { run, posted, calls, read };
}

describe('an export', () => {
  it('posts each document to the company of its administration, asked once whose books they are', async () => {
    const { run, posted, calls } = world();
    expect(
      await run(
        aDocument(),
        aDocument({ administrationId: '20' }),
        aDocument({ supplierReference: 'F-2' }),
        aDocument({ administrationId: '21', supplierReference: 'F-3' }),
      ),
    ).toEqual([
      ['10 F-1', { outcome: 'posted', number: '000001' }],
      ['10 F-2', { outcome: 'posted', number: '000002' }],
      ['20 F-1', { outcome: 'posted', number: '000003' }],
      ['21 F-3', { outcome: 'posted', number: '000004' }],
    ]);
    expect(posted).toEqual([
      'handel 50001 F-1',
      'handel 50001 F-2',
      'transport 50001 F-1',
      'transport 50001 F-3',
    ]);
    expect(calls).toEqual(['whose handel', 'whose transport', 'whose transport']);
  });

  it('posts nothing twice, in one run or the next', async () => {
    const { run, posted } = world();
    await run(aDocument(), aDocument());
    expect(await run(aDocument(), aDocument({ supplierNumber: '50002' }))).toEqual([
      ['10 F-1', { outcome: 'already-there' }],
      ['10 F-1', { outcome: 'posted', number: '000002' }],
    ]);
    expect(posted).toEqual(['handel 50001 F-1', 'handel 50002 F-1']);
  });

  it('writes nothing to books that are not the judged company’s, and goes on with the others', async () => {
    const { run, posted, read } = world();
    read.handel = [{ organizationCd: '1', name: 'Handel', corporateId: '99999999' }];
    expect(
      await run(aDocument(), aDocument({ supplierReference: 'F-2' }), aDocument({ administrationId: '20' })),
    ).toEqual([
      ['10 F-1', { outcome: 'refused', reason: 'wrong-organisation' }],
      ['10 F-2', { outcome: 'refused', reason: 'wrong-organisation' }],
      ['20 F-1', { outcome: 'posted', number: '000001' }],
    ]);
    expect(posted).toEqual(['transport 50001 F-1']);
  });

  it('asks whose books they are again when the token is another one', async () => {
    const later = { ...transport, accessToken: 'elsewhere' };
    let uses = 0;
    const { run, posted, read } = world({
      tokens: {
        // The mapping changes between the two documents.
        withVismaToken: async (_, call) => {
          uses += 1;
          return call(uses === 1 ? handel : later);
        },
      },
    });
    read.elsewhere = handel.organisations;
    expect(await run(aDocument(), aDocument({ supplierReference: 'F-2' }))).toMatchObject([
      ['10 F-1', { outcome: 'posted' }],
      ['10 F-2', { outcome: 'refused', reason: 'wrong-organisation' }],
    ]);
    expect(posted).toEqual(['handel 50001 F-1']);
  });

  it.each([
    [new VismaAdministrationNotMapped({ connectionId: 'x' }), { reason: 'administration-not-mapped' }],
    [new VismaTokenRefused({ connectionId: 'x' }), { reason: 'token-refused' }],
    [
      new VismaTemporarilyUnavailable({ connectionId: 'x' }, 9),
      { reason: 'temporarily-unavailable', retryAfterSeconds: 9 },
    ],
  ])('without a token is refused with the reason: %s', async (error, refusal) => {
    const { run, posted } = world({ tokens: { withVismaToken: () => Promise.reject(error) } });
    expect(await run(aDocument())).toEqual([['10 F-1', { outcome: 'refused', ...refusal }]]);
    expect(posted).toEqual([]);
  });

  it.each([
    [{ reason: 'throttled', retryAfterSeconds: 17 } as const, 1],
    [{ reason: 'no-answer' } as const, 1],
    [{ reason: 'forbidden' } as const, 1],
    [{ reason: 'document-rejected' } as const, 2],
  ])('that meets %j tries %i of two documents, and the other administration', async (refusal, tries) => {
    let tried = 0;
    const { run } = world({
      books: {
        post: async (accessToken) => {
          if (accessToken === 'transport') return '000001';
          tried += 1;
          throw new BooksFailure('refused', refusal);
        },
      },
    });
    const answer = await run(
      aDocument(),
      aDocument({ supplierReference: 'F-2' }),
      aDocument({ administrationId: '20' }),
    );
    expect(answer).toEqual([
      ['10 F-1', { outcome: 'refused', ...refusal }],
      ['10 F-2', { outcome: 'refused', ...refusal }],
      ['20 F-1', { outcome: 'posted', number: '000001' }],
    ]);
    expect(tried).toBe(tries);
  });

  it('fails on a mistake of its own', async () => {
    const mistake = new TypeError('undefined is not a function');
    const { run } = world({ books: { has: () => Promise.reject(mistake) } });
    await expect(run(aDocument())).rejects.toBe(mistake);
  });
});
