import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningVisma } from '../../../infra/local/neighbours/visma/visma.ts';
import { createCompanyBooks } from '../../../shared/adapters/visma/company-books.ts';
import { postJson } from '../neighbours/receiver.ts';
import { askToken, companyTenant, secondTenant, vismaFixture } from '../neighbours/visma-fixture.ts';

const invoice = {
  supplierNumber: '50001',
  supplierReference: 'F-1',
  date: '2026-03-02',
  lines: [{ accountNumber: '4000', description: 'Meel', amount: 12.5 }],
};

/** The adapter against the simulator, which was written from the documents and shares no code with it. */
describe('company books of the Visma simulator', () => {
  let visma: RunningVisma;
  let token: string;
  const books = () => createCompanyBooks({ apiUrl: visma.url, timeoutMs: 5_000 });

  beforeEach(async () => {
    ({ visma } = await vismaFixture());
    for (const tenantId of [companyTenant, secondTenant]) {
      await postJson(`${visma.url}/control/integrations`, { tenantId });
    }
    ({ token } = await askToken(visma));
  });
  afterEach(() => visma.stop());

  it('take an invoice and have it then, in that company only', async () => {
    const { token: other } = await askToken(visma, { tenant: secondTenant });
    expect(await books().has(token, invoice)).toBe(false);
    expect(await books().post(token, invoice)).toMatch(/^\d+$/);
    expect(await books().has(token, invoice)).toBe(true);
    expect(await books().has(other, invoice)).toBe(false);
    expect(visma.control.documents()).toMatchObject([
      { tenantId: companyTenant, supplier: { number: '50001' }, supplierReference: 'F-1', amount: 12.5 },
    ]);
  });

  it('find one among many pages', async () => {
    await books().post(token, invoice);
    for (let number = 2; number <= 130; number += 1) {
      await books().post(token, { ...invoice, supplierReference: `F-${number}` });
    }
    expect(await books().has(token, { ...invoice, supplierReference: 'F-130' })).toBe(true);
    expect(await books().has(token, { ...invoice, supplierReference: 'F-131' })).toBe(false);
  });

  it('say whose they are', async () => {
    expect(await books().organisations(token)).toMatchObject([
      { organizationCd: '1', name: 'Voorbeeld Groep', corporateId: '90000001' },
    ]);
  });

  it.each([
    [401, 'unexplained', undefined],
    [403, 'forbidden', undefined],
    [429, 'throttled', 30],
    [503, 'no-answer', undefined],
  ] as const)('tell %i apart', async (http, reason, retryAfterSeconds) => {
    visma.control.setTenantSwitches(companyTenant, { http });
    const failure = { name: 'BooksFailure', reason, status: http, retryAfterSeconds };
    await expect(books().has(token, invoice)).rejects.toMatchObject(failure);
    await expect(books().post(token, invoice)).rejects.toMatchObject(failure);
    expect(visma.control.documents()).toEqual([]);
  });

  it('refuse a document that lacks what is needed', async () => {
    await expect(books().post(token, { ...invoice, lines: [] })).rejects.toMatchObject({
      reason: 'document-rejected',
    });
  });
});
