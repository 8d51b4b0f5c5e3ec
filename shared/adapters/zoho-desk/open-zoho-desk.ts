import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { alarmLines } from '../../contracts/alarm-lines.ts';
import type { ZohoDeskSettings } from '../../contracts/zoho-desk/settings.ts';
import type { TokenPolicy } from '../../domain/token/token.ts';
import { createTokenCache } from '../../domain/token/token-cache.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Table } from '../dynamodb/table.ts';
import { createTokenStore } from '../dynamodb/tokens.ts';
import { createZohoDeskSecret } from '../secrets-manager/secrets.ts';
import { createZohoTokenIssuer } from './token-issuer.ts';
import { createZohoApi, type ZohoApi } from './zoho-api.ts';

export interface ZohoDeskOptions {
  readonly settings: ZohoDeskSettings;
  readonly deskUrl: string;
  readonly accountsUrl: string;
  readonly secretId: string;
  readonly tokenTable: Table;
  readonly policy: TokenPolicy;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/** The API of one Zoho Desk, its token shared by all processes through the tokens' table. */
export function openZohoDesk(options: ZohoDeskOptions): ZohoApi {
  const { settings, deskUrl, accountsUrl, secretId, tokenTable, policy, logger } = options;
  const { orgId, timeoutMs } = settings;
  const tokens = createTokenCache({
    store: createTokenStore(tokenTable),
    issuer: createZohoTokenIssuer({
      accountsUrl,
      timeoutMs,
      secret: createZohoDeskSecret(secretId),
      onClientRejected: () => logger.error(alarmLines.ticketSystemRejected),
      onAway: (reason) => logger.warn('ZOHO ACCOUNTS AWAY', { reason }),
    }),
    policy,
    clock: systemClock,
    random: Math.random,
    pause,
    newOwner: randomUUID,
  });
  return createZohoApi({ deskUrl, orgId, timeoutMs, tokens });
}
