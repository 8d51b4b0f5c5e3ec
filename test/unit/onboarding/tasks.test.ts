import { describe, expect, it } from 'vitest';
import { activateConnection } from '../../../functions/activate-connection/activate-connection.ts';
import { expireInvitationCode } from '../../../functions/expire-invitation-code/expire-invitation-code.ts';
import { flag } from '../../../functions/flag-for-attention/flag-for-attention.ts';
import { issueInvitationCode } from '../../../functions/issue-invitation-code/issue-invitation-code.ts';
import { resumeOnboarding } from '../../../functions/resume-onboarding/resume-onboarding.ts';
import { reportFact } from '../../../shared/domain/connection/facts.ts';
import { Refusal } from '../../../shared/domain/connection/repository.ts';
import { identityShown } from '../../../shared/domain/tenant/identity.ts';
import {
  aCode,
  aConnection,
  aConnectionWithCode,
  aConnectionWithTenant,
  anOrganisation,
  aTestedConnection,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import {
  aCompany,
  anAdministration,
  anEnvironment,
  anEnvironmentChange,
} from '../../builders/environment.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import { connectionId, environmentId, execution, policy, requested, tested, world } from './task-world.ts';

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

  it('judges anew when the registration changes while it activates', async () => {
    const organisations = [anOrganisation({ corporateId: '99999999' })];
    const approvedIdentity = identityShown(organisations, '12345678');
    const environment = anEnvironment({ administrations: [anAdministration({ connectionId })] });
    const its = tested({ approvedTenantId: someTenantId, approvedIdentity, organisations }, environment);
    const connections = {
      ...its.connections,
      save: async (...[change, mapping]: Parameters<typeof its.connections.save>) => {
        if (change.after.state === 'activated') {
          const companies = [{ ...aCompany(), corporateId: '55555555' }];
          await its.environments.save(anEnvironmentChange({ ...environment, companies }, environment));
        }
        return its.connections.save(change, mapping);
      },
    };
    await activateConnection({ ...its, connections }, execution);
    expect(await its.stored()).toMatchObject({ state: 'needs-attention', lastFailure: 'identity-mismatch' });
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
    const organisations = [anOrganisation({ corporateId: '99999999' })];
    const approvedIdentity = identityShown(organisations, '12345678');
    const its = tested({ approvedTenantId: someTenantId, approvedIdentity, organisations });
    await activateConnection(its, execution);
    expect((await its.stored()).state).toBe('activated');
  });

  it('does not activate a tenant that was approved for another registered number', async () => {
    const organisations = [anOrganisation({ corporateId: '99999999' })];
    const approvedIdentity = identityShown(organisations, '55555555');
    const its = tested({ approvedTenantId: someTenantId, approvedIdentity, organisations });
    await activateConnection(its, execution);
    expect(await its.stored()).toMatchObject({
      state: 'needs-attention',
      attention: { reason: 'identity-mismatch' },
    });
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

  it('reminds the customer once, and then waits for the end', async () => {
    const its = await requested();
    await its.stock.add([aCode()], aCause());
    const notice = later(-policy.expiryNoticeSeconds, aCode().expiresAt);
    const waits = await issueInvitationCode(its, execution);
    expect(waits).toEqual({
      next: 'wait-for-customer',
      waitSeconds: (Date.parse(notice) - Date.parse(someTime)) / 1000,
    });
    its.setTime(later(-1, notice));
    expect(await expireInvitationCode(its, execution)).toEqual({ ...waits, waitSeconds: 1 });
    its.setTime(notice);
    const untilEnd = { next: 'wait-for-customer', waitSeconds: policy.expiryNoticeSeconds };
    expect(await expireInvitationCode(its, execution)).toEqual(untilEnd);
    expect(await expireInvitationCode(its, execution)).toEqual(untilEnd);
    const reminders = its.entries().filter(({ type }) => type === 'InvitationCodeExpiring');
    expect(reminders).toMatchObject([{ detail: { codeId: aCode().codeId, expiresAt: aCode().expiresAt } }]);
    expect(JSON.stringify(reminders)).not.toContain(aCode().code);
    its.setTime(aCode().expiresAt);
    expect(await expireInvitationCode(its, execution)).toEqual({ next: 'end' });
  });

  it('gives no reminder of a code that was short when it came, nor of one from before reminders', async () => {
    const its = await requested();
    const short = later(2 * policy.expiryNoticeSeconds - 1);
    await its.stock.add([aCode({ expiresAt: short })], aCause());
    await issueInvitationCode(its, execution);
    expect((await its.stored()).invitationCode).not.toHaveProperty('noticeAt');
    its.setTime(later(-1, short));
    expect(await expireInvitationCode(its, execution)).toMatchObject({ waitSeconds: 1 });
    expect(its.told()).not.toContain('InvitationCodeExpiring');
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
