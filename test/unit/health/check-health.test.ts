import { describe, expect, it } from 'vitest';
import { checkHealth } from '../../../functions/check-health/check-health.ts';
import { runHealthMessage } from '../../../functions/check-health/run-health-message.ts';
import { alarmLines } from '../../../shared/contracts/alarm-lines.ts';
import type { HealthMessage } from '../../../shared/contracts/queues/health.ts';
import type { Connection, Organisation } from '../../../shared/domain/connection/connection.ts';
import { periodOf, recordHealthyCheck } from '../../../shared/domain/connection/health.ts';
import { cancel } from '../../../shared/domain/connection/onboarding.ts';
import { identityShown, type TenantReading } from '../../../shared/domain/tenant/identity.ts';
import { PermanentError, TransientError } from '../../../shared/platform/errors.ts';
import { isMappedOrganisation } from '../../../shared/token-client/index.ts';
import {
  aDisconnectedConnection,
  aHealthPolicy,
  anOrganisation,
  aTestedConnection,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { anEnvironment } from '../../builders/environment.ts';
import { aCause, later, someTime } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const policy = aHealthPolicy({ triesMax: 3 });
const active = aTestedConnection({ state: 'activated' });
const { connectionId } = active;
const today = periodOf(someTime, policy);
const day = 24 * 3600;

type Answer = TenantReading | Error;

function read(...organisations: Organisation[]): TenantReading {
  return { outcome: 'read', organisations };
}

const unavailable = new TransientError('Visma is away.', { retryAfterSeconds: 77 });

/** One connection and what Visma answers for a tenant. */
function scene(connection: Connection, answers: Readonly<Record<string, Answer>> = {}) {
  const store = createInMemoryStore();
  const holds = connection.state === 'activated' ? { [someTenantId]: connection.connectionId } : {};
  store.given({ connections: [connection], environments: [anEnvironment()], claims: holds });
  const asked: string[] = [];
  const lines: { level: string; message: string; facts: object }[] = [];
  const said = new Map(Object.entries(answers));
  let now = someTime;
  let meanwhile: (() => Promise<void>) | undefined;
  const write = (level: string) => (message: string, facts: object) => {
    lines.push({ level, message, facts });
  };
  const checker = {
    ...store,
    policy,
    clock: () => new Date(now),
    log: { info: write('info'), warn: write('warn') },
    queue: { send: async () => undefined },
    reader: {
      read: async (tenantId: string) => {
        asked.push(tenantId);
        await meanwhile?.();
        const answer = said.get(tenantId) ?? read(anOrganisation());
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  };
  return {
    ...store,
    asked,
    lines,
    say: (answer: Answer, tenantId: string = someTenantId) => said.set(tenantId, answer),
    at: (instant: string) => {
      now = instant;
    },
    during: (act: () => Promise<void>) => {
      meanwhile = act;
    },
    check: (message: Partial<Extract<HealthMessage, { kind: 'check' }>> = {}, receiveCount = 1) =>
      checkHealth(checker, { kind: 'check', connectionId, ...message }, receiveCount),
    run: (message: HealthMessage, receiveCount = 1) => runHealthMessage(checker, message, receiveCount),
    stored: async () => (await store.connections.find(connectionId)) ?? active,
    told: () => store.entries().map(({ type }) => type),
  };
}

describe('a health check', () => {
  it('of what was judged when it was activated is healthy and writes nothing', async () => {
    const its = scene(active);
    expect(await its.check({ period: today })).toBe('healthy');
    expect(its.asked).toEqual([someTenantId]);
    expect(its.told()).toEqual([]);
  });

  it.each(['not-integrated', 'wrong-organisation', 'no-licence', 'missing-scopes'] as const)(
    'counts %s',
    async (outcome) => {
      const its = scene(active, { [someTenantId]: { outcome } });
      expect(await its.check({ period: today })).toBe(outcome);
      expect(await its.stored()).toMatchObject({ state: 'activated', health: { reason: outcome } });
    },
  );

  it('counts nothing that is our own fault', async () => {
    const its = scene(active, { [someTenantId]: { outcome: 'client-rejected' } });
    expect(await its.check({ period: today })).toBe('inconclusive');
    expect(its.told()).toEqual([]);
  });

  it('is given back to the queue while Visma is away, then given up as unknown: an outage disconnects nobody', async () => {
    const its = scene(active, { [someTenantId]: unavailable });
    for (let period = today; period < today + 20; period += 1) {
      await expect(its.check({ period }, 1)).rejects.toMatchObject({ retryAfterSeconds: 77 });
      await expect(its.check({ period }, 2)).rejects.toMatchObject({ name: 'TransientError' });
      expect(await its.check({ period }, 3)).toBe('unknown');
    }
    expect(its.told()).toEqual([]);
    expect((await its.stored()).state).toBe('activated');
  });

  it('leaves what the documents do not explain to a person', async () => {
    const its = scene(active, { [someTenantId]: new PermanentError('Unheard of.') });
    await expect(its.check({ period: today }, 9)).rejects.toMatchObject({ name: 'PermanentError' });
  });

  it('disconnects on the third day, and then is quiet', async () => {
    const its = scene(active, { [someTenantId]: { outcome: 'no-licence' } });
    for (const period of [today, today, today + 1, today + 1, today + 2, today + 2, today + 3]) {
      await its.check({ period });
    }
    expect(its.told()).toEqual([
      'HealthCheckFailed',
      'HealthCheckFailed',
      'HealthCheckFailed',
      'ConnectionDeactivated',
      'ConnectionDisconnected',
    ]);
    expect(await its.tenants.claimedBy(someTenantId)).toBeUndefined();
    expect(await its.check({ period: today + 4 })).toBe('still-disconnected');
  });

  it('disconnects nobody while many fail together, which is told, and does once that is over', async () => {
    const its = scene(active, { [someTenantId]: { outcome: 'not-integrated' } });
    const others = async (period: number, outcome: 'failing' | 'healthy', count: number) => {
      for (let one = 0; one < count; one += 1)
        await its.healthTally.count(period, outcome, new Date(someTime));
    };
    await others(today, 'healthy', 50);
    await its.check({ period: today });
    expect(its.lines.map(({ message }) => message)).not.toContain(alarmLines.manyConnectionsFail);
    await others(today + 1, 'failing', 8);
    await others(today + 1, 'healthy', 2);
    for (const period of [today + 1, today + 2, today + 2]) await its.check({ period });
    // Early in a day few were checked: the day before still counts.
    expect(await its.stored()).toMatchObject({ state: 'activated', health: { reason: 'not-integrated' } });
    expect(its.lines.map(({ message }) => message)).toContain(alarmLines.manyConnectionsFail);
    await others(today + 3, 'healthy', 50);
    await its.check({ period: today + 4 });
    expect((await its.stored()).state).toBe('disconnected');
  });

  it('says nothing of a tenant that shows no organisation at all', async () => {
    const its = scene(active, { [someTenantId]: read() });
    expect(await its.check({ period: today })).toBe('inconclusive');
    expect(its.told()).toEqual([]);
  });

  it('that comes late counts for the day on which it comes: dead letters of a week are one day', async () => {
    const its = scene(active, { [someTenantId]: { outcome: 'no-licence' } });
    its.at(later(7 * day));
    for (let period = today; period < today + 7; period += 1) await its.check({ period });
    expect((await its.stored()).health?.periods).toEqual([today + 7]);
  });

  it('says nothing about a connection that became another while Visma was asked', async () => {
    const its = scene(active, { [someTenantId]: { outcome: 'no-licence' } });
    its.during(async () => its.connections.save(cancel(await its.stored(), aCause())!));
    expect(await its.check({ period: today })).toBe('overtaken');
    expect(its.told()).toEqual(['ConnectionDeactivated', 'ConnectionCancelled']);
  });

  it('of nobody, or in a state that is not checked, ends the checks', async () => {
    expect(await scene(active).check({ connectionId: 'con_unknown' })).toBe('not-checked');
    const its = scene(aTestedConnection());
    expect(await its.check({ period: today })).toBe('not-checked');
    expect(its.asked).toEqual([]);
  });
});

describe('whose tenant it is', () => {
  const stranger = anOrganisation({ corporateId: '99999999', name: 'Ander' });

  it('has changed when it shows another company, which is remembered against everybody else', async () => {
    const its = scene(active, { [someTenantId]: read(stranger) });
    expect(await its.check({ period: today })).toBe('identity-changed');
    expect((await its.tenants.findIdentity('99999999'))?.tenants).toEqual([someTenantId]);
  });

  it('is the same whatever its name and the spelling of its number are now', async () => {
    const renamed = anOrganisation({ name: 'Nieuwe naam B.V.', corporateId: '12.34.56.78' });
    const its = scene(active, { [someTenantId]: read(renamed) });
    expect(await its.check({ period: today })).toBe('healthy');
    expect((await its.stored()).organisations).toEqual([renamed]);
  });

  it('is judged anew where nothing was judged before', async () => {
    const { organisations: _none, ...without } = active;
    const its = scene(without);
    expect(await its.check({ period: today })).toBe('healthy');
    expect((await its.stored()).organisations).toEqual([anOrganisation()]);
  });

  it('is what operators approved it as', async () => {
    const approved = {
      ...active,
      organisations: [],
      approvedTenantId: someTenantId,
      approvedIdentity: identityShown([stranger], '12345678'),
    };
    const its = scene(approved, { [someTenantId]: read(stranger) });
    expect(await its.check({ period: today })).toBe('healthy');
    expect((await its.stored()).organisations).toEqual([stranger]);
  });

  const { corporateId: _number, ...bare } = anOrganisation();
  const approvedBare = {
    ...active,
    organisations: [bare],
    approvedTenantId: someTenantId,
    approvedIdentity: identityShown([bare], '12345678'),
  };

  it.each<[string, Connection, Organisation]>([
    ['whose code alone has changed', approvedBare, { ...bare, organizationCd: '2' }],
    [
      'that shows another number, its registered one',
      { ...active, organisations: [stranger] },
      anOrganisation(),
    ],
  ])('is healthy for exports as well, once it was judged: one %s', async (_, connection, shown) => {
    const its = scene(connection, { [someTenantId]: read(shown) });
    const accepts = async () =>
      isMappedOrganisation({ organisations: [...((await its.stored()).organisations ?? [])] }, [shown]);
    expect(await accepts()).toBe(false);
    expect(await its.check({ period: today })).toBe('healthy');
    expect(await accepts()).toBe(true);
    expect(await its.check({ period: today })).toBe('healthy');
    expect(its.told()).toEqual(['OrganisationsChanged']);
  });

  it('is not stored when its number was seen elsewhere since the judgement', async () => {
    const its = scene({ ...active, organisations: [stranger] });
    const findIdentity = its.tenants.findIdentity;
    its.tenants.findIdentity = async (number) => {
      const identity = await findIdentity(number);
      await its.tenants.rememberSeen(number, otherTenantId);
      return identity;
    };
    expect(await its.check({ period: today })).toBe('overtaken');
    expect((await its.stored()).organisations).toEqual([stranger]);
    expect(await its.check({ period: today })).toBe('identity-changed');
  });

  it('is not stored when another check has stored something else meanwhile', async () => {
    const renamed = anOrganisation({ name: 'Nieuwe naam B.V.' });
    const its = scene(active, { [someTenantId]: read(renamed) });
    const newest = anOrganisation({ name: 'Nieuwste naam B.V.' });
    its.during(async () => {
      const change = recordHealthyCheck(
        await its.stored(),
        someTenantId,
        { organisations: [newest] },
        aCause(),
      );
      await its.connections.save(change!);
    });
    expect(await its.check({ period: today })).toBe('overtaken');
    expect((await its.stored()).organisations).toEqual([newest]);
  });
});

describe('a disconnected connection', () => {
  it('that gives access again is tested as any other', async () => {
    const its = scene(aDisconnectedConnection());
    expect(await its.check({ period: today })).toBe('healthy');
    expect(await its.stored()).toMatchObject({ state: 'tenant-id-received', attempt: 2 });
    expect(await its.check({ period: today })).toBe('not-checked');
    expect(its.told()).toEqual(['TenantIdReported', 'TenantIdReceived', 'OnboardingStarted']);
  });

  it('is looked for at the tenant that it had as well as at the one that was named since', async () => {
    const its = scene(aDisconnectedConnection({ tenantId: otherTenantId, organisations: [] }), {
      [otherTenantId]: { outcome: 'wrong-organisation' },
    });
    expect(await its.check({ period: today })).toBe('healthy');
    expect(its.asked).toEqual([otherTenantId, someTenantId]);
    expect(await its.stored()).toMatchObject({ state: 'tenant-id-received', tenantId: someTenantId });
  });

  it('whose tenant is another connection’s now is left alone', async () => {
    const its = scene(aDisconnectedConnection());
    its.given({ claims: { [someTenantId]: 'con_other' } });
    expect(await its.check({ period: today })).toBe('inconclusive');
    expect(its.asked).toEqual([]);
  });

  it('is looked after for a bounded time, except when an operator asks', async () => {
    const its = scene(aDisconnectedConnection(), { [someTenantId]: { outcome: 'no-licence' } });
    expect(await its.check({ period: today + 60 })).toBe('still-disconnected');
    expect(await its.check({ period: today + 61 })).toBe('not-checked');
    its.at(later(61 * day));
    expect(await its.check({ requested: { by: 'operator:a', deliveryKey: 'operator:1' } })).toBe(
      'still-disconnected',
    );
  });
});

describe('a check that an operator asks for', () => {
  const requested = { by: 'operator:a', deliveryKey: 'operator:command-1' };

  it('is answered in the history, once for one command', async () => {
    const its = scene(active);
    await its.check({ requested });
    await its.check({ requested });
    expect(its.entries()).toMatchObject([
      {
        type: 'HealthChecked',
        by: 'operator:a',
        deliveryKey: 'operator:command-1',
        detail: { outcome: 'healthy' },
      },
    ]);
  });

  it('counts like any other of its day, and is answered as well', async () => {
    const its = scene(active, { [someTenantId]: { outcome: 'missing-scopes' } });
    await its.check({ requested });
    await its.check({ period: today });
    expect(its.told()).toEqual(['HealthCheckFailed', 'HealthChecked']);
  });

  it('does not keep him waiting for Visma', async () => {
    const its = scene(active, { [someTenantId]: unavailable });
    expect(await its.check({ requested })).toBe('unknown');
    expect(its.entries()).toMatchObject([{ type: 'HealthChecked', detail: { outcome: 'unknown' } }]);
  });
});

describe('the log', () => {
  const check = { kind: 'check', connectionId, period: today } as const;

  it('has the alarm’s line for an active connection that fails, and not for one that is known to be broken', async () => {
    const its = scene(active, { [someTenantId]: { outcome: 'no-licence' } });
    await its.run(check);
    expect(its.lines).toMatchObject([
      {
        level: 'warn',
        message: alarmLines.healthCheckFailed,
        facts: { connectionId, outcome: 'no-licence' },
      },
    ]);
    const broken = scene(aDisconnectedConnection(), { [someTenantId]: { outcome: 'no-licence' } });
    await broken.run(check);
    expect(broken.lines).toMatchObject([{ level: 'info', facts: { outcome: 'still-disconnected' } }]);
  });

  it('has one line for what stays unknown', async () => {
    const its = scene(active, { [someTenantId]: unavailable });
    await its.run(check, 3);
    expect(its.lines).toEqual([{ level: 'warn', message: 'HEALTH UNKNOWN', facts: { connectionId } }]);
  });

  it('warns when little is left of the calls that exports need too', async () => {
    const left = (remaining: number) => ({ limit: 1_000, remaining, resetSeconds: 60 });
    const its = scene(active);
    its.say({ outcome: 'read', organisations: [anOrganisation()], rateLimit: left(51) });
    await its.run(check);
    its.say({ outcome: 'read', organisations: [anOrganisation()], rateLimit: left(50) });
    await its.run(check);
    const warned = its.lines.filter(({ message }) => message === 'RATE LIMIT NEARLY USED UP');
    expect(warned).toMatchObject([{ facts: { connectionId, remaining: 50, resetSeconds: 60 } }]);
  });
});
