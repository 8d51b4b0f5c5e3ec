import { alarmLines } from '../../shared/contracts/alarm-lines.ts';
import type { TokenRefusal, TokenRequest, VismaToken } from '../../shared/contracts/tokens/token-broker.ts';
import { isToken, type TokenCache } from '../../shared/domain/token/token-cache.ts';
import { failureFacts, TransientError } from '../../shared/platform/errors.ts';
import type { LookUp } from './look-up.ts';

export interface Broker {
  readonly lookUp: LookUp;
  readonly tokens: TokenCache;
  /** Seconds after which to come back when a table or secret could not be read. */
  readonly retrySeconds: number;
  readonly log: { error(message: string, facts: Readonly<Record<string, unknown>>): void };
}

/** A token for the company that an administration or connection is exported to, or why there is none. */
export async function vendToken(
  { lookUp, tokens, retrySeconds, log }: Broker,
  request: TokenRequest,
): Promise<VismaToken | TokenRefusal> {
  try {
    const found = await lookUp(request);
    if ('failure' in found) return found;
    const { connection, tenantId, companyName } = found;
    const token = await tokens.get(tenantId, request.rejectedTokenId);
    if (!isToken(token)) return token;
    return {
      accessToken: token.accessToken,
      tokenType: 'Bearer',
      expiresAt: new Date(token.expiresAt).toISOString(),
      tenantId,
      connectionId: connection.connectionId,
      companyName,
      organisations: [...(connection.organisations ?? [])],
    };
  } catch (error) {
    if (!(error instanceof TransientError)) throw error;
    log.error(alarmLines.noToken, failureFacts(error));
    return { failure: 'temporarily-unavailable', retryAfterSeconds: error.retryAfterSeconds ?? retrySeconds };
  }
}
