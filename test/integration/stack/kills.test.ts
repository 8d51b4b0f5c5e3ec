import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { eventually } from '../cloud/poll.ts';
import { checkStage, countOf, mailsTo, subjects } from './invariants.ts';
import { type Kill, Killer } from './killer.ts';
import { type Customer, pause, Stage } from './stage.ts';

const killer = new Killer();
let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start({ chaos: killer.chaos });
});

afterAll(() => stage?.stop());

/** From the ticket to activated: the tenant ID comes on the ticket or by Visma's webhook alone. */
async function onboard(by: 'ticket' | 'visma'): Promise<{ customer: Customer; connectionId: string }> {
  const customer = stage.newCustomer();
  const connectionId = await stage.register(customer);
  await stage.addCodes(1);
  await stage.asksForCode(customer);
  await stage.until(connectionId, 'with a code', (one) => countOf(one, 'InvitationCodeIssued') > 0);
  await eventually(
    async () => mailsTo(stage, customer.email, subjects.code)[0] ?? (await pause(200)),
    `the code for ${customer.email}`,
    60_000,
  );
  stage.integrate(customer.tenantId, { told: by === 'visma' });
  if (by === 'ticket') await stage.sendsTenantId(customer, customer.tenantId);
  await stage.untilState(connectionId, 'activated', 120_000);
  await eventually(
    async () => mailsTo(stage, customer.email, subjects.activated)[0] ?? (await pause(200)),
    `the word for ${customer.email} that it works`,
    120_000,
  );
  return { customer, connectionId };
}

const bothWays = ['ticket', 'visma'] as const;
/** Connections of a wave: each begins a little later, so that most messages are a batch of their own. */
const waveSize = 12;
const apartMs = 400;
const wavesAtMost = 6;

describe('a kill at every single call to the cloud', () => {
  it('before it takes effect and after, loses nothing and doubles nothing', async () => {
    killer.watch();
    for (const by of bothWays) await onboard(by);
    await stage.settled(1_000);
    // A second time: functions that are warm make fewer calls.
    for (const by of bothWays) await onboard(by);
    await stage.settled(1_000);
    const begun = Date.now();
    let waves = 0;
    while (killer.outstanding.length > 0 && waves < wavesAtMost) {
      waves += 1;
      killer.arm();
      const wave = Array.from({ length: waveSize }, async (_, index) => {
        await pause(index * apartMs);
        return onboard(bothWays[index % 2]!);
      });
      for (const done of await Promise.allSettled(wave)) if (done.status === 'rejected') throw done.reason;
      killer.rest();
    }
    await stage.settled(2_000);
    console.log(summary(waves, Date.now() - begun));
    expect(killer.outstanding, 'calls at which nothing was killed').toEqual([]);

    const connections = await stage.connections();
    expect(connections.map(({ state }) => state)).toEqual(connections.map(() => 'activated'));
    for (const one of connections) {
      expect([countOf(one, 'ConnectionActivated'), countOf(one, 'SpendCloudInformed')]).toEqual([1, 1]);
    }
    await checkStage(stage, connections, mayLeaveTwice());
  }, 600_000);
});

/**
 * A mail may be doubled only when its sender died after SES had it and before that was on record, and when the word of
 * SES itself was held up by another kill.
 */
function mayLeaveTwice(): (mailId: string) => number {
  const held = killer.kills
    .filter(({ functionName }) => functionName.includes('RecordMailOutcome'))
    .map(mailIdOf);
  const sender = killer.kills.filter(({ functionName }) => functionName.includes('SendMail'));
  const unsure = sender.some(
    ({ action, when }) =>
      (action === 'ses:SendEmail' && when === 'after') || action === 'dynamodb:UpdateItem',
  );
  return (mailId) => (unsure && held.includes(mailId) ? 2 : 1);
}

const outcome = z.object({
  detail: z.object({ mail: z.object({ tags: z.object({ mailId: z.array(z.string()) }) }) }),
});
function mailIdOf({ event }: Kill): string {
  const [record] = z
    .object({ Records: z.array(z.object({ body: z.string() })) })
    .parse(JSON.parse(event)).Records;
  return outcome.parse(JSON.parse(record?.body ?? '')).detail.mail.tags.mailId[0] ?? '';
}

function summary(waves: number, ms: number): string {
  const perFunction = new Map<string, number>();
  for (const { functionName } of killer.kills)
    perFunction.set(functionName, (perFunction.get(functionName) ?? 0) + 1);
  const lines = [...perFunction].sort().map(([name, count]) => `  ${name.padEnd(40)} ${count}`);
  return [
    `${killer.points.length} calls of ${perFunction.size} functions, ${killer.kills.length} kills in ${waves} waves of ${waveSize} connections, ${Math.round(ms / 1000)} s:`,
    ...lines,
  ].join('\n');
}
