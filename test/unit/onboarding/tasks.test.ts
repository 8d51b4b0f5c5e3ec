import { describe, expect, it } from 'vitest';
import { activateConnection } from '../../../functions/activate-connection/activate-connection.ts';
import { expireInvitationCode } from '../../../functions/expire-invitation-code/expire-invitation-code.ts';
import { flag } from '../../../functions/flag-for-attention/flag-for-attention.ts';
import { issueInvitationCode } from '../../../functions/issue-invitation-code/issue-invitation-code.ts';
import { resumeOnboarding } from '../../../functions/resume-onboarding/resume-onboarding.ts';
import { waitForFact } from '../../../functions/wait-for-fact/wait-for-fact.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import { reportFact } from '../../../shared/domain/connection/facts.ts';
import { requestConnection } from '../../../shared/domain/connection/onboarding.ts';
import { Refusal } from '../../../shared/domain/connection/repository.ts';
import {
  aCode,
  aConnection,
  aConnectionWithCode,
  aConnectionWithTenant,
  anOrganisation,
  aPolicy,
  aTestedConnection,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { aCompany, anAdministration, anEnvironment } from '../../builders/environment.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const { connectionId, environmentId, companyId } = aConnection();
const execution = { connectionId, attempt: 1 };
const policy = aPolicy();

function world(now = someTime) {
  const store = createInMemoryStore();
  let at = now;
  const woken: string[] = [];
  return {
    ...store,
    policy,
    random: () => 0,
    clock: () => new Date(at),
    setTime: (next: string) => {
      at = next;
    },
    woken,
    executions: {
      wake: async (token: string) => {
        woken.push(token);
        return 'woken' as const;
      },
    },
    stored: async () => {
      const connection = await store.connections.find(connectionId);
      if (connection === undefined) throw new Error('It was never stored.');
      return connection;
    },
    told: () => store.entries().map((entry) => entry.type),
  };
}

async function requested(now = someTime) {
  const its = world(now);
  await its.connections.save(
    requestConnection({ connectionId, environmentId, companyId }, aCause({ at: now })),
  );
  return its;
}

function tested(overrides: Partial<Connection> = {}, environment = anEnvironment()) {
  const its = world();
  its.given({ connections: [aTestedConnection(overrides)], environments: [environment] });
  return its;
}

describe('every task', () => {
  it('refuses a connection that does not exist for good', async () => {
    const its = world();
    const unknown = { name: 'PermanentError' };
    await expect(resumeOnboarding(its, execution)).rejects.toMatchObject(unknown);
    await expect(issueInvitationCode(its, execution)).rejects.toMatchObject(unknown);
    await expect(flag(its, { ...execution, reason: 'step-failed' })).rejects.toMatchObject(unknown);
  });

  it('of a replaced attempt ends and changes nothing', async () => {
    const its = world();
    its.given({ connections: [aConnection({ attempt: 2 })], environments: [anEnvironment()] });
    await its.stock.add([aCode()], aCause());
    const end = { next: 'end' };
    expect(await resumeOnboarding(its, execution)).toEqual(end);
    expect(await issueInvitationCode(its, execution)).toEqual(end);
    expect(await activateConnection(its, execution)).toEqual(end);
    expect(await flag(its, { ...execution, reason: 'step-failed' })).toEqual(end);
    expect(await its.stored()).toMatchObject({ version: 2 });
  });

  it('gives up after five writers that were first, so that the workflow tries again later', async () => {
    const its = await requested();
    const busy = { ...its.connections, save: () => Promise.reject(new Refusal('concurrent-change')) };
    await its.stock.add([aCode()], aCause());
    await expect(issueInvitationCode({ ...its, connections: busy }, execution)).rejects.toMatchObject({
      name: 'TransientError',
    });
  });
});

describe('issue-invitation-code', () => {
  it('issues a code once, however often it is called', async () => {
    const its = await requested();
    await its.stock.add([aCode(), aCode({ code: 'INVITE-0002' })], aCause());
    const first = await issueInvitationCode(its, execution);
    expect(await issueInvitationCode(its, execution)).toEqual(first);
    expect(first).toEqual({ next: 'wait-for-customer', waitSeconds: 5 * 24 * 3600 });
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

describe('activate-connection', () => {
  it('maps the administrations of a sole company and claims the tenant, once', async () => {
    const its = tested();
    await its.tenants.rememberSeen('12345678', someTenantId);
    expect(await activateConnection(its, execution)).toEqual({ next: 'end' });
    expect(await activateConnection(its, execution)).toEqual({ next: 'end' });
    expect(its.told()).toEqual(['ConnectionActivated', 'AdministrationsMapped']);
    expect(await its.tenants.claimedBy(someTenantId)).toBe(connectionId);
    expect((await its.environments.find(environmentId))?.administrations[0]?.connectionId).toBe(connectionId);
  });

  it('asks once for a mapping that is missing and waits', async () => {
    const companies = [aCompany(), aCompany({ corporateId: '87654321', name: 'Other B.V.' })];
    const its = tested({}, anEnvironment({ companies, administrations: [anAdministration()] }));
    const answer = await activateConnection(its, execution);
    expect(answer).toEqual({ next: 'wait-for-mapping', waitSeconds: policy.mappingWaitSeconds });
    expect(await activateConnection(its, execution)).toEqual(answer);
    expect(its.told()).toEqual(['MappingMissing']);
  });

  it.each([
    ['was renumbered since the test', '99999999', 'identity-mismatch'],
    ['lost its number since the test', undefined, 'identity-unclear'],
  ] as const)('refuses a company that %s', async (_, corporateId, failure) => {
    const { corporateId: __, ...company } = aCompany();
    const companies = [corporateId === undefined ? company : { ...company, corporateId }];
    const its = tested({}, anEnvironment({ companies }));
    expect(await activateConnection(its, execution)).toEqual({ next: 'end' });
    expect(await its.stored()).toMatchObject({ state: 'needs-attention', lastFailure: failure });
  });

  it('refuses a number that another tenant has too', async () => {
    const its = tested();
    await its.tenants.rememberSeen('12345678', otherTenantId);
    await activateConnection(its, execution);
    expect(await its.stored()).toMatchObject({ state: 'needs-attention', lastFailure: 'identity-unclear' });
  });

  it('takes what the transaction refuses for the failure that it is', async () => {
    for (const [refused, failure] of [
      ['tenant-claimed', 'tenant-claimed'],
      ['identity-not-sole', 'identity-unclear'],
    ] as const) {
      const its = tested();
      const connections = {
        ...its.connections,
        save: async (...[change, environment]: Parameters<typeof its.connections.save>) => {
          if (change.after.state === 'activated') throw new Refusal(refused);
          return its.connections.save(change, environment);
        },
      };
      await activateConnection({ ...its, connections }, execution);
      expect((await its.stored()).lastFailure).toBe(failure);
    }
  });

  it('says of a tenant that another connection holds only that it is claimed', async () => {
    const its = world();
    its.given({
      connections: [aTestedConnection()],
      environments: [anEnvironment()],
      claims: { [someTenantId]: 'con_ffffffffffffffffffff' },
    });
    expect(await activateConnection(its, execution)).toMatchObject({ next: 'wait-for-customer' });
    expect(JSON.stringify(its.entries())).not.toContain('con_ffff');
    expect(await its.stored()).toMatchObject({ state: 'code-issued', lastFailure: 'tenant-claimed' });
  });

  it('activates an approved tenant in spite of its number', async () => {
    const its = tested({
      approvedTenantId: someTenantId,
      organisations: [anOrganisation({ corporateId: '99999999' })],
    });
    await activateConnection(its, execution);
    expect((await its.stored()).state).toBe('activated');
  });
});

describe('expire-invitation-code', () => {
  it('expires a code whose time is over, once', async () => {
    const its = world(aCode().expiresAt);
    its.given({ connections: [aConnectionWithCode()] });
    expect(await expireInvitationCode(its, execution)).toEqual({ next: 'end' });
    expect(await expireInvitationCode(its, execution)).toEqual({ next: 'end' });
    expect(its.told()).toEqual(['InvitationCodeExpired']);
  });

  it('waits on while our clock says that the code lives', async () => {
    const its = world(later(-2, aCode().expiresAt));
    its.given({ connections: [aConnectionWithCode()] });
    expect(await expireInvitationCode(its, execution)).toEqual({ next: 'wait-for-customer', waitSeconds: 2 });
  });

  it('counts a tenant ID of the last moment', async () => {
    const its = await requested();
    await its.stock.add([aCode()], aCause());
    await issueInvitationCode(its, execution);
    const fact = { type: 'TenantIdReported', source: 'ticket', tenantId: someTenantId } as const;
    await its.connections.save(reportFact(await its.stored(), fact, aCause()));
    its.setTime(aCode().expiresAt);
    expect(await expireInvitationCode(its, execution)).toEqual({ next: 'test-access' });
  });
});

describe('flag-for-attention', () => {
  it('flags once and remembers where to go on', async () => {
    const its = tested();
    const input = { ...execution, reason: 'step-failed', error: 'PermanentError' } as const;
    expect(await flag(its, input)).toEqual({ next: 'end' });
    expect(await flag(its, input)).toEqual({ next: 'end' });
    expect((await its.stored()).attention).toEqual({ reason: 'step-failed', from: 'access-tested' });
    expect(its.entries().map(({ detail }) => detail)).toMatchObject([
      { reason: 'step-failed', error: 'PermanentError' },
    ]);
  });

  it('lets a mapping pass that was completed in the last moment', async () => {
    const administrations = [anAdministration({ connectionId })];
    const its = tested({}, anEnvironment({ administrations }));
    expect(await flag(its, { ...execution, reason: 'mapping-overdue' })).toEqual({
      next: 'activate-connection',
    });
  });

  it('takes the facts into account that came meanwhile, so that none is passed over', async () => {
    const its = await requested();
    const fact = { type: 'TenantIdReported', source: 'ticket', tenantId: someTenantId } as const;
    await its.connections.save(reportFact(await its.stored(), fact, aCause()));
    await flag(its, { ...execution, reason: 'step-failed' });
    expect(await its.stored()).toMatchObject({
      tenantId: someTenantId,
      consumedFact: 3,
      attention: { reason: 'step-failed', from: 'tenant-id-received' },
    });
  });

  it('does not blame Visma for a connection that has moved on', async () => {
    const its = world();
    its.given({ connections: [aConnectionWithCode()] });
    expect(await flag(its, { ...execution, reason: 'visma-unavailable' })).toMatchObject({
      next: 'wait-for-customer',
    });
    its.given({ connections: [aConnectionWithTenant()] });
    expect(await flag(its, { ...execution, reason: 'visma-unavailable' })).toEqual({ next: 'end' });
  });
});
