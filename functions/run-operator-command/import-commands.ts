import type { CommandOf } from '../../shared/contracts/commands/operator-commands.ts';
import type { CampaignImport } from '../../shared/domain/campaign/imports.ts';
import { correlationOf } from '../../shared/domain/campaign/imports.ts';
import { startCampaign } from '../../shared/domain/campaign/join-campaign.ts';
import { isPast } from '../../shared/domain/campaign/ladder.ts';
import { onFreshState, Refusal } from '../../shared/domain/connection/repository.ts';
import type { HttpAnswer } from '../../shared/platform/middleware/http-handler.ts';
import { conflict, invalid, notFound, ok } from './answers.ts';
import type { CommandCause, OperatorDependencies } from './dependencies.ts';

/**
 * `ImportCampaign`: starts the campaign when it is new, notes the import and who commanded it, and has the file split. The
 * same import again starts nothing anew: its file is looked at again unless it is finished.
 */
export async function startImport(
  { campaigns, imports, splitFile, clock }: OperatorDependencies,
  command: CommandOf<'ImportCampaign'>,
  cause: CommandCause,
): Promise<HttpAnswer> {
  const { importId, campaignId, dryRun, ladder } = command;
  // One spelling of an instant, whatever its zone.
  const deadline = command.deadline?.includes('T')
    ? new Date(command.deadline).toISOString()
    : command.deadline;
  const known = await imports.find(importId);
  if (known === undefined) {
    const started = await onFreshState(async (): Promise<HttpAnswer | string> => {
      const campaign = await campaigns.find(campaignId);
      if (campaign !== undefined) {
        const issue = differenceFrom(campaign, { deadline, ladder }, clock());
        return issue === undefined ? campaign.deadline : conflict(issue);
      }
      if (deadline === undefined) {
        const message = `campaign ${campaignId} does not exist yet: give its deadline, e.g. 2027-05-31`;
        return invalid([{ path: 'deadline', message }]);
      }
      const { at, by } = cause;
      const change = startCampaign(
        campaignId,
        { deadline, ...(ladder === undefined ? {} : { ladder }) },
        { at, by, correlationId: correlationOf(importId) },
      );
      if (!('after' in change)) return invalid([change]);
      if (!dryRun) await campaigns.save(change);
      return deadline;
    });
    if (typeof started !== 'string') return started;
    await imports.start({
      importId,
      campaignId,
      dryRun,
      deadline: started,
      ...(ladder === undefined ? {} : { ladder }),
      by: cause.by,
      startedAt: cause.at,
    });
  }
  const begun = await imports.find(importId);
  if (begun === undefined) throw new Refusal('concurrent-change');
  if (begun.finishedAt === undefined) await splitFile(importId);
  return ok(describeImport(begun));
}

/** `ShowImport`: how far it is, and what was given up. */
export async function showImport({ imports }: OperatorDependencies, importId: string): Promise<HttpAnswer> {
  const begun = await imports.find(importId);
  return begun === undefined
    ? notFound(`No import ${importId}. Its record is kept for 90 days.`)
    : ok(describeImport(begun));
}

/** An import never moves a deadline by the way: everybody's reminders would move with it. */
function differenceFrom(
  campaign: { readonly campaignId: string; readonly deadline: string; readonly ladder: readonly string[] },
  wanted: { readonly deadline: string | undefined; readonly ladder: readonly string[] | undefined },
  now: Date,
): string | undefined {
  const { campaignId, deadline, ladder } = campaign;
  if (wanted.deadline !== undefined && wanted.deadline !== deadline) {
    return `Campaign ${campaignId} has the deadline ${deadline}: leave the deadline out, or move it with ChangeDeadline first.`;
  }
  if (wanted.ladder !== undefined && wanted.ladder.join() !== ladder.join()) {
    return `Campaign ${campaignId} has the ladder ${ladder.join(', ')}, which is fixed since it started: leave the ladder out.`;
  }
  return isPast(deadline, now)
    ? `The deadline of campaign ${campaignId}, ${deadline}, is in the past: move it with ChangeDeadline first.`
    : undefined;
}

function describeImport(begun: CampaignImport): object {
  const { givenUp } = begun;
  return {
    ...begun,
    ...(givenUp.length > 0
      ? { next: 'Parts failed and lie among the dead letters: find out why, then RedriveDeadLetters import.' }
      : {}),
  };
}
