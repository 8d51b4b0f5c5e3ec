import { describe, expect, it } from 'vitest';
import { driveMessage, driveOnboarding } from '../../../functions/drive-onboarding/drive-onboarding.ts';
import { workflowEvents } from '../../../shared/contracts/events/event.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import { reportFact } from '../../../shared/domain/connection/facts.ts';
import {
  aConnection,
  aConnectionWithCode,
  aTestedConnection,
  someTenantId,
} from '../../builders/connection.ts';
import { aCompany, anAdministration, anEnvironment } from '../../builders/environment.ts';
import { aCause, someTime } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const { connectionId, environmentId } = aConnection();

function driver(...connections: Connection[]) {
  const store = createInMemoryStore();
  store.given({ connections, environments: [anEnvironment()] });
  const started: string[] = [];
  const woken: string[] = [];
  return {
    ...store,
    started,
    woken,
    clock: () => new Date(someTime),
    executions: {
      start: async (id: string, attempt: number) => void started.push(`${id}-${attempt}`),
      wake: async (token: string) => {
        woken.push(token);
        return woken.filter((other) => other === token).length > 1 ? ('gone' as const) : ('woken' as const);
      },
    },
  };
}

function event(type: string, detail: Record<string, unknown> = {}) {
  return driveMessage.parse({
    id: 'event-1',
    source: 'visma-onboarding',
    'detail-type': type,
    time: someTime,
    detail: {
      eventId: `${connectionId}-000002`,
      aggregate: 'connection',
      aggregateId: connectionId,
      sequence: 2,
      at: someTime,
      correlationId: 'correlation-1',
      connectionId,
      environmentId,
      ...detail,
    },
  });
}

function ended(status: string, overrides: Record<string, unknown> = {}) {
  return driveMessage.parse({
    id: 'event-2',
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    time: someTime,
    detail: {
      executionArn: `arn:aws:states:eu-west-1:000000000000:execution:onboarding:${connectionId}-1`,
      name: `${connectionId}-1`,
      status,
      input: JSON.stringify({ connectionId, attempt: 1 }),
      ...overrides,
    },
  });
}

const waiting = (taskToken: string, wait: 'wait-for-customer' | 'wait-for-stock' | 'wait-for-mapping') => ({
  taskToken,
  wait,
  attempt: 1,
  since: someTime,
});

describe('drive-onboarding', () => {
  it('knows every event that the workflow is told of', async () => {
    for (const type of workflowEvents) {
      await expect(driveOnboarding(driver(), event(type, { attempt: 1 }))).resolves.toBeUndefined();
    }
    await expect(driveOnboarding(driver(), event('SpendCloudInformed'))).rejects.toMatchObject({
      name: 'PermanentError',
    });
  });

  it('starts the execution of the attempt', async () => {
    const its = driver();
    await driveOnboarding(its, event('OnboardingStarted', { attempt: 3 }));
    expect(its.started).toEqual([`${connectionId}-3`]);
  });

  it('wakes who waits, once', async () => {
    const its = driver(aConnectionWithCode());
    await its.waitingRoom.enter(connectionId, waiting('token-1', 'wait-for-customer'));
    await driveOnboarding(its, event('TenantIdReported'));
    await driveOnboarding(its, event('TenantIdReported'));
    expect(its.woken).toEqual(['token-1']);
  });

  it('wakes again after a crash between the wake and its note', async () => {
    const its = driver(aConnectionWithCode());
    await its.waitingRoom.enter(connectionId, waiting('token-1', 'wait-for-customer'));
    const waitingRoom = { ...its.waitingRoom, leave: () => Promise.reject(new Error('killed')) };
    await expect(driveOnboarding({ ...its, waitingRoom }, event('TenantIdReported'))).rejects.toThrow(
      'killed',
    );
    await driveOnboarding(its, event('TenantIdReported'));
    expect(await its.waitingRoom.find(connectionId)).toBeUndefined();
  });

  it('wakes all that wait for a code', async () => {
    const its = driver();
    for (let index = 0; index < 25; index += 1) {
      await its.waitingRoom.enter(`con_${index}`, waiting(`token-${index}`, 'wait-for-stock'));
    }
    const added = event('InvitationCodesAdded', {
      aggregate: 'stock',
      aggregateId: 'stock',
      connectionId: undefined,
    });
    await driveOnboarding(its, added);
    expect(new Set(its.woken).size).toBe(25);
    expect(await its.waitingRoom.waitingForStock()).toEqual([]);
  });

  it('wakes every connection of the environment when administrations are mapped, whoever they belong to', async () => {
    const its = driver(aTestedConnection());
    await its.waitingRoom.enter(connectionId, waiting('token-1', 'wait-for-mapping'));
    await driveOnboarding(
      its,
      event('AdministrationsMapped', { connectionId: undefined, connectionIds: ['none'] }),
    );
    expect(its.woken).toEqual(['token-1']);
  });

  it('lets a connection go on whose mapping came too late', async () => {
    const companies = [aCompany(), aCompany({ corporateId: '2', name: 'Other' })];
    const overdue = aTestedConnection({
      state: 'needs-attention',
      attention: { reason: 'mapping-overdue', from: 'access-tested' },
    });
    const its = driver(overdue);
    const mapped = event('AdministrationsMapped');
    its.given({ environments: [anEnvironment({ companies, administrations: [anAdministration()] })] });
    await driveOnboarding(its, mapped);
    expect(await its.connections.find(connectionId)).toEqual(overdue);
    const administrations = [anAdministration({ connectionId })];
    its.given({ environments: [anEnvironment({ companies, administrations })] });
    await driveOnboarding(its, mapped);
    await driveOnboarding(its, mapped);
    expect(await its.connections.find(connectionId)).toMatchObject({
      state: 'access-tested',
      tenantId: someTenantId,
      attempt: 2,
    });
    expect(its.entries().map(({ type }) => type)).toEqual(['OnboardingStarted']);
  });
});

describe('an execution that ended', () => {
  it.each(['FAILED', 'TIMED_OUT', 'ABORTED'])(
    'as %s puts its connection before an operator, once',
    async (status) => {
      const its = driver(aConnectionWithCode());
      await driveOnboarding(its, ended(status));
      await driveOnboarding(its, ended(status));
      expect(await its.connections.find(connectionId)).toMatchObject({
        state: 'needs-attention',
        attention: { reason: 'execution-ended', from: 'code-issued' },
      });
      expect(its.entries()).toHaveLength(1);
    },
  );

  it.each([
    ['as it should', aConnectionWithCode(), ended('SUCCEEDED')],
    ['after another attempt began', aConnectionWithCode({ attempt: 2 }), ended('FAILED')],
    ['when the connection is at rest', aConnectionWithCode({ state: 'activated' }), ended('FAILED')],
  ])('%s changes nothing', async (_, connection, message) => {
    const its = driver(connection);
    await driveOnboarding(its, message);
    expect(await its.connections.find(connectionId)).toEqual(connection);
  });

  it.each([[undefined], [null], ['{"truncated":'], ['{"other":1}']])(
    'with the input %s is known by its name',
    async (input) => {
      const its = driver(aConnectionWithCode());
      await driveOnboarding(its, ended('FAILED', { input }));
      expect((await its.connections.find(connectionId))?.state).toBe('needs-attention');
    },
  );

  it('that nobody can name is refused for good', async () => {
    const stray = ended('FAILED', { input: null, name: 'by-hand' });
    await expect(driveOnboarding(driver(), stray)).rejects.toMatchObject({ name: 'PermanentError' });
  });

  it('leaves no fact behind that nobody took up', async () => {
    const its = driver(aConnection({ version: 0 }));
    const connection = aConnection({ version: 0 });
    const fact = { type: 'TenantIdReported', source: 'ticket', tenantId: someTenantId } as const;
    await its.connections.save(reportFact(connection, fact, aCause()));
    await driveOnboarding(its, ended('FAILED'));
    expect(await its.connections.find(connectionId)).toMatchObject({
      tenantId: someTenantId,
      consumedFact: 1,
      attention: { from: 'tenant-id-received' },
    });
  });
});
