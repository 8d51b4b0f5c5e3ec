import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readConnectLink, signConnectLink } from '../../../shared/platform/connect-links.ts';
import { subjects, untilMail } from './invariants.ts';
import { secretValue } from './rotating.ts';
import { Stage } from './stage.ts';

const keys = z.object({ current: z.string(), previous: z.string().optional() });

describe('the key of connect links', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterAll(() => stage?.stop());

  it('is rotated: links of old mails go on to open, the next mail’s opens at once', async () => {
    const customer = stage.newCustomer();
    await stage.register(customer);
    const linkKeys = async () => keys.parse(await secretValue(stage, 'connect-link-key'));
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
});
