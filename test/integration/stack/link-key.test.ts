import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { noChaos } from '../../../infra/local/cloud/chaos.ts';
import { readConnectLink, signConnectLink } from '../../../shared/platform/connect-links.ts';
import { subjects, untilMail } from './invariants.ts';
import { secretValue } from './rotating.ts';
import { functionPath, Stage } from './stage.ts';

const keys = z.object({ current: z.string(), previous: z.string().optional() });

describe('the key of connect links', () => {
  let stage: Stage;
  /** Where the rotation dies next: after how many calls, and whether the last takes effect. */
  let death: { calls: number; readonly when: 'before' | 'after' } | undefined;
  const deaths: string[] = [];

  beforeAll(async () => {
    stage = await Stage.start({
      chaos: {
        ...noChaos,
        kill: (name, _number, { action }) => {
          if (!functionPath(name).endsWith('RotateLinkKey') || death === undefined) return 'no';
          death.calls -= 1;
          if (death.calls > 0) return 'no';
          const { when } = death;
          death = undefined;
          deaths.push(`${when} ${action}`);
          return when;
        },
      },
    });
  });
  afterAll(() => stage?.stop());

  const linkKeys = async () => keys.parse(await secretValue(stage, 'connect-link-key'));

  it('is rotated: links of old mails go on to open, the next mail’s opens at once', async () => {
    const customer = stage.newCustomer();
    await stage.register(customer);
    const open = async (link: string) => (await fetch(`${stage.local.endpoints.api}/connect/${link}`)).status;
    const old = await linkKeys();
    const { environmentId } = customer;
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    // As a mail of before has it; a sender that had signed one would keep that key for five minutes.
    const oldLink = signConnectLink({ environmentId, generation: 1, expiresAt }, old.current);
    // The page's process has the old key from here on.
    expect(await open(oldLink)).toBe(200);

    expect(await stage.command({ command: 'RotateLinkKey' })).toEqual({ outcome: 'rotated' });
    const rotated = await linkKeys();
    expect(rotated.previous).toBe(old.current);
    expect(rotated.current).not.toBe(old.current);
    await stage.addCodes(1);
    await stage.asksForCode(customer);
    const mail = await untilMail(stage, customer.email, subjects.code);
    const newLink = /\/connect\/([\w.-]+)/.exec(mail)?.[1] ?? '';
    expect(readConnectLink(newLink, [rotated.current], new Date()).status).toBe('valid');
    expect([await open(newLink), await open(oldLink)]).toEqual([200, 200]);

    await expect(stage.command({ command: 'RotateLinkKey' })).rejects.toThrow('until');
    for (const round of [1, 2]) {
      const forced = await stage.command({ command: 'RotateLinkKey', force: true });
      expect(forced, `round ${round}`).toEqual({ outcome: 'rotated' });
    }
    const told = [...stage.lines, JSON.stringify(stage.local.cloud.mail.mails())].join('\n');
    for (const key of [old.current, rotated.current, (await linkKeys()).current]) {
      expect(told).not.toContain(key);
    }
  });

  it('is rotated once by a command, wherever the rotation dies', async () => {
    const made = new Set<string>();
    for (const call of [1, 2, 3, 4]) {
      for (const when of ['before', 'after'] as const) {
        const { current: old } = await linkKeys();
        death = { calls: call, when };
        // Answered 500, the command line sends the same command again.
        const answer = await stage.command({ command: 'RotateLinkKey', force: true });
        const isDone = call === 4 && when === 'after';
        expect(answer, `${when} ${call}`).toEqual({ outcome: isDone ? 'repeated' : 'rotated' });
        const { current, previous } = await linkKeys();
        expect(previous).toBe(old);
        made.add(current);
      }
    }
    expect(made.size).toBe(8);
    expect(deaths).toEqual(
      ['GetSecretValue', 'PutSecretValue', 'GetSecretValue', 'UpdateSecretVersionStage'].flatMap((action) =>
        ['before', 'after'].map((when) => `${when} secretsmanager:${action}`),
      ),
    );
  });
});
