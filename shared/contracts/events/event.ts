import * as z from 'zod';
import type { HistoryEntry } from '../../domain/history/entry.ts';
import { aggregates, type EntryType } from '../../domain/history/entry-types.ts';

/** Source of every event of this service on its bus; the detail type is the entry's type. */
export const eventSource = 'visma-onboarding';

/** `detail` of an event: a history entry without what stays in the table. Consumers ignore an `eventId` they have seen. */
export const eventDetail = z.looseObject({
  eventId: z.string().min(1),
  aggregate: z.enum(aggregates),
  aggregateId: z.string().min(1),
  sequence: z.number().int().min(1),
  at: z.string(),
  correlationId: z.string(),
  connectionId: z.string().optional(),
  environmentId: z.string().optional(),
  companyId: z.string().optional(),
  /** Of the connection, after the change. */
  state: z.string().optional(),
  reason: z.string().optional(),
  attempt: z.number().int().optional(),
  /** Of an activation: the connection had been disconnected. */
  recovered: z.boolean().optional(),
});
export type EventDetail = z.infer<typeof eventDetail>;

/** The envelope as rules deliver it to a queue or function. */
export const busEvent = z.object({
  id: z.string(),
  source: z.literal(eventSource),
  'detail-type': z.string(),
  time: z.string(),
  detail: eventDetail,
});
export type BusEvent = z.infer<typeof busEvent>;

export function toEventDetail(entry: HistoryEntry): EventDetail {
  return {
    ...entry.detail,
    eventId: entry.id,
    aggregate: entry.aggregate,
    aggregateId: entry.aggregateId,
    sequence: entry.sequence,
    at: entry.at,
    correlationId: entry.correlationId,
  };
}

/** Events that an e-mail answers: the mail rule matches these, the sender knows each. */
export const mailedEvents = [
  'InvitationCodeIssued',
  'InvitationCodeResent',
  'InvitationCodeExpiring',
  'InvitationCodeExpired',
  'InvitationCodeStockEmpty',
  'AppIntegrated',
  'AccessTestFailed',
  'AttentionNeeded',
  'MappingMissing',
  'ConnectionRejected',
  'SpendCloudInformed',
  'ConnectionDisconnected',
  'TicketUnmatched',
  'TenantIdUnclear',
  'TenantUnmatched',
  'NoActionNeeded',
  'ContactUndeliverable',
  'ConnectLinkRequested',
  'HelpRequested',
  'ReminderDue',
  'RemindersUnanswered',
  'CampaignDigestDue',
] as const satisfies readonly EntryType[];

/** Events that are told on the tickets of what they are about. */
export const answeredEvents = [
  'InvitationCodeIssued',
  'InvitationCodeResent',
  'InvitationCodeExpired',
  'InvitationCodeStockEmpty',
  'AppIntegrated',
  'AccessTestFailed',
  'AttentionNeeded',
  'ConnectionRejected',
  'MappingMissing',
  'SpendCloudInformed',
  'ConnectionCancelled',
  'TicketUnmatched',
  'TenantIdUnclear',
  'NoActionNeeded',
] as const satisfies readonly EntryType[];
export type AnsweredEvent = (typeof answeredEvents)[number];

/**
 * Events that tickets follow: those that are told there, and those that only change whose turn it is. A test that passed
 * and an activation that Spend Cloud has not heard of are passing moments: the ticket is closed once exports work.
 */
export const ticketAnswerEvents = [
  ...answeredEvents,
  'ConnectionRequested',
  'TenantIdReceived',
  'ConnectionApproved',
  'ConnectionDisconnected',
] as const satisfies readonly EntryType[];

/** Events that start an execution or wake one that waits. */
export const workflowEvents = [
  'OnboardingStarted',
  'CodeRequested',
  'IntegrationReported',
  'TenantIdReported',
  'AccessTestRetryRequested',
  'ConnectionCancelled',
  'AdministrationsMapped',
  'InvitationCodesAdded',
] as const satisfies readonly EntryType[];

/** Events that Spend Cloud is told of. */
export const spendCloudEvents = [
  'ConnectionActivated',
  'ConnectionDeactivated',
  'ReminderDue',
  'ReminderCleared',
] as const satisfies readonly EntryType[];

/** Events that can change how far an environment is in its campaign, or whether it takes part. */
export const campaignEvents = [
  'ConnectionRequested',
  'OnboardingStarted',
  'InvitationCodeIssued',
  'InvitationCodeExpired',
  'AppIntegrated',
  'TenantIdReceived',
  'AccessTested',
  'AccessTestFailed',
  'AttentionNeeded',
  'ConnectionApproved',
  'ConnectionRejected',
  'ConnectionActivated',
  'SpendCloudInformed',
  'ConnectionDisconnected',
  'ConnectionCancelled',
  'EnvironmentChanged',
  'CompaniesNamed',
] as const satisfies readonly EntryType[];

/** Status changes of an execution that leave its connection without one. */
export const deadExecutionStatuses = ['FAILED', 'TIMED_OUT', 'ABORTED'] as const;

/** EventBridge's event about an execution (source `aws.states`). */
export const executionStatusChange = z.object({
  id: z.string(),
  source: z.literal('aws.states'),
  'detail-type': z.literal('Step Functions Execution Status Change'),
  time: z.string(),
  detail: z.object({
    executionArn: z.string(),
    name: z.string(),
    status: z.string(),
    input: z.string().nullish(),
  }),
});
