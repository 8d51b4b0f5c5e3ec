import { setTimeout as pause } from 'node:timers/promises';
import type { LocalStage } from '../../../infra/local/local-stage.ts';
import { sendCommand } from '../../../infra/operator/client.ts';

export interface RunFigures {
  /** Of the whole stage: the run itself, and the mails and webhooks that follow. */
  readonly readUnits: number;
  /** Put into the reminders' queue: the run, its pages and one for each reminder. */
  readonly messages: number;
  readonly mails: number;
  readonly seconds: number;
}

/** Nothing has happened for so long: what was begun is over. */
const quietSeconds = 5;

/** Starts a run of the reminders and waits until everything that follows from it is over. */
export async function runReminders(stage: LocalStage): Promise<RunFigures> {
  const before = countsOf(stage);
  const began = performance.now();
  await sendCommand(stage.endpoints, { command: 'RunReminders' });
  const quietSince = await untilQuiet(stage);
  const after = countsOf(stage);
  return {
    readUnits: after.readUnits - before.readUnits,
    messages: after.messages - before.messages,
    mails: after.mails - before.mails,
    seconds: (quietSince - began) / 1_000,
  };
}

/** Waits until no queue holds a message and no table is written; answers since when it has been so. */
export async function untilQuiet(stage: LocalStage, patienceSeconds = 3_600): Promise<number> {
  const deadline = performance.now() + patienceSeconds * 1_000;
  let last = '';
  let since = performance.now();
  while (performance.now() < deadline) {
    const depth = [...stage.cloud.queueDepths().values()].reduce((sum, count) => sum + count, 0);
    const now = JSON.stringify([depth, stage.cloud.capacity().writeUnits, stage.cloud.mail.mails().length]);
    if (now !== last || depth > 0) since = performance.now();
    last = now;
    if (performance.now() - since > quietSeconds * 1_000) return since;
    await pause(100);
  }
  throw new Error(`The stage was not quiet after ${patienceSeconds} seconds.`);
}

function countsOf({ cloud }: LocalStage) {
  return {
    readUnits: cloud.capacity().readUnits,
    messages: cloud.counters.byAction.get('sqs:SendMessage') ?? 0,
    mails: cloud.mail.mails().length,
  };
}
