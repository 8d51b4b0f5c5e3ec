import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { configOf } from '../../infra/config.ts';
import { freePortBase } from '../../infra/local/free-ports.ts';
import { startLocalStage } from '../../infra/local/local-stage.ts';
import { writeCustomers } from './campaign/customers.ts';
import { type ImportFigures, runImport } from './campaign/run-import.ts';
import { type RunFigures, runReminders, untilQuiet } from './campaign/run-reminders.ts';
import { printRows } from './report.ts';

/**
 * Imports many environments with the operator's tool into the local stage, then runs the reminders while some of them are
 * due; and once more with a tenth of the environments and as many due, to show that a run costs what is due. Those who are
 * due joined while the first rung was still to come, all others after it: nothing is written but by the functions.
 */
const { values } = parseArgs({
  options: {
    environments: { type: 'string', default: '100000' },
    due: { type: 'string', default: '1000' },
    'per-second': { type: 'string', default: '25' },
  },
});
const { environments, due, perSecond } = z
  .object({
    environments: z.coerce.number().int().min(10).max(1_000_000),
    due: z.coerce.number().int().min(1),
    perSecond: z.coerce.number().int().min(1).max(1_000),
  })
  .parse({ environments: values.environments, due: values.due, perSecond: values['per-second'] });
const { remindersPerSecond, pageSize, unansweredMax } = configOf('local', {}).campaign;
const smaller = Math.max(Math.ceil(environments / 10), due + 1);
if (environments <= due) throw new RangeError('There must be more environments than those who are due.');

const large = await measure(environments);
const small = await measure(smaller);
report();

interface Measured {
  readonly environments: number;
  readonly imported: ImportFigures & { readonly rows: number };
  readonly run: RunFigures;
}

async function measure(count: number): Promise<Measured> {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-campaign-'));
  let reminded = 0;
  const stage = await startLocalStage({
    portBase: await freePortBase(),
    environment: {
      REMINDER_PACE: JSON.stringify({ remindersPerSecond: perSecond, pageSize, unansweredMax }),
    },
    log: (_channel, line) => {
      if (line.includes('"REMINDER"') && line.includes('"reminded"')) reminded += 1;
    },
  });
  try {
    const [first, rest] = [path.join(folder, 'first.csv'), path.join(folder, 'rest.csv')];
    await writeCustomers(first, 0, due);
    await writeCustomers(rest, due, count);
    // The first rung comes when its members are in; the second not before everything here is over.
    const dueAt = Date.now() + 60_000 + due * 50;
    const hours = 12;
    const deadline = new Date(dueAt + hours * 3_600_000).toISOString();
    console.log(`${due} environments join before the first reminder of the campaign …`);
    const ladder = `PT${hours}H,PT1M`;
    await runImport(stage, folder, first, ['--deadline', deadline, '--ladder', ladder]);
    if (Date.now() > dueAt) throw new Error('The first import lasted until its reminder was due.');
    await pause(dueAt - Date.now() + 1_000);
    console.log(`… and ${count - due} after it …`);
    const imported = { ...(await runImport(stage, folder, rest, [])), rows: count - due };
    await untilQuiet(stage);
    console.log(`… and those ${due} are reminded.`);
    const run = await runReminders(stage);
    if (reminded !== due) throw new Error(`${reminded} were reminded, and ${due} were due.`);
    return { environments: count, imported, run };
  } finally {
    await stage.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function report(): void {
  const { imported, run } = large;
  const rowsPerSecond = Math.round(imported.rows / imported.seconds);
  const peak = imported.toolMemoryMb + imported.functionsMemoryMb;
  printRows(
    ['import', 'rows', 'seconds', 'rows/s', 'tool MB', 'functions MB'],
    [large, small].map(({ environments: count, imported: one }) => [
      `${count} environments`,
      one.rows,
      one.seconds.toFixed(1),
      Math.round(one.rows / one.seconds),
      one.toolMemoryMb,
      one.functionsMemoryMb,
    ]),
  );
  printRows(
    ['reminder run', 'due', 'read units', 'messages', 'mails', 'seconds'],
    [large, small].map(({ environments: count, run: one }) => [
      `${count} environments`,
      due,
      one.readUnits,
      one.messages,
      one.mails,
      one.seconds.toFixed(1),
    ]),
  );
  console.log(
    `Memory: the most that each held, the tool's whole process and the heaps of the functions' workers.`,
  );
  console.log(
    `Reminders were paced at ${perSecond} a second (deployed: ${remindersPerSecond}); units are of the whole stage,`,
  );
  console.log('with the mails and webhooks that follow a reminder.\n');
  console.log(
    JSON.stringify({
      environments,
      rowsPerSecond,
      importPeakMemoryMb: peak,
      due,
      readUnits: run.readUnits,
      messages: run.messages,
      seconds: round(run.seconds),
      smaller: {
        environments: smaller,
        due,
        readUnits: small.run.readUnits,
        seconds: round(small.run.seconds),
      },
    }),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
