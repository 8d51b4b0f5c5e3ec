import { InvokeCommand, type InvokeCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { call, nameOf } from '../adapters/aws/failures.ts';
import { parseAs, parseJson } from '../adapters/parsing.ts';
import {
  type TokenRefusalRead,
  tokenFailureRead,
  tokenRequest,
  type VismaToken,
  vismaToken,
} from '../contracts/tokens/token-broker.ts';
import { errorName, PermanentError, TransientError } from '../platform/errors.ts';
import {
  type TokenFor,
  VismaAdministrationNotMapped,
  VismaClientRejected,
  VismaConnectionNotActive,
  VismaTemporarilyUnavailable,
  VismaTenantDisconnected,
  type VismaTokenError,
  VismaTokenFault,
} from './errors.ts';

/** Answers a token or throws a `VismaTokenError`. `rejectedTokenId` is of a token that the API refused. */
export type AskBroker = (of: TokenFor, rejectedTokenId?: string) => Promise<VismaToken>;

/**
 * How the broker is called: 3 tries when it is throttled or out of reach. A request may take as long as the broker itself
 * may run (30 seconds), and a little more, so that it is the broker that says what was wrong.
 */
export const brokerSettings = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 35_000, throwOnRequestTimeout: true },
};

/** When nobody says how long to wait. */
const retryAfterSeconds = 5;

/** What to do about the errors of AWS that a missing step in the set-up causes. */
const setUp: Readonly<Record<string, string>> = {
  AccessDeniedException:
    "this function's role lacks lambda:InvokeFunction: attach the managed policy of the output TokenConsumerPolicyArn",
  ResourceNotFoundException:
    'there is no such function: VISMA_TOKEN_BROKER is the output TokenBrokerName, in the same account and region',
};

const functionError = z.object({ errorType: z.string().default('unknown') });
const refusal = z.looseObject({ failure: z.string() });

/** Asks the token broker, a Lambda function that answers failures as values. `timeoutSeconds` is of all tries together. */
export function createBroker(functionName: string, lambda: LambdaClient, timeoutSeconds: number): AskBroker {
  return async (of, rejectedTokenId) => {
    const payload = requestOf(of, rejectedTokenId);
    const answer = await invoke(of, payload);
    const value = parseJson(Buffer.from(answer.Payload ?? []).toString('utf8'));
    if (answer.FunctionError !== undefined) throw failureOf(of, value);
    const refused = refusal.safeParse(value);
    if (refused.success) throw refusalOf(of, knownRefusal(refused.data));
    return fitting(() => parseAs(vismaToken, value, "The token broker's answer"));
  };

  async function invoke(of: TokenFor, payload: string): Promise<InvokeCommandOutput> {
    const command = new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(payload) });
    try {
      const abortSignal = AbortSignal.timeout(timeoutSeconds * 1000);
      return await call('The token broker', () => lambda.send(command, { abortSignal }));
    } catch (cause) {
      if (cause instanceof TransientError || nameOf(cause) === 'AbortError') {
        throw new VismaTemporarilyUnavailable(of, retryAfterSeconds, { cause });
      }
      const why = setUp[nameOf(cause)] ?? errorName(cause);
      throw new VismaTokenFault(`The token broker cannot be invoked: ${why}.`, { cause });
    }
  }
}

/** Only what the broker knows: callers may pass an object that has more. */
function requestOf(of: TokenFor, rejectedTokenId: string | undefined): string {
  const whom =
    'connectionId' in of
      ? { connectionId: of.connectionId }
      : { environmentId: of.environmentId, administrationId: of.administrationId };
  const request = fitting(() => parseAs(tokenRequest, { ...whom, rejectedTokenId }, 'Whom the token is for'));
  return JSON.stringify(request);
}

function fitting<Value>(parse: () => Value): Value {
  try {
    return parse();
  } catch (cause) {
    throw new VismaTokenFault(cause instanceof PermanentError ? cause.message : errorName(cause), { cause });
  }
}

/** A broker that is newer than this client may have a reason of its own, which then is a permanent one (`tokenFailure`). */
function knownRefusal(value: z.infer<typeof refusal>): TokenRefusalRead {
  const { failure } = value;
  if (!tokenFailureRead.options.some(({ shape }) => shape.failure.value === failure)) {
    const word = /^[a-z-]{1,60}$/.test(failure) ? `"${failure}"` : 'something';
    throw new VismaTokenFault(
      `The token broker says ${word}, which this version of the token client does not know: install the newer one.`,
    );
  }
  return fitting(() => parseAs(tokenFailureRead, value, "The token broker's failure"));
}

/** A crash or a timeout of the broker passes; what it calls permanent does not. */
function failureOf(of: TokenFor, payload: unknown): VismaTokenError {
  const parsed = functionError.safeParse(payload);
  const errorType = parsed.success ? parsed.data.errorType : 'unknown';
  const message = `The token broker failed: ${errorType}.`;
  return errorType === 'PermanentError'
    ? new VismaTokenFault(message)
    : new VismaTemporarilyUnavailable(of, retryAfterSeconds, { cause: new TransientError(message) });
}

function refusalOf(of: TokenFor, refusal: TokenRefusalRead): VismaTokenError {
  switch (refusal.failure) {
    case 'administration-not-mapped':
      return new VismaAdministrationNotMapped(of);
    case 'connection-not-active':
      return new VismaConnectionNotActive(of, refusal.state);
    case 'tenant-disconnected':
      return new VismaTenantDisconnected(of, refusal.reason);
    case 'client-rejected':
      return new VismaClientRejected();
    case 'temporarily-unavailable':
      return new VismaTemporarilyUnavailable(of, refusal.retryAfterSeconds);
  }
}
