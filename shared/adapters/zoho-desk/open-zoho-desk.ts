import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { alarmLines } from '../../contracts/alarm-lines.ts';
import type { ZohoDeskVariables } from '../../contracts/zoho-desk/settings.ts';
import { createTokenCache } from '../../domain/token/token-cache.ts';
import { systemClock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logger.ts';
import type { Table } from '../dynamodb/table.ts';
import { createTokenStore } from '../dynamodb/tokens.ts';
import { createZohoDeskSecret } from '../secrets-manager/secrets.ts';
import { createZohoTokenIssuer } from './token-issuer.ts';
import { createZohoApi, type ZohoApi } from './zoho-api.ts';

export interface ZohoDeskAccess {
  readonly variables: ZohoDeskVariables;
  /** Any table of the process: the tokens' own is reached through its client. */
  readonly table: Table;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
}

/** The API of one Zoho Desk, its token shared by all processes through the tokens' table. */
export function openZohoDesk({ variables, table, logger }: ZohoDeskAccess): ZohoApi {
  const { orgId, timeoutMs } = variables.ZOHO_DESK;
  const tokens = createTokenCache({
    store: createTokenStore({ ...table, name: variables.TOKEN_TABLE_NAME }),
    issuer: createZohoTokenIssuer({
      accountsUrl: variables.ZOHO_ACCOUNTS_URL,
      timeoutMs,
      secret: createZohoDeskSecret(variables.ZOHO_DESK_SECRET_ID),
      onClientRejected: () => logger.error(alarmLines.ticketSystemRejected),
      onAway: (reason) => logger.warn('ZOHO ACCOUNTS AWAY', { reason }),
    }),
    policy: variables.TOKEN_POLICY,
    clock: systemClock,
    random: Math.random,
    pause,
    newOwner: randomUUID,
  });
  return createZohoApi({ deskUrl: variables.ZOHO_DESK_URL, orgId, timeoutMs, tokens });
}
