import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../cloud/poll.ts';
import type { Customer } from './deliveries.ts';
import { checkStage, mailsTo, operators, subjects, untilMail } from './invariants.ts';
import { pause, Stage } from './stage.ts';

describe('contacts whom mails do not reach', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.start();
    await stage.addCodes(5);
  });
  afterAll(() => stage?.stop());

  function register({ environmentId, name, corporateId }: Customer, emails: readonly string[]) {
    return stage.command({
      command: 'RegisterEnvironment',
      environmentId,
      name,
      locale: 'nl',
      contacts: emails.map((email) => ({ email, name: '' })),
      contactPerson: { email: 'consultant@vendor.example', name: '' },
      exportFormats: ['Visma.net Financials'],
      companies: [{ name, corporateId }],
      administrations: [{ administrationId: '1', name }],
    });
  }

  function untilMails(email: string, words: string, count: number) {
    return eventually(
      async () => {
        const mails = mailsTo(stage, email, words);
        if (mails.length < count) await pause(150);
        return mails.length < count ? undefined : mails;
      },
      `${count} mails to ${email} about "${words}"`,
      60_000,
    );
  }

  it('are left out after a bounce while the others go on, and operators know', async () => {
    const customer = stage.newCustomer();
    const dead = `bounce+${customer.environmentId}@klant.example`;
    stage.knownToVisma(customer);
    await register(customer, [dead, customer.email]);
    await stage.asksForCode(customer);
    const told = await untilMail(stage, operators, customer.name);
    expect(told).toContain(dead);
    await stage.command({ command: 'RequestCode', environmentId: customer.environmentId });
    await untilMails(customer.email, subjects.code, 2);
    expect(mailsTo(stage, dead, subjects.code)).toHaveLength(1);
    expect(mailsTo(stage, operators, customer.name)).toHaveLength(1);
    expect(stage.lines.filter((line) => line.includes(dead))).toEqual([]);
  });

  it('leave the mail to operators when nobody else is there, until another address is registered', async () => {
    const customer = stage.newCustomer({ email: 'complaint@klant.example' });
    const { environmentId, name, email } = customer;
    stage.knownToVisma(customer);
    await register(customer, [email]);
    await stage.asksForCode(customer);
    await untilMail(stage, email, subjects.code);
    await untilMails(operators, name, 1);
    await stage.command({ command: 'RequestCode', environmentId });
    const [, unsent] = await untilMails(operators, name, 2);
    expect(unsent).toContain(name);
    expect(mailsTo(stage, email, subjects.code)).toHaveLength(1);

    const fresh = `finance@${environmentId}.example`;
    expect(JSON.stringify(await register(customer, [email]))).toContain('gets no mails');
    await register(customer, [fresh]);
    await stage.command({ command: 'RequestCode', environmentId });
    await untilMail(stage, fresh, subjects.code);
    expect(mailsTo(stage, operators, name)).toHaveLength(2);
  });

  it('leave nothing undone', async () => {
    await checkStage(stage, []);
    expect(stage.lines.some((line) => line.includes('AccessDenied'))).toBe(false);
  });
});
