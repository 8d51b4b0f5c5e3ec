import { beforeEach, describe, expect, it } from 'vitest';
import { activeTenants } from '../../../functions/rotate-client-secret/active-tenants.ts';
import { alarmLines } from '../../../shared/contracts/alarm-lines.ts';
import { aConnectionWithTenant } from '../../builders/connection.ts';
import { clientOf, createRotationRig, policy, type RotationRig } from './rotation-rig.ts';

const pending = ['AWSPENDING'];
let rig: RotationRig;
const stage = (secret: string, isAccepted = true) => {
  if (isAccepted) rig.portal.accepted.add(secret);
  rig.secret.put(clientOf(secret), pending);
};
const lines = () => rig.lines.map(({ line }) => line);

beforeEach(() => {
  rig = createRotationRig();
  rig.pass(86_400);
});

describe('a staged secret', () => {
  it('that every tenant gets a token with becomes the current one, the one before the fallback', async () => {
    stage('second');
    expect(await rig.run()).toEqual(['promoted']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(rig.portal.asked).toEqual(['second tenant-1', 'second tenant-2', 'second tenant-3']);
    expect(lines()).toEqual(['CLIENT SECRET PROMOTED']);
  });

  it('that is refused is tried again while a change in the portal may still spread', async () => {
    stage('second', false);
    rig.pass(policy.patienceSeconds - 1);
    expect(await rig.run()).toEqual(['staged-waits']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'first', AWSPENDING: 'second' });
    rig.portal.accepted.add('second');
    expect(await rig.run()).toEqual(['promoted']);
  });

  it('that is still refused then is given up with an alarm, and nothing else changes', async () => {
    stage('second', false);
    rig.pass(policy.patienceSeconds);
    expect(await rig.run()).toEqual(['staged-given-up']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'first' });
    expect(rig.lines).toMatchObject([
      { line: alarmLines.clientSecretRefused, facts: { judgement: 'refused' } },
    ]);
    expect(await rig.run()).toEqual([]);
  });

  it.each(['away', 'unexplained', 'refused'] as const)(
    'waits after no better answer than: %s',
    async (mishap) => {
      stage('second');
      rig.portal.mishaps.push(mishap, mishap, mishap);
      expect(await rig.run()).toEqual(['staged-waits']);
      expect(await rig.run()).toEqual(['promoted']);
    },
  );

  it('needs one token, and no refusal', async () => {
    stage('second');
    rig.portal.mishaps.push('refused');
    expect(await rig.run()).toEqual(['staged-waits']);
    rig.portal.mishaps.push('away', 'unexplained');
    expect(await rig.run()).toEqual(['promoted']);
  });

  it('about which nothing clear is heard for long is an alarm, and tried on', async () => {
    stage('second');
    rig.pass(policy.patienceSeconds);
    rig.portal.mishaps.push('refused');
    expect(await rig.run()).toEqual(['staged-waits']);
    expect(rig.lines).toMatchObject([
      { line: alarmLines.clientSecretRefused, facts: { judgement: 'unclear' } },
    ]);
    expect(await rig.run()).toEqual(['promoted']);
  });

  it('waits as long as Visma is away', async () => {
    stage('second');
    rig.portal.isAway = true;
    rig.pass(100 * policy.patienceSeconds);
    expect(await rig.run()).toEqual(['staged-waits']);
    rig.portal.isAway = false;
    expect(await rig.run()).toEqual(['promoted']);
  });

  it('of an application that no customer integrated is not taken for a good one', async () => {
    rig.portal.accepted.add('other');
    rig.secret.put(clientOf('other', 'isv_other'), pending);
    expect(await rig.run()).toEqual(['staged-waits']);
    rig.pass(policy.patienceSeconds);
    expect(await rig.run()).toEqual(['staged-given-up']);
    expect(rig.lines.at(-1)).toMatchObject({ facts: { judgement: 'no-token' } });
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'first' });
  });

  it('is not measured by a current one of which nothing is heard', async () => {
    rig.portal.integrated.clear();
    stage('second');
    const { ask } = rig.rotation;
    const answer = rig.run({
      ask: (client, tenantId) => {
        if (client.clientSecret === 'first') rig.portal.mishaps.push('unexplained');
        return ask(client, tenantId);
      },
    });
    expect(await answer).toEqual(['staged-waits']);
  });

  it('is not promoted by tenants that are broken themselves, whatever it is', async () => {
    rig.portal.integrated.clear();
    rig.portal.accepted.add('other');
    rig.secret.put(clientOf('other', 'isv_other'), pending);
    rig.pass(policy.patienceSeconds);
    expect(await rig.run()).toEqual(['staged-waits']);
    expect(rig.lines.at(-1)).toMatchObject({ facts: { judgement: 'unclear' } });
    expect(rig.labelled()).toMatchObject({ AWSCURRENT: 'first' });
  });

  it('is judged by the endpoint alone where no connection is active', async () => {
    rig.tenants.splice(0);
    stage('second', false);
    expect(await rig.run()).toEqual(['staged-waits']);
    rig.portal.accepted.add('second');
    expect(await rig.run()).toEqual(['promoted']);
    expect(rig.portal.asked.at(-1)).toBe('second 00000000-0000-0000-0000-000000000000');
  });

  it.each(['geheim', '{"clientId":"isv_test"}'])(
    'that is no client is given up at once: %s',
    async (text) => {
      rig.secret.put(text, pending);
      expect(await rig.run()).toEqual(['staged-given-up']);
      expect(rig.portal.asked).toEqual([]);
      expect(JSON.stringify(rig.lines)).not.toContain('geheim');
    },
  );

  it('gives way to one that is staged after it', async () => {
    stage('second', false);
    await rig.run();
    stage('third');
    expect(await rig.run()).toEqual(['promoted']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'first' });
  });
});

describe('the fallback', () => {
  beforeEach(async () => {
    stage('second');
    await rig.run();
    rig.lines.splice(0);
  });

  it('ends when its time is over and the current secret is accepted', async () => {
    rig.pass(policy.fallbackSeconds - 1);
    expect(await rig.run()).toEqual([]);
    rig.pass(policy.patienceSeconds + 1);
    rig.portal.isAway = true;
    expect(await rig.run()).toEqual([]);
    rig.portal.isAway = false;
    expect(await rig.run()).toEqual(['previous-retired']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'second' });
    expect(lines()).toEqual(['PREVIOUS CLIENT SECRET RETIRED']);
  });

  it('lasts its whole time also when the promotion came late', async () => {
    const late = createRotationRig();
    late.secret.put(clientOf('second'), pending);
    late.portal.accepted.add('second');
    late.portal.isAway = true;
    late.pass(10 * policy.fallbackSeconds);
    late.portal.isAway = false;
    expect(await late.run()).toEqual(['promoted']);
    late.pass(policy.fallbackSeconds - 1);
    expect(await late.run()).toEqual([]);
    late.pass(1);
    expect(await late.run()).toEqual(['previous-retired']);
  });

  it('takes over again when the current secret is refused twice', async () => {
    rig.portal.accepted.delete('second');
    expect(await rig.run()).toEqual(['rolled-back']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'first' });
    expect(lines()).toEqual([alarmLines.clientSecretRolledBack]);
    expect(await rig.run()).toEqual([]);
  });

  it('does not take over for a refusal that is not repeated', async () => {
    rig.portal.mishaps.push('refused', 'refused', 'refused');
    expect(await rig.run()).toEqual([]);
    rig.portal.mishaps.push('refused');
    expect(await rig.run()).toEqual([]);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  });

  it('does not take over while nothing is heard of it', async () => {
    rig.portal.accepted.delete('second');
    const { ask } = rig.rotation;
    const answer = rig.run({
      ask: (client, tenantId) => {
        if (client.clientSecret === 'first') rig.portal.mishaps.push('away');
        return ask(client, tenantId);
      },
    });
    expect(await answer).toEqual([]);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(rig.lines).toEqual([]);
  });

  it('does not take over while it is refused too, and that is an alarm', async () => {
    rig.portal.accepted.clear();
    expect(await rig.run()).toEqual(['all-refused']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
    expect(lines()).toEqual([alarmLines.clientRejected]);
  });

  it('is not needed where a staged secret helps', async () => {
    rig.portal.accepted.clear();
    stage('third');
    expect(await rig.run()).toEqual(['all-refused', 'promoted']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'second' });
    expect(lines()).toEqual(['CLIENT SECRET PROMOTED']);
  });

  it('comes before a staged secret: both are then accepted', async () => {
    rig.portal.accepted.delete('second');
    stage('third');
    expect(await rig.run()).toEqual(['rolled-back', 'promoted']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'third', AWSPREVIOUS: 'first' });
  });

  it('takes over from a secret that somebody made current untested', async () => {
    rig.secret.put('geheim');
    expect(await rig.run()).toEqual(['rolled-back']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'second' });
  });
});

describe('what a killed run left', () => {
  it('is a promoted secret that is still staged: the label goes', async () => {
    stage('second');
    const { AWSPENDING: staged = '', AWSCURRENT: current = '' } = rig.secret.holders();
    await rig.secret.versions.makeCurrent(staged, current);
    expect(await rig.run()).toEqual([]);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });
  });

  it('is a secret that was rolled back from as the fallback: it is none, and needs no time', async () => {
    stage('second');
    await rig.run();
    const { AWSCURRENT: second = '', AWSPREVIOUS: first = '' } = rig.secret.holders();
    rig.portal.accepted.delete('second');
    await rig.secret.versions.makeCurrent(first, second);
    expect(await rig.run()).toEqual(['previous-retired']);
    expect(rig.labelled()).toEqual({ AWSCURRENT: 'first' });
  });
});

it('asks nobody while there is nothing to do', async () => {
  expect(await rig.run()).toEqual([]);
  expect({ asked: rig.portal.asked, lines: rig.lines }).toEqual({ asked: [], lines: [] });
});

it('tells no secret', async () => {
  stage('second');
  await rig.run();
  rig.portal.accepted.delete('second');
  await rig.run();
  expect(rig.lines.length).toBe(2);
  expect(JSON.stringify(rig.lines)).not.toMatch(/first|second|isv_test/);
});

describe('the tenants to test with', () => {
  const connection = (number: number) =>
    aConnectionWithTenant({
      companyId: `company-${number}`,
      tenantId: `tenant-${number}`,
      state: 'activated',
    });

  it('are found behind pages of connections that have left the state', async () => {
    const pages = [
      { connections: [connection(1)], cursor: 'a' },
      { connections: [], cursor: 'b' },
      { connections: [connection(2), connection(3)], cursor: 'c' },
    ];
    const asked: unknown[] = [];
    const connections = {
      listByState: async (state: string, options: object) => {
        asked.push([state, options]);
        return pages.shift() ?? { connections: [] };
      },
    };
    expect(await activeTenants(connections, 2, () => 0)).toEqual(['tenant-1', 'tenant-2']);
    expect(asked).toEqual([
      ['activated', { limit: 50 }],
      ['activated', { limit: 50, cursor: 'a' }],
      ['activated', { limit: 50, cursor: 'b' }],
    ]);
  });

  it('may be none', async () => {
    const none = { listByState: async () => ({ connections: [] }) };
    expect(await activeTenants(none, 3, () => 0)).toEqual([]);
  });

  it('are any of those that are well: failing ones changed last and tell nothing of a secret', async () => {
    const failing = [1, 2, 3].map((number) => ({
      ...connection(number),
      health: { reason: 'not-integrated', since: '2026-03-02T09:00:00.000Z', periods: [1] } as const,
    }));
    const well = Array.from({ length: 20 }, (_, index) => connection(10 + index));
    const connections = { listByState: async () => ({ connections: [...failing, ...well] }) };
    const chosen = await activeTenants(connections, 3, () => 0.999);
    expect(chosen).toEqual(['tenant-29', 'tenant-28', 'tenant-27']);
    expect(await activeTenants(connections, 3, () => 0)).toEqual(['tenant-10', 'tenant-11', 'tenant-12']);
  });
});
