import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { PermanentError, TransientError } from '../../platform/errors.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { call } from '../aws/failures.ts';
import { parseJson } from '../parsing.ts';

const functionError = z.object({ errorType: z.string().default('unknown') });

/** A function takes longer than the other services, and whoever asked repeats, so that the SDK need not. */
export function createInvoker(): LambdaClient {
  return new LambdaClient({
    maxAttempts: 1,
    requestHandler: { ...clientSettings.requestHandler, requestTimeout: 25_000 },
  });
}

/** Invokes a function and answers what it returned, unparsed. `what` names it in errors. */
export async function invoke(
  client: LambdaClient,
  functionName: string,
  input: object,
  what: string,
): Promise<unknown> {
  const command = new InvokeCommand({
    FunctionName: functionName,
    Payload: Buffer.from(JSON.stringify(input)),
  });
  const answer = await call(what, () => client.send(command));
  const payload = parseJson(Buffer.from(answer.Payload ?? []).toString('utf8'));
  if (answer.FunctionError !== undefined) throw failureOf(payload, what);
  return payload;
}

/** A crash or a timeout of the function says nothing about its input, so only a `PermanentError` is one here too. */
function failureOf(payload: unknown, what: string): Error {
  const parsed = functionError.safeParse(payload);
  const errorType = parsed.success ? parsed.data.errorType : 'unknown';
  const message = `${what} failed: ${errorType}.`;
  return errorType === 'PermanentError' ? new PermanentError(message) : new TransientError(message);
}
