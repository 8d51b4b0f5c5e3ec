import { describe, expect, it } from 'vitest';
import { Onboarding } from './onboarding-rig.ts';

const issue = { next: 'issue-invitation-code' } as const;
const waitForCustomer = { next: 'wait-for-customer', waitSeconds: 432_000 } as const;
const test = { next: 'test-access' } as const;
const activate = { next: 'activate-connection' } as const;
const end = { next: 'end' } as const;
const transient = { throws: 'TransientError' } as const;
const permanent = { throws: 'PermanentError' } as const;

const happy = {
  'resume-onboarding': [issue],
  'issue-invitation-code': [waitForCustomer],
  'apply-fact': [test],
  'test-access': [activate],
  'activate-connection': [end],
};
const ids = { connectionId: 'con_0123456789abcdef0123', attempt: 1 };

describe('the way to an active connection', () => {
  it('issues, waits, applies, tests and activates', async () => {
    const onboarding = await (await new Onboarding(happy).start()).untilQuiet();
    expect(await onboarding.parkedIn()).toBe('WaitForCustomer');
    await onboarding.wake();
    expect(await onboarding.visited()).toEqual([
      'ResumeOnboarding',
      'ChooseNextStep',
      'IssueInvitationCode',
      'ChooseNextStep',
      'WaitForCustomer',
      'ApplyFact',
      'ChooseNextStep',
      'TestAccess',
      'ChooseNextStep',
      'ActivateConnection',
      'ChooseNextStep',
      'Ended',
    ]);
    expect(await onboarding.status()).toBe('SUCCEEDED');
    expect(onboarding.transitions()).toBe(12);
  });

  it('hands ids to every task, and the token and its kind to a wait', async () => {
    const onboarding = await (await new Onboarding(happy).start()).untilQuiet();
    await onboarding.wake();
    for (const name of Object.keys(happy)) expect(onboarding.calls(name)).toEqual([ids]);
    expect(onboarding.calls('wait-for-fact')).toEqual([{ ...ids, wait: 'wait-for-customer' }]);
  });

  it('continues from the stored state', async () => {
    const onboarding = new Onboarding({ ...happy, 'resume-onboarding': [activate] });
    await (await onboarding.start()).untilQuiet();
    expect(await onboarding.visited()).toEqual([
      'ResumeOnboarding',
      'ChooseNextStep',
      'ActivateConnection',
      'ChooseNextStep',
      'Ended',
    ]);
  });

  it('ends at once when a later attempt has replaced it', async () => {
    const onboarding = new Onboarding({ 'resume-onboarding': [end] });
    await (await onboarding.start()).untilQuiet();
    expect(await onboarding.status()).toBe('SUCCEEDED');
    expect(await onboarding.visited()).toEqual(['ResumeOnboarding', 'ChooseNextStep', 'Ended']);
  });

  it('ends at its next step when it is replaced while it waits', async () => {
    const onboarding = new Onboarding({ ...happy, 'apply-fact': [end] });
    await (await onboarding.start()).untilQuiet();
    await onboarding.wake();
    expect(await onboarding.status()).toBe('SUCCEEDED');
    expect(onboarding.calls('test-access')).toEqual([]);
  });
});

describe('waits', () => {
  it('asks the stock again when nobody has filled it', async () => {
    const onboarding = new Onboarding({
      ...happy,
      'issue-invitation-code': [{ next: 'wait-for-stock', waitSeconds: 86_400 }, waitForCustomer],
    });
    await (await onboarding.start()).untilQuiet();
    expect(await onboarding.parkedIn()).toBe('WaitForStock');
    await onboarding.advance(86_399);
    expect(await onboarding.parkedIn()).toBe('WaitForStock');
    await onboarding.advance(1);
    expect(await onboarding.parkedIn()).toBe('WaitForCustomer');
  });

  it('applies what happened when the stock is filled', async () => {
    const onboarding = new Onboarding({
      ...happy,
      'issue-invitation-code': [{ next: 'wait-for-stock', waitSeconds: 86_400 }, waitForCustomer],
      'apply-fact': [issue],
    });
    await (await onboarding.start()).untilQuiet();
    expect(await onboarding.wake()).toBe('');
    expect(await onboarding.parkedIn()).toBe('WaitForCustomer');
  });

  it('expires the code when the customer does nothing', async () => {
    const onboarding = new Onboarding({ ...happy, 'expire-invitation-code': [end] });
    await (await onboarding.start()).untilQuiet();
    await onboarding.advance(432_000);
    expect((await onboarding.visited()).slice(-4)).toEqual([
      'WaitForCustomer',
      'ExpireInvitationCode',
      'ChooseNextStep',
      'Ended',
    ]);
    expect(await onboarding.wake()).toBe('TaskTimedOut');
  });

  it('reminds the customer of the expiry first: one wait more, in the same states', async () => {
    const onboarding = new Onboarding({
      ...happy,
      'issue-invitation-code': [{ next: 'wait-for-customer', waitSeconds: 345_600 }],
      'expire-invitation-code': [{ next: 'wait-for-customer', waitSeconds: 86_400 }, end],
    });
    await (await onboarding.start()).untilQuiet();
    await onboarding.advance(345_600);
    expect(await onboarding.parkedIn()).toBe('WaitForCustomer');
    await onboarding.advance(86_400);
    expect((await onboarding.visited()).slice(-3)).toEqual([
      'ExpireInvitationCode',
      'ChooseNextStep',
      'Ended',
    ]);
  });

  it('waits on when the code lives longer than was thought', async () => {
    const onboarding = new Onboarding({ ...happy, 'expire-invitation-code': [waitForCustomer, end] });
    await (await onboarding.start()).untilQuiet();
    await onboarding.advance(432_000);
    expect(await onboarding.parkedIn()).toBe('WaitForCustomer');
  });

  it('tests again while consent spreads', async () => {
    const onboarding = new Onboarding({
      ...happy,
      'test-access': [
        { next: 'wait-for-propagation', waitSeconds: 30 },
        { next: 'wait-for-propagation', waitSeconds: 60 },
        activate,
      ],
    });
    await (await onboarding.start()).untilQuiet();
    await onboarding.wake();
    expect(await onboarding.parkedIn()).toBe('WaitForPropagation');
    await onboarding.advance(90);
    expect(await onboarding.status()).toBe('SUCCEEDED');
    expect(onboarding.calls('test-access')).toHaveLength(3);
  });

  it('takes another tenant ID while consent spreads', async () => {
    const onboarding = new Onboarding({
      ...happy,
      'test-access': [{ next: 'wait-for-propagation', waitSeconds: 600 }, activate],
    });
    await (await onboarding.start()).untilQuiet();
    await onboarding.wake();
    await onboarding.wake();
    expect((await onboarding.visited()).slice(-7)).toEqual([
      'ApplyFact',
      'ChooseNextStep',
      'TestAccess',
      'ChooseNextStep',
      'ActivateConnection',
      'ChooseNextStep',
      'Ended',
    ]);
  });

  it('activates when the mapping is complete', async () => {
    const onboarding = new Onboarding({
      ...happy,
      'resume-onboarding': [activate],
      'activate-connection': [{ next: 'wait-for-mapping', waitSeconds: 604_800 }, end],
      'apply-fact': [activate],
    });
    await (await onboarding.start()).untilQuiet();
    expect(await onboarding.parkedIn()).toBe('WaitForMapping');
    await onboarding.wake();
    expect(await onboarding.status()).toBe('SUCCEEDED');
    expect(onboarding.calls('activate-connection')).toHaveLength(2);
  });

  it('asks an operator when nobody maps', async () => {
    const onboarding = new Onboarding({
      'resume-onboarding': [activate],
      'activate-connection': [{ next: 'wait-for-mapping', waitSeconds: 604_800 }],
      'flag-for-attention': [end],
    });
    await (await onboarding.start()).untilQuiet();
    await onboarding.advance(604_800);
    expect(onboarding.calls('flag-for-attention')).toEqual([
      { ...ids, reason: 'mapping-overdue', error: 'States.Timeout' },
    ]);
    expect(await onboarding.status()).toBe('SUCCEEDED');
  });

  it.each([0, -5, 0.2])('never waits less than a second (%d)', async (waitSeconds) => {
    const onboarding = new Onboarding({
      ...happy,
      'issue-invitation-code': [{ next: 'wait-for-customer', waitSeconds }],
      'expire-invitation-code': [end],
    });
    await (await onboarding.start()).untilQuiet();
    expect(await onboarding.parkedIn()).toBe('WaitForCustomer');
    await onboarding.advance(1);
    expect(await onboarding.status()).toBe('SUCCEEDED');
  });

  it('wakes spuriously without harm', async () => {
    const onboarding = new Onboarding({ ...happy, 'apply-fact': [waitForCustomer, waitForCustomer, test] });
    await (await onboarding.start()).untilQuiet();
    await onboarding.wake();
    await onboarding.wake();
    expect(await onboarding.parkedIn()).toBe('WaitForCustomer');
    await onboarding.wake();
    expect(await onboarding.status()).toBe('SUCCEEDED');
  });
});

describe('failures', () => {
  it.each(['TransientError', 'Lambda.ServiceException', 'Runtime.ExitError', 'Sandbox.Timedout'])(
    'retries %s',
    async (throws) => {
      const onboarding = new Onboarding({
        ...happy,
        'issue-invitation-code': [{ throws }, { throws }, waitForCustomer],
      });
      await (await onboarding.start()).untilQuiet();
      expect(await onboarding.parkedIn()).toBe('WaitForCustomer');
      expect(onboarding.calls('issue-invitation-code')).toHaveLength(3);
    },
  );

  it('asks an operator at once about a permanent error', async () => {
    const onboarding = new Onboarding({
      ...happy,
      'issue-invitation-code': [permanent],
      'flag-for-attention': [end],
    });
    await (await onboarding.start()).untilQuiet();
    expect(onboarding.calls('issue-invitation-code')).toHaveLength(1);
    expect(onboarding.calls('flag-for-attention')).toEqual([
      { ...ids, reason: 'step-failed', error: 'PermanentError' },
    ]);
    expect(await onboarding.status()).toBe('SUCCEEDED');
  });

  it.each([
    'resume-onboarding',
    'issue-invitation-code',
    'wait-for-fact',
    'apply-fact',
    'activate-connection',
  ])('gives up on %s after its retries', async (name) => {
    const onboarding = new Onboarding({ ...happy, [name]: [transient], 'flag-for-attention': [end] });
    await (await onboarding.start()).untilQuiet();
    if ((await onboarding.parkedIn()) !== undefined) await onboarding.wake();
    expect(onboarding.calls(name)).toHaveLength(10);
    expect(onboarding.calls('flag-for-attention')).toEqual([
      { ...ids, reason: 'step-failed', error: 'TransientError' },
    ]);
  });

  it('says that Visma is unavailable after a longer patience', async () => {
    const onboarding = new Onboarding({
      'resume-onboarding': [test],
      'test-access': [transient],
      'flag-for-attention': [end],
    });
    await (await onboarding.start()).untilQuiet();
    expect(onboarding.calls('test-access')).toHaveLength(17);
    expect(onboarding.calls('flag-for-attention')).toEqual([
      { ...ids, reason: 'visma-unavailable', error: 'TransientError' },
    ]);
  });

  it('does not blame Visma for a mistake of ours', async () => {
    const onboarding = new Onboarding({
      'resume-onboarding': [test],
      'test-access': [permanent],
      'flag-for-attention': [end],
    });
    await (await onboarding.start()).untilQuiet();
    expect(onboarding.calls('flag-for-attention')).toEqual([
      { ...ids, reason: 'step-failed', error: 'PermanentError' },
    ]);
  });

  it('tries a wait again whose function failed', async () => {
    const onboarding = new Onboarding({ ...happy, 'wait-for-fact': [transient, end] });
    await (await onboarding.start()).untilQuiet();
    expect(onboarding.calls('wait-for-fact')).toHaveLength(2);
    expect(await onboarding.wake()).toBe('');
    expect(await onboarding.status()).toBe('SUCCEEDED');
  });

  it('fails when not even an operator can be asked, and its status change tells', async () => {
    const onboarding = new Onboarding({
      'resume-onboarding': [permanent],
      'flag-for-attention': [permanent],
    });
    await (await onboarding.start()).untilQuiet();
    expect(await onboarding.status()).toBe('FAILED');
    expect(onboarding.rig.emitted.at(-1)).toMatchObject({
      detailType: 'Step Functions Execution Status Change',
      detail: { status: 'FAILED', name: `${ids.connectionId}-1` },
    });
  });

  it('fails on a step that it does not know', async () => {
    const unknown = { next: 'ask-the-oracle' } as unknown as typeof end;
    const onboarding = new Onboarding({ 'resume-onboarding': [unknown] });
    await (await onboarding.start()).untilQuiet();
    expect(await onboarding.status()).toBe('FAILED');
    expect(await onboarding.error()).toBe('UnknownStep');
  });
});
