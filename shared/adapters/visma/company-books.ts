import * as z from 'zod';
import { BooksFailure, type CompanyBooks, type SupplierInvoice } from '../../domain/export/company-books.ts';
import { type Clock, systemClock } from '../../platform/clock.ts';
import { errorName } from '../../platform/errors.ts';
import { parseJson } from '../parsing.ts';
import { retryAfterSeconds } from '../retry-after.ts';

/** Part of SupplierInvoiceDto in the published specification (visma.md [S11]). */
const invoicesRead = z.array(
  z.object({
    supplier: z.object({ number: z.string() }),
    supplierReference: z.string().nullish(),
    date: z.string(),
    metadata: z.object({ totalCount: z.number() }).optional(),
  }),
);

const pageSize = 100;
/** No company has so many invoices of one supplier in a few weeks: such a list is endless. */
const mostPages = 50;

/** An accountant may have put the date of a posted invoice right; further back the number is another year's. */
const lookBackDays = 31;

/** Purchase invoices of Visma.net ERP. `timeoutMs` is of each call. */
export function createCompanyBooks(options: {
  readonly apiUrl: string;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
}): CompanyBooks {
  const { timeoutMs, fetch: request = fetch, clock = systemClock } = options;

  async function ask(
    method: 'GET' | 'POST',
    path: string,
    accessToken: string,
    body?: unknown,
  ): Promise<{ readonly headers: Headers; readonly json: unknown }> {
    let response: Response;
    let text: string;
    try {
      response = await request(`${options.apiUrl.replace(/\/+$/, '')}${path}`, {
        method,
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${accessToken}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        // A redirect would carry the token to whoever it names.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (cause) {
      throw new BooksFailure(`Visma did not answer: ${errorName(cause)}.`, { reason: 'no-answer', cause });
    }
    if (response.ok) return { headers: response.headers, json: parseJson(text) };
    const { status } = response;
    const retryAfter = retryAfterSeconds(response.headers.get('retry-after'), clock());
    throw new BooksFailure(`Visma answered ${status} to a ${method}.`, {
      reason: reasonOf(method, status),
      status,
      retryAfterSeconds: retryAfter,
    });
  }

  return {
    organisations: async (accessToken) => (await ask('GET', '/v1/organization', accessToken)).json,

    has: async (accessToken, invoice) => {
      const since = daysBefore(invoice.date, lookBackDays);
      let seen = 0;
      for (let pageNumber = 1; pageNumber <= mostPages; pageNumber += 1) {
        const query = new URLSearchParams({
          supplier: invoice.supplierNumber,
          documentType: 'Invoice',
          docDate: since,
          docDateCondition: '>=',
          pageNumber: String(pageNumber),
          pageSize: String(pageSize),
        });
        const { json } = await ask('GET', `/v1/supplierInvoice?${query}`, accessToken);
        const parsed = invoicesRead.safeParse(json);
        if (!parsed.success) {
          throw new BooksFailure("Visma's list of supplier invoices does not fit.", {
            reason: 'unexplained',
          });
        }
        const rows = parsed.data;
        // There is no filter for the reference, and a filter that Visma does not know is ignored (visma.md 3.2).
        if (rows.some((row) => isSame(row, invoice, since))) return true;
        seen += rows.length;
        if (rows.length === 0 || seen >= (rows[0]?.metadata?.totalCount ?? Number.POSITIVE_INFINITY))
          return false;
      }
      throw new BooksFailure("Visma's list of supplier invoices has no end.", { reason: 'unexplained' });
    },

    post: async (accessToken, invoice) => {
      const { headers } = await ask('POST', '/v1/supplierInvoice', accessToken, updateOf(invoice));
      // `…/v1/supplierInvoice/<number>`; the answer has no body.
      const number = headers.get('location')?.split('/').at(-1);
      return number === undefined || number === '' ? undefined : decoded(number);
    },
  };
}

/** As it is when it is malformed: by then the invoice is posted, and an error would have it posted again. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function isSame(
  { supplier, supplierReference, date }: z.output<typeof invoicesRead>[number],
  invoice: SupplierInvoice,
  since: string,
): boolean {
  return (
    supplier.number === invoice.supplierNumber &&
    supplierReference?.trim() === invoice.supplierReference &&
    date.slice(0, since.length) >= since
  );
}

/** visma.md 3.5 and 3.7. A 5xx may come after the document was posted. */
function reasonOf(method: 'GET' | 'POST', status: number): BooksFailure['reason'] {
  if (status === 429) return 'throttled';
  if (status === 408 || status >= 500) return 'no-answer';
  if (status === 403) return 'forbidden';
  return method === 'POST' && [400, 409, 422].includes(status) ? 'document-rejected' : 'unexplained';
}

/** SupplierInvoiceUpdateDto: each field in a wrapper, so that absent and empty differ. */
function updateOf(invoice: SupplierInvoice): object {
  return {
    documentType: { value: 'Invoice' },
    supplierNumber: { value: invoice.supplierNumber },
    supplierReference: { value: invoice.supplierReference },
    date: { value: `${invoice.date}T00:00:00` },
    ...(invoice.description === undefined ? {} : { description: { value: invoice.description } }),
    // Without it a line that is wrong is left out without a word.
    validateLineDetails: { value: true },
    invoiceLines: invoice.lines.map((line, index) => ({
      operation: 'Insert',
      lineNumber: { value: index + 1 },
      accountNumber: { value: line.accountNumber },
      transactionDescription: { value: line.description },
      quantity: { value: 1 },
      unitCostInCurrency: { value: line.amount },
      ...(line.vatCode === undefined ? {} : { vatCodeId: { value: line.vatCode } }),
    })),
  };
}

function daysBefore(date: string, days: number): string {
  const instant = new Date(`${date}T00:00:00Z`);
  instant.setUTCDate(instant.getUTCDate() - days);
  return instant.toISOString().slice(0, 10);
}
