/**
 * What a history entry, and so an event, can be called; docs/events.md says what each means. Facts are among a
 * connection's: they come from outside, in any order, and the workflow consumes them by their number.
 */
export const entryTypes = {
  connection: [
    'ConnectionRequested',
    'OnboardingStarted',
    'CodeRequested',
    'IntegrationReported',
    'TenantIdReported',
    'AccessTestRetryRequested',
    'FactIgnored',
    'InvitationCodeIssued',
    'InvitationCodeResent',
    'InvitationCodeExpiring',
    'InvitationCodeExpired',
    'InvitationCodeStockEmpty',
    'AppIntegrated',
    'TenantIdReceived',
    'AccessTested',
    'AccessTestFailed',
    'AttentionNeeded',
    'ApprovalGiven',
    'ConnectionApproved',
    'ConnectionRejected',
    'MappingMissing',
    'ConnectionActivated',
    'SpendCloudInformed',
    'HealthCheckFailed',
    'HealthCheckRecovered',
    'OrganisationsChanged',
    'HealthChecked',
    'ConnectionDisconnected',
    'ConnectionDeactivated',
    'ConnectionCancelled',
  ],
  environment: [
    'EnvironmentRegistered',
    'EnvironmentChanged',
    'CompaniesNamed',
    'AdministrationsMapped',
    'ContactUndeliverable',
    'ConnectLinkRequested',
    'ConnectLinksRevoked',
    'HelpRequested',
  ],
  delivery: ['TicketUnmatched', 'TenantUnmatched', 'TenantIdUnclear', 'NoActionNeeded', 'DeliveryIgnored'],
  stock: ['InvitationCodesAdded'],
  campaign: [
    'CampaignStarted',
    'CampaignImported',
    'DeadlineChanged',
    'CampaignPaused',
    'CampaignResumed',
    'CampaignDigestDue',
  ],
  membership: [
    'CampaignJoined',
    'CampaignLeft',
    'StandingChanged',
    'ReminderDue',
    'ReminderPassed',
    'RemindersUnanswered',
    'ReminderCleared',
    'RemindersPaused',
    'RemindersResumed',
  ],
} as const;

export type EntryType<Of extends keyof typeof entryTypes = keyof typeof entryTypes> =
  (typeof entryTypes)[Of][number];

export const aggregates = [
  'connection',
  'environment',
  'delivery',
  'stock',
  'campaign',
  'membership',
] as const satisfies readonly (keyof typeof entryTypes)[];
