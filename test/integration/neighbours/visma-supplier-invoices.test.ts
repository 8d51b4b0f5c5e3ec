import { afterEach, describe, expect, it } from 'vitest';
import {
  createSupplierInvoiceBook,
  mostPerTenant,
  supplierInvoiceSchema,
} from '../../../infra/local/neighbours/visma/supplier-invoice-book.ts';
import type { RunningVisma } from '../../../infra/local/neighbours/visma/visma.ts';
import { getJson, postJson } from './receiver.ts';
import {
  askToken,
  companyTenant,
  customerTenant,
  scopes,
  secondTenant,
  vismaFixture,
} from './visma-fixture.ts';

let running: RunningVisma;
afterEach(() => running.stop());

/** Two integrated companies and a token for the first. */
async function start() {
  const { visma, time } = await vismaFixture();
  running = visma;
  const { directory, forceIntegration } = visma.control;
  for (const tenantId of [companyTenant, secondTenant]) forceIntegration(directory.tenant(tenantId)!, scopes);
  return { time, token: (await askToken(visma)).token };
}

/** The documentation's minimum, with an amount. */
function anInvoice(change: object = {}) {
  return {
    date: { value: '2026-02-27T00:00:00' },
    documentType: { value: 'Invoice' },
    supplierNumber: { value: '50000' },
    supplierReference: { value: 'F-2026-001' },
    invoiceLines: [
      {
        operation: 'Insert',
        transactionDescription: { value: 'Lunch' },
        quantity: { value: 2 },
        unitCostInCurrency: { value: '10.05' },
        accountNumber: { value: '4300' },
        vatCodeId: { value: '1' },
        projectId: { value: 'X' },
      },
    ],
    ...change,
  };
}

async function write(token: string, body: unknown = anInvoice(), headers: Record<string, string> = {}) {
  const response = await fetch(`${running.url}/v1/supplierInvoice`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function read(token: string, query: string, path = '/v1/supplierInvoice') {
  const response = await fetch(`${running.url}${path}${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const firstPage = '?pageNumber=1&pageSize=100';
const tenantSwitches = (change: object) =>
  postJson(`${running.url}/control/tenants/${companyTenant}`, change);
const switches = (change: object) => postJson(`${running.url}/control/switches`, change);

describe('POST /v1/supplierInvoice', () => {
  it('makes a document that its Location leads to', async () => {
    const { token } = await start();
    const { status, headers, text } = await write(token);
    expect([status, text]).toEqual([201, '']);
    expect(headers.get('location')).toBe(`${running.url}/v1/supplierInvoice/000001`);
    expect(headers.get('x-ratelimit-policy')).toBe('4-fixed-window');
    const found = await read(token, '', new URL(headers.get('location')!).pathname);
    expect(found.headers.get('etag')).toBe(headers.get('etag'));
    expect(found.body).toMatchObject({
      referenceNumber: '000001',
      documentType: 'Invoice',
      supplier: { number: '50000' },
      supplierReference: 'F-2026-001',
      date: '2026-02-27T00:00:00',
      postPeriod: '022026',
      financialPeriod: '202602',
      status: 'Balanced',
      amount: 20.1,
      createdDateTime: '2026-03-02T09:00:00.000',
      invoiceLines: [
        { lineNumber: 1, quantity: 2, unitCost: 10.05, cost: 20.1, account: { number: '4300' } },
      ],
    });
    expect((await read(token, '', '/v1/supplierInvoice/Invoice/000001')).status).toBe(200);
    expect((await read(token, '', '/v1/supplierInvoice/CreditAdj/000001')).status).toBe(404);
  });

  it('makes another of the same document: there is no idempotency key', async () => {
    const { token } = await start();
    await write(token, anInvoice(), { 'idempotency-key': 'one' });
    const again = await write(token, anInvoice(), { 'idempotency-key': 'one' });
    expect(again.headers.get('location')).toMatch(/000002$/);
    expect(running.control.documents(companyTenant)).toHaveLength(2);
    expect(running.control.counters()).toMatchObject({
      supplierInvoiceWrites: 2,
      supplierInvoicesCreated: 2,
    });
  });

  it('numbers by itself, unless the caller insists on a number that is free', async () => {
    const { token } = await start();
    const numbered = (override: boolean) =>
      write(
        token,
        anInvoice({ referenceNumber: { value: 'SC-7' }, overrideNumberSeries: { value: override } }),
      );
    expect((await numbered(false)).headers.get('location')).toMatch(/000001$/);
    expect((await numbered(true)).headers.get('location')).toMatch(/SC-7$/);
    expect(await numbered(true)).toMatchObject({ status: 400, text: expect.stringContaining('SC-7') });
  });

  it.each([
    ['no date', { date: undefined }, 'date'],
    ['a date that is none', { date: { value: '2026-02-30' } }, 'date.value'],
    ['no document type', { documentType: undefined }, 'documentType'],
    ['an unknown document type', { documentType: { value: 'Bill' } }, 'documentType.value'],
    ['no supplier', { supplierNumber: undefined }, 'supplierNumber'],
    ['an empty supplier', { supplierNumber: { value: ' ' } }, 'supplierNumber.value'],
    ['a value without its wrapper', { supplierNumber: '50000' }, 'supplierNumber'],
    ['no reference', { supplierReference: undefined }, 'supplierReference'],
    ['no lines', { invoiceLines: [] }, 'invoiceLines'],
    ['a line without operation', { invoiceLines: [{ quantity: { value: 1 } }] }, 'invoiceLines.0.operation'],
    [
      'an amount that is none',
      { invoiceLines: [{ operation: 'Insert', quantity: { value: 'two' } }] },
      'quantity',
    ],
  ])('refuses %s by name', async (_name, change, field) => {
    const { token } = await start();
    const { status, text } = await write(token, anInvoice(change));
    expect([status, JSON.parse(text).message]).toEqual([400, expect.stringContaining(field)]);
    expect(running.control.documents()).toEqual([]);
  });

  it('refuses what is no JSON or too much of it', async () => {
    const { token } = await start();
    expect((await write(token, '{')).status).toBe(400);
    expect((await write(token, anInvoice(), { 'content-type': 'application/xml' })).status).toBe(415);
    expect((await write(token, anInvoice({ note: { value: 'x'.repeat(300_000) } }))).status).toBe(413);
  });

  it('needs the scope to create; the list needs the one to read', async () => {
    await start();
    const { token: reader } = await askToken(running, { scope: scopes[0]! });
    const { token: writer } = await askToken(running, { scope: scopes[1]! });
    expect(await write(reader)).toMatchObject({ status: 403, text: expect.stringContaining(':create') });
    expect((await write(writer)).status).toBe(201);
    expect((await read(writer, firstPage)).status).toBe(403);
    expect((await read(reader, firstPage)).body).toHaveLength(1);
  });

  it.each([401, 403, 429, 500, 503] as const)('answers %i and keeps nothing when switched', async (http) => {
    const { token } = await start();
    await tenantSwitches({ http });
    const { status, headers } = await write(token);
    expect([status, headers.get('retry-after')]).toEqual([http, http === 429 ? '30' : null]);
    expect(running.control.documents()).toEqual([]);
  });

  it('can keep a document and lose the answer', async () => {
    const { token } = await start();
    await tenantSwitches({ loseWriteAnswers: true });
    const { status, headers } = await write(token);
    expect([status, headers.get('location')]).toEqual([504, null]);
    await tenantSwitches({ loseWriteAnswers: false });
    expect((await write(token)).headers.get('location')).toMatch(/000002$/);
    expect((await read(token, firstPage)).body).toHaveLength(2);
  });

  it('has the same obstacles as every endpoint', async () => {
    const { token } = await start();
    await tenantSwitches({ licence: false });
    expect(await write(token)).toMatchObject({ status: 400, text: expect.stringContaining('12027') });
    await tenantSwitches({ licence: null });
    await postJson(`${running.url}/control/integrations`, { tenantId: customerTenant });
    const { token: customer } = await askToken(running, { tenant: customerTenant });
    expect((await write(customer)).status).toBe(401);
    expect((await write('nonsense')).status).toBe(401);
    await switches({ erp: 'down' });
    expect((await write(token)).status).toBe(503);
    await switches({ erp: 'timeout', timeoutSeconds: 0.01 });
    expect((await write(token)).status).toBe(504);
  });

  it('shares the rate limit with the other endpoints', async () => {
    const { token } = await start();
    await switches({ rateLimit: { limit: 2, windowSeconds: 60 } });
    expect((await write(token)).status).toBe(201);
    expect((await read(token, '', '/v1/organization')).headers.get('x-ratelimit-remaining')).toBe('0');
    const limited = await write(token);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60']);
    expect(running.control.documents()).toHaveLength(1);
  });
});

describe('GET /v1/supplierInvoice', () => {
  const references = ({ body }: { body: { supplierReference: string }[] }) =>
    body.map(({ supplierReference }) => supplierReference);

  it('pages and tells the total with each document', async () => {
    const { token } = await start();
    for (const value of ['a', 'b', 'c']) await write(token, anInvoice({ supplierReference: { value } }));
    const first = await read(token, '?pageNumber=1&pageSize=2');
    expect(references(first)).toEqual(['a', 'b']);
    expect(first.body[0].metadata).toEqual({ totalCount: 3, maxPageSize: 500 });
    expect(references(await read(token, '?pageNumber=2&pageSize=2'))).toEqual(['c']);
    expect(references(await read(token, '?pageNumber=3&pageSize=2'))).toEqual([]);
    expect(references(await read(token, '?pageNumber=1&pageSize=9999'))).toHaveLength(3);
  });

  it.each(['', '?pageNumber=1', '?pageSize=10', '?pageNumber=0&pageSize=10'])(
    'refuses %j: both numbers are mandatory',
    async (query) => {
      const { token } = await start();
      expect(await read(token, query)).toMatchObject({
        status: 400,
        body: { message: expect.stringMatching(/^page(Number|Size): /) },
      });
    },
  );

  it('filters as documented and ignores what it does not know', async () => {
    const { token, time } = await start();
    await write(token, anInvoice({ supplierReference: { value: 'a' } }));
    time.now += 60_000;
    await write(
      token,
      anInvoice({
        supplierReference: { value: 'b' },
        supplierNumber: { value: '50001' },
        documentType: { value: 'CreditAdj' },
        date: { value: '2026-03-01' },
        hold: { value: true },
        invoiceLines: [{ operation: 'Insert', costInCurrency: { value: 5 } }],
      }),
    );
    const filtered = async (query: string) => references(await read(token, `${firstPage}&${query}`));
    expect(await filtered('supplier=50001')).toEqual(['b']);
    expect(await filtered('documentType=Invoice')).toEqual(['a']);
    expect(await filtered('status=Hold')).toEqual(['b']);
    expect(await filtered('project=X')).toEqual(['a']);
    expect(await filtered('financialPeriod=202603')).toEqual(['b']);
    expect(await filtered('docDate=2026-03-01&docDateCondition=<')).toEqual(['a']);
    expect(await filtered('docDate=2026-03-01&docDateCondition=>=')).toEqual(['b']);
    expect(await filtered('createdDateTime=2026-03-02T09:00:00&createdDateTimeCondition=>')).toEqual(['b']);
    expect(
      await filtered('lastModifiedDateTime=2026-03-02%2009:00:00&lastModifiedDateTimeCondition=<='),
    ).toEqual(['a']);
    expect(await filtered('supplierReference=a')).toEqual(['a', 'b']);
  });

  it('refuses half a condition, nonsense, and documented filters that it does not simulate', async () => {
    const { token } = await start();
    const status = async (query: string) => (await read(token, `${firstPage}&${query}`)).status;
    expect(await status('docDate=2026-03-01')).toBe(400);
    expect(await status('docDateCondition=>')).toBe(400);
    expect(await status('docDate=yesterday&docDateCondition=>')).toBe(400);
    expect(await status('documentType=Bill')).toBe(400);
    expect(await status('dueDate=2026-03-01')).toBe(501);
  });

  it("shows no other company's documents", async () => {
    const { token } = await start();
    await write(token);
    const { token: other } = await askToken(running, { tenant: secondTenant });
    expect((await read(other, firstPage)).body).toEqual([]);
    expect((await read(other, '', '/v1/supplierInvoice/000001')).status).toBe(404);
  });
});

describe('control', () => {
  it('lists the documents of all tenants or of one', async () => {
    const { token } = await start();
    await write(token);
    await write((await askToken(running, { tenant: secondTenant })).token);
    const documents = (query: string) => getJson(`${running.url}/control/documents${query}`);
    expect(await documents('')).toMatchObject([{ tenantId: companyTenant }, { tenantId: secondTenant }]);
    expect(await documents(`?tenantId=${secondTenant.toUpperCase()}`)).toEqual(
      running.control.documents(secondTenant),
    );
    expect(running.control.documents(secondTenant)).toMatchObject([{ referenceNumber: '000001' }]);
    expect(await documents('?tenantId=nobody')).toMatchObject({ error: expect.stringContaining('nobody') });
  });

  it('keeps the newest documents of a tenant and never a number twice', async () => {
    await start();
    const book = createSupplierInvoiceBook(() => 0);
    const input = supplierInvoiceSchema.parse(anInvoice());
    for (let n = 0; n < mostPerTenant + 2; n += 1) book.create(companyTenant, input);
    book.create(secondTenant, input);
    expect(book.list(companyTenant)).toHaveLength(mostPerTenant);
    expect(book.list(companyTenant)[0]).toMatchObject({ referenceNumber: '000003' });
    expect(book.list(companyTenant).at(-1)).toMatchObject({ referenceNumber: '001002' });
    expect(book.list(secondTenant)).toHaveLength(1);
  });
});
