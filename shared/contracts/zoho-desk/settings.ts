import * as z from 'zod';
import { jsonText } from '../json-text.ts';
import { tokenPolicy } from '../tokens/policy.ts';

const cfName = z.string().startsWith('cf_');

/** What is known of the Zoho Desk that tickets come from; a stage's configuration, since none of it is confirmed yet. */
const zohoDeskSettings = z.object({
  /** While it is not, deliveries are answered as an unknown address and nothing asks Zoho. */
  enabled: z.boolean(),
  orgId: z.string(),
  /** Ids of the webhooks that may deliver; empty until the first is made: only probes are answered then. */
  webhookIds: z.array(z.string()),
  /** Departments whose tickets are ours; all when empty. */
  departmentIds: z.array(z.string()),
  /** The agent that our own comments and replies are by. */
  agentId: z.string(),
  /** Sender of our answers; one of the department's own (`GET /tickets/{id}/sendReplyMailIDs`). */
  fromEmailAddress: z.string(),
  /** API names of the custom fields; never their labels, which get renamed and translated. */
  fieldNames: z.object({
    environment: cfName,
    companies: cfName,
    tenantId: cfName,
    /** A text of one line, which we write: where the ticket stands. */
    state: cfName,
  }),
  /** Of a ticket that waits for the customer, that waits for the vendor, and that is done. */
  statuses: z.object({ customer: z.string().min(1), vendor: z.string().min(1), closed: z.string().min(1) }),
  /** What was written before is history from before this service. */
  since: z.iso.datetime(),
  /** Of one call. */
  timeoutMs: z.number().int().min(1),
  /** Schedule and overlap of the reconciliation. */
  reconcileEverySeconds: z.number().int().min(60),
  reconcileOverlapSeconds: z.number().int().min(0),
});
export type ZohoDeskSettings = z.infer<typeof zohoDeskSettings>;

/** The environment variable `ZOHO_DESK`. */
export const zohoDeskVariable = jsonText(zohoDeskSettings);

/** The environment variables of a function that asks Zoho Desk (infra/constructs/zoho-desk.ts). */
export const zohoDeskVariables = z.object({
  TOKEN_TABLE_NAME: z.string().min(1),
  TOKEN_POLICY: tokenPolicy,
  ZOHO_ACCOUNTS_URL: z.url(),
  ZOHO_DESK: zohoDeskVariable,
  ZOHO_DESK_URL: z.url(),
  ZOHO_DESK_SECRET_ID: z.string().min(1),
});
export type ZohoDeskVariables = z.output<typeof zohoDeskVariables>;
