import type { Context, Hono } from 'hono';
import * as z from 'zod';
import type { ErpGateway } from './erp-gateway.ts';
import { documentTypeSchema, type SupplierInvoice, supplierInvoiceSchema } from './supplier-invoice-book.ts';
import type { World } from './world.ts';

/** About 500 lines; the real limit is unknown. */
const mostBytes = 256 * 1_024;

/** Configurable per endpoint of the real one and told in each answer: a client reads it there. */
const maxPageSize = 500;

const comparisons = {
  '>': (a: string, b: string) => a > b,
  '<': (a: string, b: string) => a < b,
  '>=': (a: string, b: string) => a >= b,
  '<=': (a: string, b: string) => a <= b,
};

const page = z.coerce.number('must be given').int().min(1);
const moment = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2}(\.\d{1,3})?)?$/,
    'must be like 2026-03-02 or 2026-03-02T09:00:00',
  )
  .transform((value) => value.replace(' ', 'T'))
  .optional();
const condition = z.enum(['>', '<', '>=', '<=']).optional();

/** The documented query; whatever else is in it is ignored with a 200 (visma.md 3.2), e.g. a `supplierReference`. */
const querySchema = z.object({
  /**
   * Mandatory (visma.md 3.4). Without them the real one takes defaults and may leave records out without a word; here
   * it is refused, so that nobody gets used to that.
   */
  pageNumber: page,
  pageSize: page,
  supplier: z.string().optional(),
  documentType: documentTypeSchema.optional(),
  status: z
    .enum(['Hold', 'Balanced', 'Voided', 'Scheduled', 'Open', 'Closed', 'Printed', 'Prebooked', 'Reserved'])
    .optional(),
  project: z.string().optional(),
  financialPeriod: z.string().optional(),
  docDate: moment,
  docDateCondition: condition,
  createdDateTime: moment,
  createdDateTimeCondition: condition,
  lastModifiedDateTime: moment,
  lastModifiedDateTimeCondition: condition,
});
type Query = z.output<typeof querySchema>;

/** Documented filters that are not simulated: to ignore them would be a wrong success. */
const notSimulated = ['released', 'branch', 'dueDate', 'item', 'balance', 'greaterThanValue'];

/** `SupplierInvoice` of the published specification, as far as an export needs it. */
export function supplierInvoiceRoutes(app: Hono, world: World, gateway: ErpGateway): void {
  const read = { verb: 'read', counter: 'supplierInvoiceReads' } as const;

  app.get(
    '/v1/supplierInvoice',
    gateway.operation(read, (c, { tenantId }) => {
      const missing = notSimulated.find((name) => c.req.query(name) !== undefined);
      if (missing !== undefined) return c.json({ message: `This simulator has no filter ${missing}` }, 501);
      const query = querySchema.safeParse(c.req.query());
      if (!query.success) return badRequest(c, query.error);
      const unpaired = firstUnpaired(query.data);
      if (unpaired !== undefined) {
        return c.json({ message: `${unpaired} and ${unpaired}Condition must be given together` }, 400);
      }
      const found = world.invoices.list(tenantId).filter((invoice) => matches(invoice, query.data));
      const pageSize = Math.min(query.data.pageSize, maxPageSize);
      const start = (query.data.pageNumber - 1) * pageSize;
      const metadata = { totalCount: found.length, maxPageSize };
      return c.json(found.slice(start, start + pageSize).map((invoice) => ({ ...invoice, metadata })));
    }),
  );

  const readOne = gateway.operation(read, (c, { tenantId }) => {
    const number = c.req.param('number') ?? '';
    const invoice = world.invoices.find(tenantId, number, c.req.param('type'));
    if (invoice === undefined) return c.json({ message: `There is no supplier invoice ${number}` }, 404);
    return c.json(invoice, 200, { ETag: etag(invoice) });
  });
  app.get('/v1/supplierInvoice/:number', readOne);
  app.get('/v1/supplierInvoice/:type/:number', readOne);

  app.post(
    '/v1/supplierInvoice',
    gateway.operation({ verb: 'create', counter: 'supplierInvoiceWrites' }, async (c, { tenantId }) => {
      if (!/^(application|text)\/json\b/i.test(c.req.header('content-type') ?? '')) {
        return c.json({ message: 'This simulator reads JSON only' }, 415);
      }
      const text = await c.req.text();
      if (Buffer.byteLength(text) > mostBytes) return c.json({ message: 'The document is too large' }, 413);
      const body = json(text);
      if (body === undefined) return c.json({ message: 'The body is not valid JSON' }, 400);
      const parsed = supplierInvoiceSchema.safeParse(body);
      if (!parsed.success) return badRequest(c, parsed.error);
      const invoice = world.invoices.create(tenantId, parsed.data);
      if (typeof invoice === 'string') return c.json({ message: invoice }, 400);
      world.count('supplierInvoicesCreated', tenantId);
      if (world.tenantSwitches(tenantId).loseWriteAnswers) return c.text('Gateway Timeout', 504);
      // The number is the Location's last part; clients read it there, since there is no body.
      const location = new URL(
        `/v1/supplierInvoice/${encodeURIComponent(invoice.referenceNumber)}`,
        c.req.url,
      );
      return c.body(null, 201, { Location: location.href, ETag: etag(invoice) });
    }),
  );
}

/** The specification has no schema of errors; a body with a `message` is what most reports show (visma.md 3.5). */
function badRequest(c: Context, error: z.ZodError): Response {
  const [issue] = error.issues;
  return c.json({ message: `${issue?.path.join('.') || 'body'}: ${issue?.message}` }, 400);
}

/** The parsed text; undefined when it is not JSON. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const dated = ['docDate', 'createdDateTime', 'lastModifiedDateTime'] as const;

/** A date filter whose other half is missing: they are documented as "mutually inclusive". */
function firstUnpaired(query: Query): string | undefined {
  return dated.find((name) => (query[name] === undefined) !== (query[`${name}Condition`] === undefined));
}

function matches(invoice: SupplierInvoice, query: Query): boolean {
  const { supplier, documentType, status, project, financialPeriod } = query;
  if (supplier !== undefined && invoice.supplier.number !== supplier) return false;
  if (documentType !== undefined && invoice.documentType !== documentType) return false;
  if (status !== undefined && invoice.status !== status) return false;
  if (financialPeriod !== undefined && invoice.financialPeriod !== financialPeriod) return false;
  if (project !== undefined && !invoice.invoiceLines.some((line) => line.project.id === project))
    return false;
  return dated.every((name) => {
    const wanted = query[name];
    const operator = query[`${name}Condition`];
    if (wanted === undefined || operator === undefined) return true;
    // A date alone is its midnight, and the texts order as the moments do.
    const moments: readonly [string, string] = [
      padded(name === 'docDate' ? invoice.date : invoice[name]),
      padded(wanted),
    ];
    return comparisons[operator](...moments);
  });
}

/** A moment with milliseconds, so that two of them compare as text. */
function padded(value: string): string {
  return `${value}${'0000-00-00T00:00:00.000'.slice(value.length)}`;
}

function etag({ timeStamp }: SupplierInvoice): string {
  return `"${timeStamp}"`;
}
