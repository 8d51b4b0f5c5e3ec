import type { CommandBuilder } from './commands.ts';

/** Commands about the campaign. */
export const campaignCommands: Readonly<Record<string, CommandBuilder>> = {
  'change-deadline': {
    help: `Move the campaign's deadline; all its reminders move along, and nobody gets one twice.
What Spend Cloud shows already keeps the old one until the next reminder.
  --deadline DATE  the new last day, e.g. 2027-05-31
  --campaign ID    visma-net unless told`,
    operands: [],
    flags: ['deadline', 'campaign'],
    build: (_operands, { deadline, campaign }) => [
      { command: 'ChangeDeadline', campaignId: campaign, deadline },
    ],
  },
  'pause-campaign': {
    help: `Remind nobody until the campaign is resumed. What Spend Cloud shows already stays.
  --campaign ID    visma-net unless told`,
    operands: [],
    flags: ['campaign'],
    build: (_operands, { campaign }) => [{ command: 'PauseCampaign', campaignId: campaign }],
  },
  'resume-campaign': {
    help: `Go on with the reminders. Of those that came due in between, the next run sends the latest only.
  --campaign ID    visma-net unless told`,
    operands: [],
    flags: ['campaign'],
    build: (_operands, { campaign }) => [{ command: 'ResumeCampaign', campaignId: campaign }],
  },
  'pause-environment': {
    help: 'Remind this customer of nothing until the environment is resumed.',
    operands: ['environment'],
    flags: [],
    build: ([environmentId]) => [{ command: 'PauseEnvironment', environmentId }],
  },
  'resume-environment': {
    help: 'Remind this customer again. Of what came due in between, the next run sends the latest only.',
    operands: ['environment'],
    flags: [],
    build: ([environmentId]) => [{ command: 'ResumeEnvironment', environmentId }],
  },
  'preview-reminders': {
    help: `Show who would be reminded of what, and why somebody who is due would not.
  --on DATE        that day at nine in Dutch time; or a time with its zone; the next weekday unless told
  --campaign ID    visma-net unless told
  --limit N        50 unless told; 100 at most
  --cursor CURSOR  go on where the last answer ended`,
    operands: [],
    flags: ['on', 'campaign', 'limit', 'cursor'],
    build: (_operands, { on, campaign, limit, cursor }) => [
      {
        command: 'PreviewReminders',
        campaignId: campaign,
        on,
        limit: limit === undefined ? undefined : Number(limit),
        cursor,
      },
    ],
  },
  'show-campaign': {
    help: `Show how the campaign stands: how many environments are where, who has been there longest, and the counts so far.
  --svg FILE       write the burn-down against the deadline to FILE as a picture
  --campaign ID    visma-net unless told
  --limit N        5 of each standing unless told; 50 at most`,
    operands: [],
    flags: ['svg', 'campaign', 'limit'],
    build: (_operands, { campaign, limit }) => [
      {
        command: 'ShowCampaign',
        campaignId: campaign,
        limit: limit === undefined ? undefined : Number(limit),
      },
    ],
  },
  'run-reminders': {
    help: 'Send the reminders that are due now, as the schedule does on weekdays. Nobody gets one twice.',
    operands: [],
    flags: [],
    build: () => [{ command: 'RunReminders' }],
  },
  'send-digest': {
    help: 'Send the product owner now what the schedule sends once a week: how every campaign stands.',
    operands: [],
    flags: [],
    build: () => [{ command: 'SendDigest' }],
  },
};
