import { describe, expect, it } from 'vitest';
import { activate, confirmSpendCloudInformed } from '../../../shared/domain/connection/onboarding.ts';
import {
  aConnection,
  aConnectionWithCode,
  aDisconnectedConnection,
  anOrganisation,
  aTestedConnection,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { someTime } from '../../builders/history.ts';
import { alice, bob, createOperatorRig } from './operator-rig.ts';

const commandId = '0b9f61a4-21cc-41e9-b307-0aa512338dd6';
const role = 'arn:aws:sts::123456789012:assumed-role/Operator';
const identityCenter = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_';
const unknown = 'con_0123456789abcdef0123';

function undecided(reason: 'identity-mismatch' | 'identity-unclear') {
  return aTestedConnection({
    state: 'needs-attention',
    attention: { reason, from: 'tenant-id-received' },
    lastFailure: reason,
    organisations:
      reason === 'identity-unclear' ? [] : [anOrganisation({ corporateId: '999', name: '=cmd|<i>' })],
    version: 1,
  });
}

function rigWith(...connections: readonly ReturnType<typeof aConnection>[]) {
  const rig = createOperatorRig();
  rig.store.given({ environments: [anEnvironment()], connections });
  return rig;
}

describe('a command', () => {
  it('without a caller whom IAM knows is refused', async () => {
    expect(await createOperatorRig().send({ command: 'ShowStock' }, undefined)).toMatchObject({
      status: 403,
      body: { error: 'forbidden' },
    });
  });

  it.each([
    ['not JSON', '{', 'body', 'JSON'],
    ['unknown', { command: 'DropTable' }, 'command', 'RegisterEnvironment'],
    ['with a caller of its own', { command: 'ShowStock', who: 'me' }, 'body', 'who'],
    ['with a malformed id', { command: 'ShowConnection', connectionId: '1' }, 'connectionId', 'con_'],
  ])('that is %s is answered with what to correct', async (_how, command, path, hint) => {
    const answer = await createOperatorRig().send(command);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: 'invalid-command', issues: [{ path, message: expect.stringContaining(hint) }] },
    });
  });

  it.each([
    { command: 'DecideConnection', decision: 'approve', tenantId: someTenantId },
    { command: 'SubmitTenantId', tenantId: someTenantId },
    { command: 'RetryAccessTest' },
    { command: 'CancelConnection' },
    { command: 'ShowConnection' },
  ])('on an unknown connection is answered 404: $command', async (command) => {
    const answer = await createOperatorRig().send({ ...command, connectionId: unknown });
    expect(answer).toMatchObject({ status: 404, body: { error: 'not-found' } });
  });
});

describe('DecideConnection', () => {
  const decide = (connectionId: string, fields: object = {}) => ({
    command: 'DecideConnection',
    connectionId,
    decision: 'approve',
    tenantId: someTenantId,
    ...fields,
  });

  it('approves an unclear identity by one operator', async () => {
    const connection = undecided('identity-unclear');
    const rig = rigWith(connection);
    expect(await rig.send(decide(connection.connectionId))).toMatchObject({
      status: 200,
      body: { outcome: 'approved', state: 'access-tested' },
    });
    expect(rig.told()).toEqual(['ConnectionApproved', 'OnboardingStarted']);
  });

  it('takes two different operators to approve a mismatch', async () => {
    const connection = undecided('identity-mismatch');
    const rig = rigWith(connection);
    const { connectionId } = connection;
    expect(await rig.send(decide(connectionId))).toMatchObject({
      body: { outcome: 'approved-once', state: 'needs-attention', approvalsMissing: 1 },
    });
    expect(await rig.send(decide(connectionId))).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('another operator') },
    });
    expect(await rig.send(decide(connectionId), bob)).toMatchObject({ body: { outcome: 'approved' } });
    const decided = await rig.store.connections.find(connectionId);
    expect(decided).toMatchObject({
      state: 'access-tested',
      approvedTenantId: someTenantId,
      approvals: [{ by: 'operator:identity-center/first' }, { by: 'operator:identity-center/second' }],
    });
  });

  it.each([
    ['a session name of his own choice', `${role}/me`, `${role}/somebody-else`],
    ['another permission set', `${identityCenter}Operator_1/me`, `${identityCenter}Admin_2/ME`],
    [
      'federated credentials',
      'arn:aws:sts::123456789012:federated-user/a',
      'arn:aws:sts::123456789012:federated-user/b',
    ],
  ])('is no second person’s by %s', async (_how, first, second) => {
    const { connectionId, ...connection } = undecided('identity-mismatch');
    const rig = rigWith({ connectionId, ...connection });
    await rig.send(decide(connectionId), first);
    expect(await rig.send(decide(connectionId), second)).toMatchObject({ status: 409 });
    expect(rig.told()).toEqual(['ApprovalGiven']);
  });

  it('counts users and roles as different operators', async () => {
    const { connectionId, ...connection } = undecided('identity-mismatch');
    const rig = rigWith({ connectionId, ...connection });
    await rig.send(decide(connectionId), `${role}/me`);
    expect(await rig.send(decide(connectionId), 'arn:aws:iam::123456789012:user/you')).toMatchObject({
      body: { outcome: 'approved' },
    });
  });

  it('takes two operators when the company was renumbered after the access test', async () => {
    const connection = { ...undecided('identity-unclear'), organisations: [anOrganisation()] };
    const rig = createOperatorRig();
    const company = { ...aCompany(), corporateId: '87654321' };
    rig.store.given({ environments: [anEnvironment({ companies: [company] })], connections: [connection] });
    expect(await rig.send(decide(connection.connectionId))).toMatchObject({
      body: { outcome: 'approved-once', approvalsMissing: 1 },
    });
  });

  it('is no second approval when the first is repeated with its commandId', async () => {
    const connection = undecided('identity-mismatch');
    const rig = rigWith(connection);
    const command = decide(connection.connectionId, { commandId });
    await rig.send(command);
    expect(await rig.send(command)).toMatchObject({
      status: 200,
      body: { outcome: 'repeated', approvalsMissing: 1 },
    });
    expect(rig.told()).toEqual(['ApprovalGiven']);
  });

  it('refuses a tenant other than the connection’s, and a connection with nothing to decide', async () => {
    const connection = undecided('identity-unclear');
    const rig = rigWith(connection);
    const other = await rig.send(decide(connection.connectionId, { tenantId: otherTenantId }));
    expect(other).toMatchObject({ status: 409, body: { error: 'conflict' } });
    const malformed = await rig.send(decide(connection.connectionId, { tenantId: 'x' }));
    expect(malformed).toMatchObject({ status: 400, body: { issues: [{ path: 'tenantId' }] } });
    const calm = rigWith(aTestedConnection());
    expect(await calm.send(decide(aTestedConnection().connectionId))).toMatchObject({ status: 409 });
    expect(rig.told()).toEqual([]);
  });

  it('sends a rejected tenant back to the customer', async () => {
    const connection = undecided('identity-mismatch');
    const rig = rigWith(connection);
    expect(await rig.send(decide(connection.connectionId, { decision: 'reject' }))).toMatchObject({
      body: { outcome: 'rejected', state: 'code-issued' },
    });
  });
});

describe('SubmitTenantId, RetryAccessTest, CancelConnection', () => {
  it('store the fact once for one commandId', async () => {
    const connection = aConnectionWithCode({ version: 0 });
    const rig = rigWith(connection);
    const command = {
      command: 'SubmitTenantId',
      connectionId: connection.connectionId,
      tenantId: ` ${someTenantId} `,
      commandId,
    };
    expect(await rig.send(command)).toMatchObject({ status: 200, body: { outcome: 'stored' } });
    expect(await rig.send(command)).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
    expect(rig.store.entries()).toMatchObject([
      {
        type: 'TenantIdReported',
        tenantId: someTenantId,
        by: `operator:${alice}`,
        deliveryKey: `operator:${commandId}`,
      },
    ]);
  });

  it('continue a connection that needs attention in a new execution', async () => {
    const connection = aConnectionWithCode({
      state: 'needs-attention',
      attention: { reason: 'execution-ended', from: 'code-issued' },
      version: 0,
    });
    const rig = rigWith(connection);
    const { connectionId } = connection;
    expect(await rig.send({ command: 'RetryAccessTest', connectionId })).toMatchObject({
      body: { state: 'code-issued' },
    });
    expect(rig.told()).toEqual(['AccessTestRetryRequested', 'OnboardingStarted']);
  });

  it.each(['activated', 'cancelled'] as const)('are refused on a connection that is %s', async (state) => {
    const connection = aConnection({ state });
    const rig = rigWith(connection);
    const { connectionId } = connection;
    const answers = [
      await rig.send({ command: 'SubmitTenantId', connectionId, tenantId: someTenantId }),
      await rig.send({ command: 'RetryAccessTest', connectionId }),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 409, body: { error: 'conflict' } });
    expect(rig.told()).toEqual([]);
  });

  it('have a disconnected connection tested again', async () => {
    for (const command of [
      { command: 'RetryAccessTest' },
      { command: 'SubmitTenantId', tenantId: someTenantId },
    ]) {
      const disconnected = aDisconnectedConnection();
      const rig = rigWith(disconnected);
      const { connectionId } = disconnected;
      expect(await rig.send({ ...command, connectionId })).toMatchObject({
        status: 200,
        body: { state: 'tenant-id-received', outcome: 'stored' },
      });
      expect(rig.told().at(-1)).toBe('OnboardingStarted');
    }
  });

  it('refuse a test without a tenant ID', async () => {
    const connection = aConnectionWithCode();
    expect(
      await rigWith(connection).send({ command: 'RetryAccessTest', connectionId: connection.connectionId }),
    ).toMatchObject({ status: 409, body: { message: expect.stringContaining('SubmitTenantId') } });
  });

  it('cancel an active connection, which frees its tenant, and nothing twice', async () => {
    const connection = aTestedConnection({ state: 'activated', version: 0 });
    const rig = createOperatorRig();
    rig.store.given({ connections: [connection], claims: { [someTenantId]: connection.connectionId } });
    const command = { command: 'CancelConnection', connectionId: connection.connectionId };
    expect(await rig.send(command)).toMatchObject({ body: { outcome: 'cancelled', state: 'cancelled' } });
    expect(await rig.send(command)).toMatchObject({ status: 200, body: { outcome: 'unchanged' } });
    expect(await rig.store.tenants.claimedBy(someTenantId)).toBeUndefined();
  });
});

describe('listing and showing', () => {
  const many = Array.from({ length: 5 }, (_, index) =>
    aConnection({
      companyId: `cmp_${index}`,
      changedAt: new Date(Date.parse(someTime) + index).toISOString(),
    }),
  );

  it('lists a state, latest change first, page by page', async () => {
    const rig = rigWith(...many, aConnection({ companyId: 'cmp_x', state: 'activated' }));
    const seen: unknown[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await rig.send({
        command: 'ListConnections',
        limit: 2,
        ...(cursor ? { cursor } : {}),
      });
      const page = body as { connections: { connectionId: string; state: string }[]; cursor?: string };
      expect(page.connections.length).toBeLessThanOrEqual(2);
      seen.push(...page.connections.map(({ connectionId }) => connectionId));
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(6);
    expect(new Set(seen).size).toBe(6);
    expect(seen[0]).toBe(many[4]!.connectionId);
    expect(await rig.send({ command: 'ListConnections', cursor: 'x' })).toMatchObject({ status: 400 });
  });

  it('lists an environment’s with names, or says that there is none', async () => {
    const rig = rigWith(aConnection());
    expect(await rig.send({ command: 'ListConnections', environmentId: 'voorbeeld' })).toMatchObject({
      body: {
        connections: [
          {
            environmentName: 'Voorbeeld Groep',
            companyName: 'Voorbeeld Holding B.V.',
            state: 'code-requested',
          },
        ],
      },
    });
    expect(await rig.send({ command: 'ListConnections', environmentId: 'niemand' })).toMatchObject({
      status: 404,
    });
  });

  it('shows both sides and the whole history, and never the code', async () => {
    const connection = undecided('identity-mismatch');
    const rig = rigWith(connection);
    const { connectionId } = connection;
    await rig.send({ command: 'SubmitTenantId', connectionId, tenantId: otherTenantId });
    const { status, body } = await rig.send({ command: 'ShowConnection', connectionId });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      environmentName: 'Voorbeeld Groep',
      registered: { name: 'Voorbeeld Holding B.V.', corporateId: '12345678', registrations: 1 },
      tenantId: otherTenantId,
      invitationCode: { codeId: connection.invitationCode!.codeId },
      history: [
        {
          sequence: 2,
          type: 'TenantIdReported',
          tenantId: otherTenantId,
          by: `operator:${alice}`,
          source: 'operator',
        },
        { type: 'TenantIdReceived' },
        { type: 'OnboardingStarted' },
      ],
    });
    expect(JSON.stringify(body)).not.toContain(connection.invitationCode!.code);
  });
});

describe('CheckHealth', () => {
  it.each([aTestedConnection({ state: 'activated' }), aDisconnectedConnection()])(
    'queues a check of a connection that is $state, in the name of whoever asked',
    async (connection) => {
      const rig = rigWith(connection);
      const { connectionId } = connection;
      const commandId = '8bdf18fd-21cc-41e9-b307-0aa512338dd6';
      expect(await rig.send({ command: 'CheckHealth', commandId, connectionId })).toMatchObject({
        status: 200,
        body: { connectionId, state: connection.state, outcome: 'queued' },
      });
      expect(rig.checked).toEqual([
        { connectionId, by: `operator:${alice}`, deliveryKey: `operator:${commandId}` },
      ]);
      expect(rig.told()).toEqual([]);
    },
  );

  it('says what to do about a connection that is not checked, or that there is none', async () => {
    const tested = aTestedConnection();
    const rig = rigWith(tested);
    const refused = await rig.send({ command: 'CheckHealth', connectionId: tested.connectionId });
    expect(refused).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('RetryAccessTest') },
    });
    const unknown = { command: 'CheckHealth', connectionId: 'con_0123456789abcdef0123' };
    expect(await rig.send(unknown)).toMatchObject({ status: 404 });
    expect(rig.checked).toEqual([]);
  });

  it('is seen in the list and in what is shown', async () => {
    const health = { reason: 'no-licence', since: someTime, periods: [20_513, 20_514] } as const;
    const failing = aTestedConnection({ state: 'activated', health });
    const broken = aDisconnectedConnection({ companyId: 'cmp_other' });
    const rig = rigWith(failing, broken);
    expect(await rig.send({ command: 'ListConnections' })).toMatchObject({
      body: {
        connections: [
          { state: 'activated', health: 'no-licence' },
          { state: 'disconnected', health: 'not-integrated' },
        ],
      },
    });
    expect(await rig.send({ command: 'ShowConnection', connectionId: failing.connectionId })).toMatchObject({
      body: { health: { reason: 'no-licence', since: someTime, failingPeriods: 2 } },
    });
    expect(await rig.send({ command: 'ShowConnection', connectionId: broken.connectionId })).toMatchObject({
      body: { disconnection: { reason: 'not-integrated', since: someTime } },
    });
  });
});

describe('an activated connection', () => {
  it('shows whether Spend Cloud knows: only then do exports work', async () => {
    const tested = aTestedConnection({ approvedTenantId: someTenantId, version: 1 });
    const rig = rigWith(tested);
    const { connectionId } = tested;
    const shown = async () => (await rig.send({ command: 'ShowConnection', connectionId })).body;
    expect(await shown()).not.toHaveProperty('spendCloud');
    const cause = { at: someTime, by: 'workflow', correlationId: 'correlation-1' };
    const change = activate(tested, '12345678', cause);
    await rig.store.connections.save({ ...change, effects: [] });
    expect(await shown()).toMatchObject({ state: 'activated', spendCloud: 'not told yet' });
    await rig.store.connections.save(confirmSpendCloudInformed(change.after, false, cause));
    expect(await shown()).toMatchObject({ spendCloud: 'told' });
  });
});

describe('the stock and the dead letters', () => {
  const day = (count: number) => new Date(Date.parse(someTime) + count * 24 * 3600_000).toISOString();

  it('take each code once and none that lives too short, without telling it', async () => {
    const rig = createOperatorRig();
    const codes = [
      { code: 'SECRET-A', expiresAt: day(5) },
      { code: 'SECRET-OLD', expiresAt: day(-1) },
      { code: 'SECRET-SHORT', expiresAt: day(0.5) },
      { code: ' SECRET-A ', expiresAt: day(5) },
    ];
    const answer = await rig.send({ command: 'AddInvitationCodes', codes, commandId });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        added: 1,
        known: 1,
        tooOld: 2,
        codes: [{ outcome: 'added' }, { outcome: 'too-old' }, { outcome: 'too-old' }, { outcome: 'known' }],
      },
    });
    expect(JSON.stringify(answer)).not.toContain('SECRET');
    expect(await rig.send({ command: 'AddInvitationCodes', codes, commandId })).toEqual(answer);
    expect(await rig.send({ command: 'AddInvitationCodes', codes })).toMatchObject({
      body: { added: 0, known: 2 },
    });
    expect(rig.told()).toEqual(['InvitationCodesAdded']);
    expect(await rig.send({ command: 'ShowStock' })).toMatchObject({
      body: { available: 1, tooOld: 0, soonest: day(5), waitingConnections: [] },
    });
  });

  it('are moved back, except those of the history, which are positions in a stream', async () => {
    const rig = createOperatorRig();
    expect(await rig.send({ command: 'RedriveDeadLetters', queue: 'mail' })).toMatchObject({
      status: 200,
      body: { queue: 'mail', outcome: 'started' },
    });
    expect(await rig.send({ command: 'RedriveDeadLetters', queue: 'history' })).toMatchObject({
      status: 409,
    });
    expect(rig.redriven).toEqual(['mail']);
  });
});
