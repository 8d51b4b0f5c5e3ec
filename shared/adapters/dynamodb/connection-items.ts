import * as z from 'zod';
import {
  accessTestFailures,
  attentionReasons,
  type Connection,
  connectionStates,
  healthFailures,
} from '../../domain/connection/connection.ts';
import { parseAs } from '../parsing.ts';

const organisation = z.object({
  organizationCd: z.string(),
  name: z.string(),
  corporateId: z.exactOptional(z.string()),
});

/** Names every field, the optional ones too: one that is missing here would be lost at the next write. */
const shape = {
  connectionId: z.string(),
  environmentId: z.string(),
  companyId: z.string(),
  state: z.enum(connectionStates),
  version: z.number().int(),
  consumedFact: z.number().int(),
  attempt: z.number().int(),
  codesIssued: z.number().int(),
  accessTestFailures: z.number().int(),
  invitationCode: z.exactOptional(
    z.object({
      codeId: z.string(),
      code: z.string(),
      expiresAt: z.string(),
      noticeAt: z.exactOptional(z.string()),
    }),
  ),
  integratedAt: z.exactOptional(z.string()),
  tenantId: z.exactOptional(z.string()),
  tenantIdAt: z.exactOptional(z.string()),
  lastFailure: z.exactOptional(z.enum(accessTestFailures)),
  organisations: z.exactOptional(z.array(organisation)),
  attention: z.exactOptional(z.object({ reason: z.enum(attentionReasons), from: z.enum(connectionStates) })),
  approvals: z.array(
    z.object({ by: z.string(), at: z.string(), tenantId: z.string(), identity: z.string() }),
  ),
  approvedTenantId: z.exactOptional(z.string()),
  approvedIdentity: z.exactOptional(z.string()),
  health: z.exactOptional(
    z.object({ reason: z.enum(healthFailures), since: z.string(), periods: z.array(z.number().int()) }),
  ),
  disconnection: z.exactOptional(
    z.object({
      reason: z.enum(healthFailures),
      since: z.string(),
      tenantId: z.string(),
      onboardsAnew: z.boolean(),
      customerActed: z.boolean(),
    }),
  ),
  spendCloudInformedAt: z.exactOptional(z.string()),
  correlationId: z.string(),
  createdAt: z.string(),
  changedAt: z.string(),
} satisfies Record<keyof Connection, z.ZodType>;

const connectionItem = z.object(shape);

export function parseConnection(item: unknown): Connection {
  return parseAs(connectionItem, item, 'A stored connection');
}
