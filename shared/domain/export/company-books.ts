/** A supplier's invoice as Spend Cloud hands it over. */
export interface SupplierInvoice {
  readonly supplierNumber: string;
  /** The supplier's own number for it. With the supplier it says which document this is. */
  readonly supplierReference: string;
  /** `2026-03-02` */
  readonly date: string;
  readonly description?: string | undefined;
  readonly lines: readonly {
    readonly accountNumber: string;
    readonly description: string;
    /** Without VAT, in the company's currency. */
    readonly amount: number;
    readonly vatCode?: string | undefined;
  }[];
}

/** Books of the one company that an access token opens. Throws `BooksFailure`. */
export interface CompanyBooks {
  /** Whose books they are: the JSON that the API answers. */
  organisations(accessToken: string): Promise<unknown>;
  /** Whether the books have the invoice already. */
  has(accessToken: string, invoice: SupplierInvoice): Promise<boolean>;
  /** Posts it, a second time if asked to; answers its number in the books, where that is told. */
  post(accessToken: string, invoice: SupplierInvoice): Promise<string | undefined>;
}

export const booksFailures = [
  /** Too many calls: nothing more before `retryAfterSeconds`. */
  'throttled',
  /** Nobody knows whether it was done: the next export looks. */
  'no-answer',
  /** A permission is missing. */
  'forbidden',
  /** This document, not the others: an account or supplier that the books don't know. */
  'document-rejected',
  /** For a person to look at. */
  'unexplained',
] as const;

/** Why the books could not be read or written. */
export class BooksFailure extends Error {
  override readonly name = 'BooksFailure';
  readonly reason: (typeof booksFailures)[number];
  /** Of HTTP; 401 is what `withVismaToken` looks for. */
  readonly status: number | undefined;
  readonly retryAfterSeconds: number | undefined;
  constructor(
    message: string,
    {
      reason,
      status,
      retryAfterSeconds,
      ...options
    }: ErrorOptions & {
      reason: (typeof booksFailures)[number];
      status?: number | undefined;
      retryAfterSeconds?: number | undefined;
    },
  ) {
    super(message, options);
    this.reason = reason;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
