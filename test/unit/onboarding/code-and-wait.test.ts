import { describe, expect, it } from 'vitest';
import { issueInvitationCode } from '../../../functions/issue-invitation-code/issue-invitation-code.ts';
import { waitForFact } from '../../../functions/wait-for-fact/wait-for-fact.ts';
import { reportFact } from '../../../shared/domain/connection/facts.ts';
import { aCode, aConnection, aConnectionWithCode, someTenantId } from '../../builders/connection.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import { connectionId, execution, policy, requested, world } from './task-world.ts';

describe('issue-invitation-code', () => {
  it('issues a code once, however often it is called', async () => {
    const its = await requested();
    await its.stock.add([aCode(), aCode({ code: 'INVITE-0002' })], aCause());
    const first = await issueInvitationCode(its, execution);
    expect(await issueInvitationCode(its, execution)).toEqual(first);
    expect(first).toEqual({
      next: 'wait-for-customer',
      waitSeconds: 5 * 24 * 3600 - policy.expiryNoticeSeconds,
    });
    expect(its.told().filter((type) => type === 'InvitationCodeIssued')).toHaveLength(1);
    expect(await its.stock.available(someTime, 10)).toHaveLength(1);
  });

  it('hands out no code that lives too short', async () => {
    const its = await requested();
    await its.stock.add([aCode({ expiresAt: later(policy.minimumCodeLifetimeSeconds) })], aCause());
    expect(await issueInvitationCode(its, execution)).toMatchObject({ next: 'wait-for-stock' });
  });

  it('takes another code when one is gone', async () => {
    const its = await requested();
    await its.stock.add([aCode(), aCode({ code: 'INVITE-0002' })], aCause());
    const stale = {
      ...its.stock,
      available: async () => [aCode({ code: 'GONE' }), ...(await its.stock.available(someTime, 1))],
    };
    await issueInvitationCode({ ...its, stock: stale }, execution);
    expect((await its.stored()).invitationCode?.code).toMatch(/^INVITE-/);
  });

  it('tries again later when every code that it sees is gone', async () => {
    const its = await requested();
    const stale = { ...its.stock, available: async () => [aCode({ code: 'GONE' })] };
    await expect(issueInvitationCode({ ...its, stock: stale }, execution)).rejects.toMatchObject({
      name: 'TransientError',
    });
  });

  it('asks operators once per wait and flags when their time is over', async () => {
    const its = await requested();
    const first = await issueInvitationCode(its, execution);
    expect(first).toEqual({ next: 'wait-for-stock', waitSeconds: policy.stockWaitSeconds });
    its.setTime(later(60));
    expect(await issueInvitationCode(its, execution)).toMatchObject({
      waitSeconds: policy.stockWaitSeconds - 60,
    });
    its.setTime(later(policy.stockWaitSeconds));
    await issueInvitationCode(its, execution);
    expect(its.told().filter((type) => type === 'InvitationCodeStockEmpty')).toHaveLength(2);
    its.setTime(later(policy.stockPatienceSeconds));
    expect(await issueInvitationCode(its, execution)).toEqual({ next: 'end' });
    expect((await its.stored()).attention).toEqual({ reason: 'stock-overdue', from: 'code-requested' });
  });

  it('wastes no code on a connection whose tenant ID has arrived', async () => {
    const its = await requested();
    await its.stock.add([aCode()], aCause());
    const fact = { type: 'TenantIdReported', source: 'visma', tenantId: someTenantId } as const;
    await its.connections.save(reportFact(await its.stored(), fact, aCause()));
    expect(await issueInvitationCode(its, execution)).toEqual({ next: 'test-access' });
    expect(await its.stock.available(someTime, 10)).toHaveLength(1);
  });

  it('stops at the cap without taking a code', async () => {
    const its = world();
    its.given({ connections: [aConnection({ codesIssued: policy.codesIssuedMax })] });
    await its.stock.add([aCode()], aCause());
    expect(await issueInvitationCode(its, execution)).toEqual({ next: 'end' });
    expect((await its.stored()).attention?.reason).toBe('attempts-exhausted');
    expect(await its.stock.available(someTime, 10)).toHaveLength(1);
  });
});

describe('wait-for-fact', () => {
  const wait = { ...execution, wait: 'wait-for-customer', taskToken: 'token-1' } as const;

  it('leaves its token and waits while there is nothing', async () => {
    const its = world();
    its.given({ connections: [aConnectionWithCode()] });
    await waitForFact(its, wait);
    expect(its.woken).toEqual([]);
    expect(await its.waitingRoom.find(connectionId)).toMatchObject({ taskToken: 'token-1', attempt: 1 });
  });

  it('wakes itself for a fact that was stored before the token', async () => {
    const its = await requested();
    await its.stock.add([aCode()], aCause());
    await issueInvitationCode(its, execution);
    const fact = { type: 'IntegrationReported', source: 'ticket' } as const;
    await its.connections.save(reportFact(await its.stored(), fact, aCause()));
    await waitForFact(its, wait);
    expect(its.woken).toEqual(['token-1']);
    expect(await its.waitingRoom.find(connectionId)).toBeUndefined();
  });

  it('wakes itself when the stock was filled meanwhile', async () => {
    const its = await requested();
    await its.stock.add([aCode()], aCause());
    await waitForFact(its, { ...wait, wait: 'wait-for-stock' });
    expect(its.woken).toEqual(['token-1']);
  });

  it('takes a task that has timed out for no error', async () => {
    const its = world();
    its.given({ connections: [aConnection({ state: 'cancelled' })] });
    const executions = { wake: async () => 'gone' as const };
    await expect(waitForFact({ ...its, executions }, wait)).resolves.toBeUndefined();
  });
});
