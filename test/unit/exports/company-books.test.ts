import { describe, expect, it } from 'vitest';
import { createCompanyBooks } from '../../../shared/adapters/visma/company-books.ts';
import type { SupplierInvoice } from '../../../shared/domain/export/company-books.ts';

const invoice: SupplierInvoice = {
  supplierNumber: '50001',
  supplierReference: 'F-1',
  date: '2026-03-02',
  description: 'Levering',
  lines: [
    { accountNumber: '4000', description: 'Meel', amount: 12.5, vatCode: '21' },
    { accountNumber: '4010', description: 'Vracht', amount: 3 },
  ],
};
const row = {
  supplier: { number: '50001', name: 'X' },
  supplierReference: 'F-1',
  date: '2026-03-02T00:00:00',
};

/** Books behind an API that gives these answers, one after the other and the last for ever. */
function books(...answers: (Response | Error)[]) {
  const requests: { url: URL; init: RequestInit }[] = [];
  const made = createCompanyBooks({
    apiUrl: 'https://api.visma.example/',
    timeoutMs: 1_000,
    clock: () => new Date('2026-03-02T09:00:00Z'),
    fetch: async (url, init = {}) => {
      requests.push({ url: new URL(String(url)), init });
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      if (answer instanceof Response) return answer.clone();
      throw answer;
    },
  });
  return { books: made, requests };
}
const page = (...rows: object[]) => Response.json(rows);

describe('the books of a company', () => {
  it('take an invoice in wrappers, and its number is in the location', async () => {
    const location = 'https://other.visma.example/v1/supplierInvoice/000%2041';
    const { books: of, requests } = books(new Response(null, { status: 201, headers: { location } }));
    expect(await of.post('token-1', invoice)).toBe('000 41');
    const [{ url, init }] = requests as [(typeof requests)[0]];
    expect([init.method, url.href]).toEqual(['POST', 'https://api.visma.example/v1/supplierInvoice']);
    expect(init.redirect).toBe('manual');
    expect(new Headers(init.headers).get('authorization')).toBe('Bearer token-1');
    expect(JSON.parse(String(init.body))).toEqual({
      documentType: { value: 'Invoice' },
      supplierNumber: { value: '50001' },
      supplierReference: { value: 'F-1' },
      date: { value: '2026-03-02T00:00:00' },
      description: { value: 'Levering' },
      validateLineDetails: { value: true },
      invoiceLines: [
        {
          operation: 'Insert',
          lineNumber: { value: 1 },
          accountNumber: { value: '4000' },
          transactionDescription: { value: 'Meel' },
          quantity: { value: 1 },
          unitCostInCurrency: { value: 12.5 },
          vatCodeId: { value: '21' },
        },
        {
          operation: 'Insert',
          lineNumber: { value: 2 },
          accountNumber: { value: '4010' },
          transactionDescription: { value: 'Vracht' },
          quantity: { value: 1 },
          unitCostInCurrency: { value: 3 },
        },
      ],
    });
  });

  it.each([
    ['a lone percent sign', 'https://api.visma.example/v1/supplierInvoice/5%', '5%'],
    ['bytes that are no text', '/v1/supplierInvoice/%E0%A4%A', '%E0%A4%A'],
  ])('have the invoice also when its location is malformed: %s', async (_, location, number) => {
    const { books: of } = books(new Response(null, { status: 201, headers: { location } }));
    expect(await of.post('token-1', invoice)).toBe(number);
  });

  it('need not tell the number', async () => {
    expect(await books(new Response(null, { status: 201 })).books.post('token-1', invoice)).toBeUndefined();
  });

  it('are asked for the supplier’s invoices of the last weeks, page by page', async () => {
    const rest = Array.from({ length: 100 }, () => ({ ...row, supplierReference: 'F-0' }));
    const { books: of, requests } = books(page(...rest), page(row));
    expect(await of.has('token-1', invoice)).toBe(true);
    expect(requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual(
      ['1', '2'].map((pageNumber) => ({
        supplier: '50001',
        documentType: 'Invoice',
        docDate: '2026-01-30',
        docDateCondition: '>=',
        pageNumber,
        pageSize: '100',
      })),
    );
  });

  it.each([
    ['nothing', []],
    ['another supplier’s, when the filter was ignored', [{ ...row, supplier: { number: '50002' } }]],
    [
      'another reference',
      [
        { ...row, supplierReference: 'F-10' },
        { ...row, supplierReference: null },
      ],
    ],
    ['an earlier year’s, when the filter was ignored', [{ ...row, date: '2025-03-02T00:00:00' }]],
  ])('do not have it: %s', async (_, rows) => {
    const { books: of } = books(page(...rows), page());
    expect(await of.has('token-1', invoice)).toBe(false);
  });

  it.each([
    ['the same', {}],
    ['with blanks', { supplierReference: ' F-1 ' }],
    ['with its date put right', { date: '2026-02-20T00:00:00' }],
    ['with a later date', { date: '2026-03-20' }],
  ])('have it: %s', async (_, change) => {
    expect(await books(page({ ...row, ...change })).books.has('token-1', invoice)).toBe(true);
  });

  it('are not read beyond what there is', async () => {
    const one = { ...row, supplierReference: 'F-0', metadata: { totalCount: 1, maxPageSize: 500 } };
    const { books: of, requests } = books(page(one));
    expect(await of.has('token-1', invoice)).toBe(false);
    expect(requests).toHaveLength(1);
  });

  it('are not believed when their list has no end or no sense', async () => {
    const endless = books(page({ ...row, supplierReference: 'F-0' }));
    await expect(endless.books.has('token-1', invoice)).rejects.toMatchObject({ reason: 'unexplained' });
    expect(endless.requests).toHaveLength(50);
    await expect(books(Response.json({ rows: [] })).books.has('token-1', invoice)).rejects.toMatchObject({
      reason: 'unexplained',
    });
  });

  it.each([
    [400, 'document-rejected', undefined],
    [401, 'unexplained', undefined],
    [403, 'forbidden', undefined],
    [404, 'unexplained', undefined],
    [429, 'throttled', 17],
    [500, 'no-answer', 17],
    [503, 'no-answer', 17],
  ])('that answer %i to a document are %s', async (status, reason, retryAfterSeconds) => {
    const answer = new Response('customer data', {
      status,
      headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    });
    const error: unknown = await books(answer)
      .books.post('token-1', invoice)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'BooksFailure', reason, status, retryAfterSeconds });
    expect(String(error)).not.toMatch(/customer data|token-1/);
  });

  it('that answer 400 to a question are not explained', async () => {
    const refused = books(new Response('{}', { status: 400 })).books;
    await expect(refused.organisations('token-1')).rejects.toMatchObject({ reason: 'unexplained' });
  });

  it('that do not answer leave it open whether it was done', async () => {
    const silent = books(new DOMException('late', 'TimeoutError')).books;
    await expect(silent.post('token-1', invoice)).rejects.toMatchObject({
      reason: 'no-answer',
      message: 'Visma did not answer: TimeoutError.',
    });
  });
});
