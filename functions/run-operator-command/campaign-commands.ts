import type { CommandOf, OperatorCommand } from '../../shared/contracts/commands/operator-commands.ts';
import type { Campaign, CampaignChange } from '../../shared/domain/campaign/campaign.ts';
import { changeDeadline, pauseCampaign, resumeCampaign } from '../../shared/domain/campaign/join-campaign.ts';
import { nextRung, rungsOf } from '../../shared/domain/campaign/ladder.ts';
import type { Membership, MembershipChange } from '../../shared/domain/campaign/membership.ts';
import { pauseReminders, resumeReminders } from '../../shared/domain/campaign/remind.ts';
import { onFreshState, Refusal } from '../../shared/domain/connection/repository.ts';
import type { Problem } from '../../shared/domain/environment/registration.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { invalid, noCampaign, notFound, ok } from './answers.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';
import { previewReminders } from './preview-reminders.ts';
import { showCampaign } from './show-campaign.ts';

type CampaignCommand = Extract<
  OperatorCommand,
  {
    command:
      | 'ChangeDeadline'
      | 'PauseCampaign'
      | 'ResumeCampaign'
      | 'PauseEnvironment'
      | 'ResumeEnvironment'
      | 'PreviewReminders'
      | 'ShowCampaign'
      | 'RunReminders'
      | 'SendDigest';
  }
>;

/** Commands about the campaign. */
export async function runCampaignCommand(
  dependencies: OperatorDependencies,
  command: CampaignCommand,
  cause: CommandCause,
): Promise<HttpAnswer> {
  switch (command.command) {
    case 'ChangeDeadline':
      return moveDeadline(dependencies, command, cause);
    case 'PauseCampaign':
      return changeCampaign(dependencies, command.campaignId, (campaign) => pauseCampaign(campaign, cause));
    case 'ResumeCampaign':
      return changeCampaign(dependencies, command.campaignId, (campaign) => resumeCampaign(campaign, cause));
    case 'PauseEnvironment':
      return changeMembership(dependencies, command.environmentId, (member) => pauseReminders(member, cause));
    case 'ResumeEnvironment':
      return changeMembership(dependencies, command.environmentId, (member) =>
        resumeReminders(member, cause),
      );
    case 'PreviewReminders':
      return previewReminders(dependencies, command);
    case 'ShowCampaign':
      return showCampaign(dependencies, command);
    case 'RunReminders':
      await dependencies.startReminders({ kind: 'run', at: cause.at });
      return ok({ outcome: 'started' });
    case 'SendDigest':
      await dependencies.startReminders({ kind: 'digest', at: cause.at });
      return ok({ outcome: 'started' });
  }
}

function moveDeadline(
  dependencies: OperatorDependencies,
  { campaignId, deadline }: CommandOf<'ChangeDeadline'>,
  cause: CommandCause,
): Promise<HttpAnswer> {
  // One spelling of an instant, whatever its zone.
  const wanted = deadline.includes('T') ? new Date(deadline).toISOString() : deadline;
  return changeCampaign(dependencies, campaignId, (campaign) => changeDeadline(campaign, wanted, cause));
}

async function changeCampaign(
  { campaigns, clock }: OperatorDependencies,
  campaignId: string,
  decide: (campaign: Campaign) => CampaignChange | Problem | undefined,
): Promise<HttpAnswer> {
  return onFreshState(async () => {
    const campaign = await campaigns.find(campaignId);
    if (campaign === undefined) return noCampaign(campaignId);
    const change = decide(campaign);
    if (change !== undefined && !('after' in change)) return invalid([change]);
    const outcome = await written(change, (one) => campaigns.save(one));
    const after = outcome === 'changed' && change !== undefined ? change.after : campaign;
    return ok(describeCampaign(after, outcome, clock()));
  });
}

function describeCampaign(campaign: Campaign, outcome: string, now: Date): object {
  const { campaignId, deadline, pausedAt } = campaign;
  const next = nextRung(rungsOf(campaign), now);
  return {
    campaignId,
    outcome,
    deadline,
    ...(pausedAt === undefined ? {} : { pausedAt }),
    ...(next === undefined ? {} : { nextRung: next.name, nextRungAt: next.at.toISOString() }),
  };
}

async function changeMembership(
  { campaigns }: OperatorDependencies,
  environmentId: string,
  decide: (membership: Membership) => MembershipChange | undefined,
): Promise<HttpAnswer> {
  return onFreshState(async () => {
    const membership = await campaigns.findMembership(environmentId);
    if (membership === undefined || membership.leftAt !== undefined) {
      return notFound(`${environmentId} is in no campaign. An import makes it a member.`);
    }
    const change = decide(membership);
    const outcome = await written(change, (one) => campaigns.saveMembership(one));
    const { campaignId, standing, pausedAt } =
      outcome === 'changed' && change !== undefined ? change.after : membership;
    return ok({
      environmentId,
      outcome,
      campaignId,
      standing,
      ...(pausedAt === undefined ? {} : { pausedAt }),
    });
  });
}

/** A delivery that is remembered already was this command's own first sending. */
async function written<Change>(
  change: Change | undefined,
  save: (change: Change) => Promise<void>,
): Promise<'changed' | 'unchanged' | 'repeated'> {
  if (change === undefined) return 'unchanged';
  try {
    await save(change);
    return 'changed';
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === 'delivery-seen')) throw error;
    return 'repeated';
  }
}
