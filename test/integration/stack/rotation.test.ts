import { randomBytes, randomUUID } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { secretId } from '../../../infra/local/neighbours/visma/client-secrets.ts';
import { alarmLines } from '../../../shared/contracts/alarm-lines.ts';
import { eventually } from '../cloud/poll.ts';
import { ticketBody, vismaSignature } from './deliveries.ts';
import { checkStage } from './invariants.ts';
import {
  activeCustomer,
  clientId,
  exportOn,
  inSecrets,
  labelled,
  operator,
  RotationKiller,
  secretValue,
  untilLabelled,
} from './rotating.ts';
import { pause, Stage } from './stage.ts';

const newSecret = () => randomBytes(24).toString('base64url');

const killer = new RotationKiller();
let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start({ chaos: killer.chaos });
});
afterAll(() => stage?.stop());

const alarms = (line: string) => stage.lines.filter((one) => one.includes(`"${line}"`)).length;

describe('the client secret', () => {
  it('is rotated, refused, lost and taken back while exports run, and none of them fails', async () => {
    const { control } = stage.local.visma;
    await stage.addCodes(3);
    const customers = [await activeCustomer(stage), await activeCustomer(stage), await activeCustomer(stage)];
    // So that new tokens are asked for all the time.
    control.setSwitches({ tokenLifetimeSeconds: 12 });
    const { clientSecret: first = '' } = await secretValue(stage, 'visma-client');
    const [second, third, fourth, bad] = [newSecret(), newSecret(), newSecret(), newSecret()] as const;
    control.resetCounters();
    const load = exportOn(stage, customers);

    const until = (what: string, look: () => boolean) =>
      eventually(async () => (look() ? true : pause(200)), what, 90_000);
    const uses = (secret: string) => control.counters().bySecret[secretId(secret)]?.accepted ?? 0;
    await until('tokens by the first secret', () => uses(first) > 0);

    // Staged, tested, in use; the old one stays the fallback for its time and is then deleted in the portal.
    control.acceptSecrets([first, second]);
    expect(await operator(stage, `rotate-client-secret --client-id ${clientId}`, second)).toMatchObject({
      exitCode: 0,
      answer: expect.stringContaining('accepted: it is in use'),
    });
    expect(await labelled(stage)).toEqual({ AWSCURRENT: second, AWSPREVIOUS: first });
    await untilLabelled(stage, { AWSCURRENT: second });
    control.acceptSecrets([second]);

    // One that Visma does not know is given up, and nothing changes.
    await operator(stage, `rotate-client-secret --client-id ${clientId}`, bad);
    expect((await labelled(stage)).AWSCURRENT).toBe(second);
    await untilLabelled(stage, { AWSCURRENT: second });
    expect(alarms(alarmLines.clientSecretRefused)).toBe(1);

    // Visma refuses first the old one, then the new one: the other serves each time, and in the end takes over again.
    control.acceptSecrets([second, third]);
    await operator(stage, `rotate-client-secret --client-id ${clientId}`, third);
    expect(await labelled(stage)).toEqual({ AWSCURRENT: third, AWSPREVIOUS: second });
    const byRotation = uses(third);
    control.acceptSecrets([third]);
    // Two each: whoever was refused the second one at the very moment at which only that is accepted would have neither.
    const twiceEach = 2 * customers.length;
    await until('tokens by the third secret', () => uses(third) >= byRotation + twiceEach);
    control.acceptSecrets([second]);
    await until('a fallback', () => alarms(alarmLines.clientSecretFallback) > 0);
    await untilLabelled(stage, { AWSCURRENT: second });
    expect(alarms(alarmLines.clientSecretRolledBack)).toBe(1);

    // The old one deleted at once, against the runbook: whoever still has it reads the new one.
    control.acceptSecrets([second, fourth]);
    await operator(stage, `rotate-client-secret --client-id ${clientId}`, fourth);
    control.acceptSecrets([fourth]);
    const tokens = uses(fourth);
    await until('tokens by the fourth secret', () => uses(fourth) >= tokens + twiceEach);

    // Killed at every call in turn; the next look goes on where the labels say.
    const accepted = [fourth];
    let kills = 0;
    for (let isOver = false, call = 1; !isOver; call += 1) {
      for (const when of ['before', 'after'] as const) {
        const next = newSecret();
        accepted.push(next);
        control.acceptSecrets(accepted);
        const { AWSCURRENT: current = '' } = await labelled(stage);
        killer.arm(call, when);
        const SecretString = JSON.stringify({ clientId, clientSecret: next });
        await inSecrets(stage, 'PutSecretValue', 'visma-client', {
          SecretString,
          VersionStages: ['AWSPENDING'],
        });
        await untilLabelled(stage, { AWSCURRENT: next, AWSPREVIOUS: current });
        if (killer.disarm()) isOver = true;
        else kills += 1;
      }
    }

    await load.stop();
    const failed = load.results.filter((result) => result !== 'posted');
    const used = [first, second, third, fourth, bad].map(uses);
    console.log(
      `${load.results.length} exports, ${failed.length} failed; requests accepted by secret: ${used.join(', ')} (the bad one last); ${kills} kills of the rotation`,
    );
    expect(failed).toEqual([]);
    expect(load.results.length).toBeGreaterThan(100);
    expect(used.slice(0, 4).every((count) => count > 0)).toBe(true);
    expect(used[4]).toBe(0);
    expect(kills).toBeGreaterThan(10);
    expect(alarms(alarmLines.clientRejected)).toBe(0);
    const { answer } = await operator(stage, 'show-client-secret --json');
    expect(JSON.parse(answer).versions).toMatchObject([{ label: 'AWSCURRENT' }, { label: 'AWSPREVIOUS' }]);
    for (const secret of [first, second, third, fourth, bad]) {
      expect(stage.lines.filter((line) => line.includes(secret))).toEqual([]);
    }
  }, 400_000);

  it('is looked after by the schedule too', async () => {
    await stage.settled(1_000);
    const before = stage.lines.length;
    const { AWSCURRENT: current = '' } = await labelled(stage);
    const SecretString = JSON.stringify({ clientId, clientSecret: current });
    await inSecrets(stage, 'PutSecretValue', 'visma-client', { SecretString, VersionStages: ['AWSPENDING'] });
    const isPromoted = (line: string) =>
      line.includes('"CLIENT SECRET LOOKED AFTER"') && /"reason":"schedule".*"promoted"/.test(line);
    // The function says so only after it has taken the label away.
    await eventually(
      async () => (stage.lines.slice(before).some(isPromoted) ? true : pause(500)),
      'a look by the schedule',
      75_000,
    );
    expect((await labelled(stage)).AWSPENDING).toBeUndefined();
    await checkStage(stage, await stage.connections());
  });

  it('is put by operators and read by none', async () => {
    const { endpoints } = stage.local;
    const manager = new SecretsManagerClient({
      region: endpoints.region,
      endpoint: endpoints.aws,
      credentials: endpoints.operator,
      maxAttempts: 1,
    });
    const get = (name: string) =>
      manager.send(new GetSecretValueCommand({ SecretId: `visma-onboarding/local/${name}` }));
    await expect(get('visma-client')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await expect(get('generic-tickets')).resolves.toMatchObject({
      Name: `visma-onboarding/local/generic-tickets`,
    });
    manager.destroy();
  });
});

describe('signing secrets', () => {
  const customer = { ticketId: 'T-rotation', email: 'nobody@nowhere.example' };
  const made = z.object({ newSecret: z.string() });

  it('of tickets: old and new are accepted until the operator ends it', async () => {
    const old = stage.local.endpoints.secrets.genericTickets;
    const { answer } = await operator(stage, 'rotate-signing-secret generic-tickets --json');
    const { newSecret: fresh } = made.parse(JSON.parse(answer));
    const statusOf = async (secret: string) =>
      (await stage.postTicket(ticketBody(customer, { text: 'Hallo' }), { secret })).status;
    // A receiver that verified a moment ago reads its keys again after 30 seconds.
    await eventually(
      async () => ((await statusOf(fresh)) === 202 ? true : pause(1_000)),
      'the new secret',
      60_000,
    );
    expect([await statusOf(old), await statusOf(fresh)]).toEqual([202, 202]);
    await operator(stage, 'rotate-signing-secret generic-tickets --finish');
    expect(await secretValue(stage, 'generic-tickets')).toEqual({ current: fresh });
    // A receiver goes by what it read for five minutes, unless somebody's signature fits none of it.
    const isRefused = async () => {
      await statusOf(`whsec_${randomBytes(32).toString('base64')}`);
      return (await statusOf(old)) === 401;
    };
    await eventually(
      async () => ((await isRefused()) ? true : pause(1_000)),
      'the end of the old secret',
      90_000,
    );
    expect([await statusOf(old), await statusOf(fresh)]).toEqual([401, 202]);
  });

  it("of Visma's webhook: the same, with the secret that the portal shows", async () => {
    const old = stage.local.endpoints.secrets.visma;
    const fresh = newSecret();
    expect(await operator(stage, 'rotate-signing-secret visma-webhook', fresh)).toMatchObject({
      exitCode: 0,
    });
    const statusOf = async (secret: string) => {
      const body = JSON.stringify({ event: 'something_else', tenantId: randomUUID() });
      return (await stage.postVisma(randomUUID(), { body, signature: vismaSignature(body, secret) })).status;
    };
    await eventually(
      async () => ((await statusOf(fresh)) < 300 ? true : pause(1_000)),
      'the new secret',
      60_000,
    );
    const both = [await statusOf(old), await statusOf(fresh)];
    expect(both.every((status) => status < 300)).toBe(true);
  });

  it('of Spend Cloud: it is signed with both, so each of the two verifies', async () => {
    const { answer } = await operator(stage, 'rotate-signing-secret spend-cloud-webhook --json');
    const { newSecret: fresh } = made.parse(JSON.parse(answer));
    const value = await secretValue(stage, 'spend-cloud-webhook');
    expect(value).toEqual({ current: fresh, previous: expect.stringMatching(/^whsec_/) });
    await stage.addCodes(2);
    // Spend Cloud verifies with the old one, then with the new one; that it was told is a rule of the stage.
    await activeCustomer(stage);
    await stage.settled(1_000);
    await checkStage(stage, await stage.connections());
    stage.local.spendCloud.set({ secrets: [fresh] });
    await activeCustomer(stage);
    await stage.settled(3_000);
    await checkStage(stage, await stage.connections());
    expect(await operator(stage, 'rotate-signing-secret spend-cloud-webhook --finish')).toMatchObject({
      exitCode: 0,
    });
    expect(await secretValue(stage, 'spend-cloud-webhook')).toEqual({ current: fresh });
  });
});
