import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type DocumentResult,
  type ExportRequest,
  exportAnswer,
} from '../../shared/contracts/exports/export-documents.ts';
import type { LocalStage } from './local-stage.ts';

/** Runs the sample export as Spend Cloud does: with its own keys, through the AWS endpoint. */
export async function exportFromSpendCloud(
  { endpoints, cloud }: Pick<LocalStage, 'endpoints' | 'cloud'>,
  request: ExportRequest,
): Promise<readonly DocumentResult[]> {
  const lambda = new LambdaClient({
    region: endpoints.region,
    endpoint: endpoints.aws,
    credentials: endpoints.spendCloudKeys,
    maxAttempts: 1,
  });
  try {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({
        FunctionName: cloud.outputs.ExportDocumentsName,
        Payload: Buffer.from(JSON.stringify(request)),
      }),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) throw new Error(`The export failed: ${text}`);
    return exportAnswer.parse(JSON.parse(text)).results;
  } finally {
    lambda.destroy();
  }
}
