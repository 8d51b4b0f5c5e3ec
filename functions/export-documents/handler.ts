import { createCompanyBooks } from '../../shared/adapters/visma/company-books.ts';
import { exportAnswer, exportRequest } from '../../shared/contracts/exports/export-documents.ts';
import { createLogger } from '../../shared/platform/logger.ts';
import { taskHandler } from '../../shared/platform/middleware/task-handler.ts';
import { createTokenClient } from '../../shared/token-client/index.ts';
import { env } from './env.ts';
import { exportDocuments } from './export-documents.ts';

const settings = env();
const exporting = {
  tokens: createTokenClient({
    functionName: settings.VISMA_TOKEN_BROKER,
    timeoutSeconds: settings.VISMA_TOKEN_TIMEOUT_SECONDS,
  }),
  books: createCompanyBooks({ apiUrl: settings.VISMA_API_URL, timeoutMs: settings.VISMA_TIMEOUT_MS }),
};

export const handler = taskHandler({
  logger: createLogger('export-documents'),
  input: exportRequest,
  answer: exportAnswer,
  run: (request) => exportDocuments(exporting, request),
});
