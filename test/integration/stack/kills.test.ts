import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { checkStage, countOf } from './invariants.ts';
import {
  type Arrival,
  byOperators,
  byPage,
  byTicket,
  byVisma,
  byZohoDesk,
  type Journey,
  throughAttention,
  throughDisconnection,
  withShortCode,
} from './journeys.ts';
import { type Kill, Killer } from './killer.ts';
import { pause, Stage } from './stage.ts';

const killer = new Killer();
let stage: Stage;

beforeAll(async () => {
  stage = await Stage.start({ chaos: killer.chaos });
});

afterAll(() => stage?.stop());

/** How many of a kind a wave holds while any of its calls is still to be killed at. */
const journeys: readonly { name: string; travel: Journey; inWave: number }[] = [
  { name: 'by ticket', travel: byTicket, inWave: 10 },
  { name: 'by Visma', travel: byVisma, inWave: 14 },
  { name: 'by page', travel: byPage, inWave: 8 },
  { name: 'by Zoho Desk', travel: byZohoDesk, inWave: 5 },
  { name: 'through attention', travel: throughAttention, inWave: 7 },
  { name: 'by operators', travel: byOperators, inWave: 7 },
  { name: 'through disconnection', travel: throughDisconnection, inWave: 7 },
];
const expiry = { name: 'expiry', inWave: 7 };
/** Journeys of a wave begin a little later each, so that most messages are a batch of their own. */
const apartMs = 300;
const wavesAtMost = 6;

/**
 * The rotations of the link key would end the links of everybody who travels by page: link-key.test.ts kills them. Where
 * nobody is in a campaign, reminders have nothing to do and nothing is imported: campaign.test.ts, send-reminders.test.ts
 * and import-campaign.test.ts kill these, the latter two at each of their calls.
 */
const leftAlone = ['LinkKeyRotateLinkKey', 'CampaignSendReminders', 'CampaignImportImportCampaign'];

describe('a kill at every single call to the cloud', () => {
  it('before it takes effect and after, loses nothing and doubles nothing', async () => {
    const arrivals = await watchEach();
    const begun = Date.now();
    let waves = 0;
    // In the first wave everything comes by, so from then on it is known what can still be expected.
    while ((waves === 0 || killer.outstanding().length > 0) && waves < wavesAtMost) {
      waves += 1;
      arrivals.push(...(await wave(waves === 1)));
    }
    await stage.settled(2_000);
    console.log(summary(waves, arrivals.length, Date.now() - begun));
    expect(killer.outstanding(), 'calls at which nothing was killed').toEqual([]);
    expect(killer.missed.length, 'calls that came about by chance').toBeLessThan(killer.points.length / 10);
    expect([...new Set(killer.kills.map(({ functionName }) => functionName))].sort()).toEqual(
      stage.functions.filter((name) => !leftAlone.includes(name)).sort(),
    );

    const connections = await stage.connections();
    expect(connections).toHaveLength(arrivals.length);
    for (const { connectionId, state, activations } of arrivals) {
      const shown = connections.find((one) => one.connectionId === connectionId);
      expect(shown?.state, connectionId).toBe(state);
      const told = ['ConnectionActivated', 'SpendCloudInformed'].map((type) => countOf(shown!, type));
      expect(told, `activations of ${connectionId}`).toEqual([activations, activations]);
    }
    await checkStage(stage, connections, mayLeaveTwice());
  }, 600_000);
});

/** Every journey undisturbed, and all but the expiry once more: functions that are warm make fewer calls. */
async function watchEach(): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  killer.watch(expiry.name);
  const short = await withShortCode(stage);
  for (const { name, travel } of [...journeys, ...journeys]) {
    killer.watch(name);
    arrivals.push(await travel(stage));
    await stage.settled(700);
  }
  killer.watch(expiry.name);
  arrivals.push(await short.expires());
  await stage.settled(700);
  killer.rest();
  return arrivals;
}

async function wave(isFirst: boolean): Promise<readonly Arrival[]> {
  const isOpen = ({ name }: { name: string }) => isFirst || killer.outstanding(name).length > 0;
  // Their codes are out before anyone else asks for one.
  const short = await Promise.all(
    Array.from({ length: isOpen(expiry) ? expiry.inWave : 0 }, () => withShortCode(stage)),
  );
  killer.arm();
  const travellers = journeys
    .filter(isOpen)
    .flatMap(({ name, travel, inWave }) =>
      Array<{ name: string; travel: Journey }>(inWave).fill({ name, travel }),
    );
  const results = await Promise.allSettled([
    ...short.map(({ expires }) => expires()),
    ...travellers.map(async ({ name, travel }, index) => {
      await pause(index * apartMs);
      // Whoever has not set out yet stays at home when those before him met every kill.
      return isFirst || killer.outstanding(name).length > 0 ? travel(stage) : undefined;
    }),
  ]);
  killer.rest();
  return results.flatMap((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value ?? [];
  });
}

/**
 * A mail may be doubled only when its sender died after SES had it and before that was on record, and when the word of
 * SES itself was held up by another kill.
 */
function mayLeaveTwice(): (eventId: string) => number {
  const killed = (name: string, points: (kill: Kill) => boolean) =>
    new Set(
      killer.kills
        .filter((kill) => kill.functionName === name && points(kill))
        .map((kill) => eventIdOf(kill)),
    );
  const unsure = killed(
    'MailSendMail',
    ({ action, when }) =>
      (action === 'ses:SendEmail' && when === 'after') ||
      (action === 'dynamodb:UpdateItem' && when === 'before'),
  );
  const unsettled = killed('MailRecordMailOutcome', () => true);
  return (eventId) => (unsure.has(eventId) && unsettled.has(eventId) ? 2 : 1);
}

const records = z.object({ Records: z.array(z.object({ body: z.string() })) });
const ofMail = z.object({
  detail: z.union([
    z.object({ eventId: z.string() }).transform(({ eventId }) => eventId),
    z
      .object({ mail: z.object({ tags: z.object({ eventId: z.array(z.string()) }) }) })
      .transform(({ mail }) => mail.tags.eventId[0]),
  ]),
});
function eventIdOf({ event }: Kill): string | undefined {
  const [record] = records.parse(JSON.parse(event)).Records;
  return ofMail.parse(JSON.parse(record?.body ?? '')).detail;
}

function summary(waves: number, connections: number, ms: number): string {
  const perFunction = Map.groupBy(killer.kills, ({ functionName }) => functionName);
  return [
    `${killer.points.length} calls of ${perFunction.size} functions, ${killer.kills.length} kills in ${waves} waves, ${connections} connections, ${Math.round(ms / 1000)} s:`,
    ...[...perFunction].sort().map(([name, kills]) => `  ${name.padEnd(40)} ${kills.length}`),
    ...killer.missed.map((call) => `  did not come about again: ${call}`),
  ].join('\n');
}
