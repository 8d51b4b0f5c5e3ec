import * as z from 'zod';

/** Documents kept per tenant; the oldest goes for the next, so that memory is bounded. */
export const mostPerTenant = 1_000;

const documentTypes = ['Invoice', 'CreditAdj', 'DebitAdj', 'Prepayment', 'Refund', 'Payment'] as const;
export const documentTypeSchema = z.enum(documentTypes);

/** `DtoValueOf…`: every field of a written document is wrapped, so that absent and empty differ. */
const required = z.object({ value: z.string().trim().min(1, 'cannot be empty') });
const optional = z.object({ value: z.string().nullish() }).optional();
const flag = z.object({ value: z.boolean().nullish() }).optional();
/** The documentation's own example writes numbers as text. */
const decimal = z
  .object({
    value: z.union([
      z.number(),
      z
        .string()
        .regex(/^-?\d+(\.\d+)?$/, 'must be a number')
        .transform(Number),
    ]),
  })
  .optional();
const dateValue = z.object({ value: z.union([z.iso.date(), z.iso.datetime({ local: true, offset: true })]) });
const period = (format: string) =>
  z.object({ value: z.string().regex(/^\d{6}$/, `must have the format ${format}`) }).optional();

const lineSchema = z.object({
  /** The examples always name it, and a new document can only insert. */
  operation: z.literal('Insert', 'must be Insert'),
  inventoryNumber: optional,
  transactionDescription: optional,
  quantity: decimal,
  uom: optional,
  unitCostInCurrency: decimal,
  costInCurrency: decimal,
  accountNumber: optional,
  subaccount: z.array(z.object({ segmentId: z.int(), segmentValue: z.string() })).default([]),
  vatCodeId: optional,
  projectId: optional,
  note: optional,
});

/**
 * `SupplierInvoiceUpdateDto` as far as an export writes it, of `POST /v1/supplierInvoice`. Mandatory is what "Supplier
 * Invoice" in docs.vismasoftware.no calls the minimum, less the number, which automatic numbering makes. Unknown fields
 * are ignored, as a forum shows the real one to do.
 */
export const supplierInvoiceSchema = z.object({
  date: dateValue,
  documentType: z.object({ value: documentTypeSchema }),
  supplierNumber: required,
  supplierReference: required,
  invoiceLines: z.array(lineSchema).min(1, 'cannot be empty'),
  referenceNumber: optional,
  overrideNumberSeries: flag,
  hold: flag,
  postPeriod: period('MMYYYY'),
  financialPeriod: period('YYYYMM'),
  dueDate: dateValue.optional(),
  currencyId: optional,
  description: optional,
  paymentRefNo: optional,
  branchNumber: optional,
  note: optional,
});
type SupplierInvoiceInput = z.output<typeof supplierInvoiceSchema>;

/** `SupplierInvoiceDto` as far as an export reads it. */
export interface SupplierInvoice {
  readonly supplier: { readonly number: string };
  readonly documentType: (typeof documentTypes)[number];
  readonly referenceNumber: string;
  readonly supplierReference: string;
  /** e.g. `2026-03-02T00:00:00`, as are the other dates. */
  readonly date: string;
  readonly dueDate?: string;
  /** MMYYYY */
  readonly postPeriod: string;
  /** YYYYMM */
  readonly financialPeriod: string;
  readonly status: 'Hold' | 'Balanced';
  readonly hold: boolean;
  readonly currencyId: string;
  readonly description: string;
  readonly paymentRefNo: string;
  readonly branchNumber: { readonly number: string };
  readonly note: string;
  readonly detailTotal: number;
  readonly amount: number;
  readonly balance: number;
  readonly invoiceLines: readonly ReturnType<typeof toLine>[];
  readonly createdDateTime: string;
  readonly lastModifiedDateTime: string;
  /** Version of the document; its ETag. */
  readonly timeStamp: string;
}

export interface SupplierInvoiceBook {
  /** The new document; a string says why there is none. The same one twice makes two: no key prevents it (visma.md 3.3). */
  create(tenantId: string, input: SupplierInvoiceInput): SupplierInvoice | string;
  find(tenantId: string, referenceNumber: string, documentType?: string): SupplierInvoice | undefined;
  /** Oldest first. */
  list(tenantId: string): readonly SupplierInvoice[];
  /** Of one tenant, or of all. */
  documents(tenantId?: string): readonly (SupplierInvoice & { readonly tenantId: string })[];
}

/** Every company's supplier invoices, in memory. */
export function createSupplierInvoiceBook(clock: () => number): SupplierInvoiceBook {
  const books = new Map<string, { invoices: SupplierInvoice[]; lastNumber: number }>();
  const list = (tenantId: string) => books.get(tenantId)?.invoices ?? [];

  return {
    create(tenantId, input) {
      const book = books.get(tenantId) ?? { invoices: [], lastNumber: 0 };
      // Automatic numbering makes the number unless the caller insists on his own. UNCONFIRMED, hence no one relies on it.
      const own = input.overrideNumberSeries?.value === true ? text(input.referenceNumber) : '';
      if (own !== '' && book.invoices.some(({ referenceNumber }) => referenceNumber === own)) {
        return `referenceNumber: ${own} is in use already`;
      }
      book.lastNumber += 1;
      const invoice = toInvoice(input, own || String(book.lastNumber).padStart(6, '0'), clock());
      book.invoices.push(invoice);
      if (book.invoices.length > mostPerTenant) book.invoices.shift();
      books.set(tenantId, book);
      return invoice;
    },
    find: (tenantId, number, type) =>
      list(tenantId).find(
        ({ referenceNumber, documentType }) =>
          referenceNumber === number && (type === undefined || documentType === type),
      ),
    list,
    documents: (tenantId) =>
      (tenantId === undefined ? [...books.keys()] : [tenantId]).flatMap((id) =>
        list(id).map((invoice) => ({ tenantId: id, ...invoice })),
      ),
  };
}

function toInvoice(input: SupplierInvoiceInput, referenceNumber: string, now: number): SupplierInvoice {
  const date = midnight(input.date.value);
  const [year, month] = date.split('-');
  const { postPeriod, financialPeriod } = input;
  const invoiceLines = input.invoiceLines.map(toLine);
  // VAT isn't calculated: the real figure hangs on the company's settings.
  const total = round(invoiceLines.reduce((sum, { cost }) => sum + cost, 0));
  const created = new Date(now).toISOString().replace('Z', '');
  const hold = input.hold?.value ?? false;
  return {
    supplier: { number: input.supplierNumber.value },
    documentType: input.documentType.value,
    referenceNumber,
    supplierReference: input.supplierReference.value,
    date,
    ...(input.dueDate === undefined ? {} : { dueDate: midnight(input.dueDate.value) }),
    postPeriod: postPeriod?.value ?? turn(financialPeriod?.value, 4) ?? `${month}${year}`,
    financialPeriod: financialPeriod?.value ?? turn(postPeriod?.value, 2) ?? `${year}${month}`,
    status: hold ? 'Hold' : 'Balanced',
    hold,
    currencyId: text(input.currencyId) || 'EUR',
    description: text(input.description),
    paymentRefNo: text(input.paymentRefNo),
    branchNumber: { number: text(input.branchNumber) || '1' },
    note: text(input.note),
    detailTotal: total,
    amount: total,
    balance: total,
    invoiceLines,
    createdDateTime: created,
    lastModifiedDateTime: created,
    timeStamp: Buffer.from(`${referenceNumber} ${now}`).toString('base64'),
  };
}

/** `SupplierInvoiceLineDto` of a written line. */
function toLine(line: SupplierInvoiceInput['invoiceLines'][number], index: number) {
  const quantity = line.quantity?.value ?? 0;
  const unitCost = line.unitCostInCurrency?.value ?? 0;
  return {
    lineNumber: index + 1,
    inventoryNumber: text(line.inventoryNumber),
    transactionDescription: text(line.transactionDescription),
    quantity,
    uom: text(line.uom),
    unitCost,
    cost: line.costInCurrency?.value ?? round(quantity * unitCost),
    account: { number: text(line.accountNumber) },
    subaccount: { segments: line.subaccount },
    vatCode: { id: text(line.vatCodeId) },
    project: { id: text(line.projectId) },
    note: text(line.note),
  };
}

function text(wrapped: { value?: string | null | undefined } | undefined): string {
  return wrapped?.value?.trim() ?? '';
}

function midnight(date: string): string {
  return `${date.slice(0, 10)}T00:00:00`;
}

/** MMYYYY from YYYYMM, and back. */
function turn(value: string | undefined, at: number): string | undefined {
  return value === undefined ? undefined : value.slice(at) + value.slice(0, at);
}

/** The documents carry four decimals. */
function round(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
