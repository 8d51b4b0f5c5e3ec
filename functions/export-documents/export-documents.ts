import type {
  DocumentResult,
  ExportedDocument,
  ExportRequest,
} from '../../shared/contracts/exports/export-documents.ts';
import { BooksFailure, type CompanyBooks } from '../../shared/domain/export/company-books.ts';
// In another code base: from 'visma-onboarding/token-client'.
import {
  assertMappedOrganisation,
  type TokenClient,
  VismaTemporarilyUnavailable,
  type VismaToken,
  VismaTokenError,
} from '../../shared/token-client/index.ts';

export interface Exporting {
  readonly tokens: TokenClient;
  readonly books: CompanyBooks;
}

/**
 * Posts documents to the books of the companies that their administrations are mapped to. A document that is there
 * already is not posted again, since Visma knows no idempotency key; so an export may be repeated, but two of the same
 * administration must not run at once. What stops one administration does not stop the others. They go one by one:
 * Visma's limits count each company's calls.
 */
export async function exportDocuments(
  exporting: Exporting,
  { environmentId, documents }: ExportRequest,
): Promise<{ results: DocumentResult[] }> {
  const results: DocumentResult[] = [];
  for (const [administrationId, its] of Map.groupBy(documents, (one) => one.administrationId)) {
    results.push(...(await exportAdministration(exporting, { environmentId, administrationId }, its)));
  }
  return { results };
}

async function exportAdministration(
  { tokens, books }: Exporting,
  of: { readonly environmentId: string; readonly administrationId: string },
  documents: readonly ExportedDocument[],
): Promise<DocumentResult[]> {
  const checked = new Set<string>();
  let stopped: Refusal | undefined;
  const results: DocumentResult[] = [];
  for (const document of documents) {
    const { administrationId, supplierReference } = document;
    const outcome = stopped ?? (await exportDocument(document));
    if (outcome.outcome === 'refused' && outcome.reason !== 'document-rejected') stopped = outcome;
    results.push({ administrationId, supplierReference, ...outcome });
  }
  return results;

  async function exportDocument(document: ExportedDocument) {
    try {
      return await tokens.withVismaToken(of, async (token) => {
        await checkCompany(token);
        if (await books.has(token.accessToken, document)) return { outcome: 'already-there' } as const;
        const number = await books.post(token.accessToken, document);
        return { outcome: 'posted', number } as const;
      });
    } catch (error) {
      return refusalOf(error);
    }
  }

  /** Of each token anew: a later one may be another company's, when the mapping has changed meanwhile. */
  async function checkCompany(token: VismaToken): Promise<void> {
    if (checked.has(token.accessToken)) return;
    assertMappedOrganisation(token, await books.organisations(token.accessToken));
    checked.add(token.accessToken);
  }
}

type Refusal = Pick<
  Extract<DocumentResult, { outcome: 'refused' }>,
  'outcome' | 'reason' | 'retryAfterSeconds'
>;

/** What is expected to go wrong, as a value; anything else is a mistake of ours and is thrown. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof VismaTemporarilyUnavailable || error instanceof BooksFailure) {
    const reason = error instanceof BooksFailure ? error.reason : error.code;
    return { outcome: 'refused', reason, retryAfterSeconds: error.retryAfterSeconds };
  }
  if (error instanceof VismaTokenError) return { outcome: 'refused', reason: error.code };
  throw error;
}
