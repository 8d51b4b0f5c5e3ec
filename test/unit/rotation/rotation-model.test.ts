import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarmLines } from '../../../shared/contracts/alarm-lines.ts';
import { policy, type RotationRig, secretIn } from './rotation-rig.ts';
import { apply, type Check, meanwhiles, runTogether, startedRig, story } from './rotation-steps.ts';

describe('whatever is staged, refused, cut off and done at the same time', () => {
  it('while the portal stands still during runs, no accepted secret is lost, and the end is the best there is', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      // Without refusals by the way: they would be changes in the portal.
      fc.asyncProperty(story('away', 'unexplained'), fc.scheduler(), async (steps, scheduler) => {
        const rig = startedRig();
        for (const step of steps) {
          if (step.do === 'run') await runTogether(rig, step, scheduler, checkLabels);
          else apply(rig, step);
        }
        await untilQuiet(rig);
        checkEnd(rig);
        for (const { line } of rig.lines) seen.set(line, (seen.get(line) ?? 0) + 1);
      }),
      { numRuns: 1_000 },
    );
    console.log([...seen].map(([line, count]) => `${line} ${count}`).join(', '));
    expect(seen.size).toBe(6);
  });

  it('while portal and operators do things at any moment, no staged secret is lost, and the end is the best there is', async () => {
    await fc.assert(
      fc.asyncProperty(
        story('away', 'unexplained', 'refused'),
        meanwhiles,
        fc.scheduler(),
        async (steps, meanwhile, scheduler) => {
          const rig = startedRig();
          const moments = [...meanwhile];
          for (const step of steps) {
            if (step.do === 'run') await runTogether(rig, step, scheduler, checkStaged, moments.splice(0, 2));
            else apply(rig, step);
          }
          await untilQuiet(rig);
          checkEnd(rig);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

/** A staged secret is promoted or given up before its label goes, whoever stages another one meanwhile. */
const checkStaged: Check = (rig, before, after) => {
  const staged = before.AWSPENDING;
  if (staged === undefined || after.AWSPENDING === staged) return;
  const isGivenUp = rig.lines.some(
    ({ line, facts }) => line === alarmLines.clientSecretRefused && facts.staged === staged,
  );
  expect(isGivenUp || [after.AWSCURRENT, after.AWSPREVIOUS].includes(staged), staged).toBe(true);
};

/** Only accepted secrets become current, and an accepted one loses its last label only while the current one is too. */
const checkLabels: Check = (rig, before, after) => {
  checkStaged(rig, before, after);
  const isAccepted = (id: string | undefined) =>
    id !== undefined && rig.portal.accepted.has(secretIn(rig.secret.value(id)));
  const story = JSON.stringify({ before, after, accepted: [...rig.portal.accepted] });
  if (after.AWSCURRENT !== before.AWSCURRENT) expect(isAccepted(after.AWSCURRENT), story).toBe(true);
  const lost = Object.values(before).filter((id) => !Object.values(after).includes(id));
  if (lost.some(isAccepted)) expect(isAccepted(after.AWSCURRENT), story).toBe(true);
};

/** Nothing happens any more but the schedule. */
async function untilQuiet(rig: RotationRig): Promise<void> {
  rig.portal.isAway = false;
  for (let runs = 0; runs < 4; runs += 1) {
    await rig.run();
    rig.pass(policy.patienceSeconds + policy.fallbackSeconds);
  }
}

/** Nothing is left to be decided, and no accepted secret has a label while the current one is refused. */
function checkEnd(rig: RotationRig): void {
  const labelled = rig.labelled();
  const isAccepted = (label: string) => rig.portal.accepted.has(labelled[label] ?? '');
  const state = JSON.stringify({ labelled, accepted: [...rig.portal.accepted] });
  expect(labelled.AWSPENDING, state).toBeUndefined();
  if (isAccepted('AWSCURRENT')) expect(labelled.AWSPREVIOUS, state).toBeUndefined();
  else expect(isAccepted('AWSPREVIOUS'), state).toBe(false);
}
