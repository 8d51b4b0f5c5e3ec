import { describe, expect, it } from 'vitest';
import { activate } from '../../../shared/domain/connection/onboarding.ts';
import { companyIdOf, connectionIdOf } from '../../../shared/platform/ids.ts';
import { aConnection, aConnectionWithCode, aTestedConnection } from '../../builders/connection.ts';
import { aCompany, anAdministration, anEnvironment } from '../../builders/environment.ts';
import { aCause } from '../../builders/history.ts';
import { alice, aRegistration, createOperatorRig } from './operator-rig.ts';

const holding = companyIdOf('voorbeeld', '12345678');
const transport = companyIdOf('voorbeeld', '87654321');
const holdingConnection = connectionIdOf('voorbeeld', holding);
const commandId = '0b9f61a4-21cc-41e9-b307-0aa512338dd6';

describe('RegisterEnvironment', () => {
  it('creates, leaves unchanged and updates', async () => {
    const rig = createOperatorRig();
    expect(await rig.send(aRegistration())).toMatchObject({
      status: 200,
      body: { outcome: 'created', warnings: [] },
    });
    expect(await rig.store.environments.find('voorbeeld')).toMatchObject({
      contacts: [{ email: 'finance@voorbeeld.example', name: 'Finance' }],
      companies: [
        { companyId: holding, corporateId: '12345678' },
        { companyId: transport, corporateId: '87654321' },
      ],
      administrations: [
        { administrationId: '1', connectionId: holdingConnection },
        { administrationId: '2', name: 'Transport' },
      ],
      version: 1,
    });
    expect(await rig.send(aRegistration())).toMatchObject({ body: { outcome: 'unchanged' } });
    expect(await rig.send(aRegistration({ name: 'Nieuw' }))).toMatchObject({ body: { outcome: 'updated' } });
    // What differs is named, not told.
    const detail = { environmentId: 'voorbeeld' };
    expect(rig.store.entries()).toMatchObject([
      { type: 'EnvironmentRegistered', by: `operator:${alice}`, detail },
      { type: 'EnvironmentChanged', by: `operator:${alice}`, detail: { ...detail, changed: ['name'] } },
    ]);
  });

  it('is carried out once for one commandId', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration({ commandId }));
    await rig.send(aRegistration({ name: 'Nieuw' }));
    expect(await rig.send(aRegistration({ commandId }))).toMatchObject({
      status: 200,
      body: { outcome: 'unchanged' },
    });
    expect((await rig.store.environments.find('voorbeeld'))?.name).toBe('Nieuw');
  });

  it('keeps HTML and formula characters in names as they are', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration({ name: '=1+1 <script>' }));
    expect((await rig.store.environments.find('voorbeeld'))?.name).toBe('=1+1 <script>');
  });

  it.each<[string, object, string]>([
    [
      'a number twice',
      {
        companies: [
          { name: 'A', corporateId: '1234-567' },
          { name: 'B', corporateId: '1234567' },
        ],
        administrations: [],
      },
      'companies.1.corporateId',
    ],
    ...['--', 'nvt', 'Onbekend', '0000 0000', '1234', '１２３', '٠٠٠٠٠٠'].map(
      (corporateId): [string, object, string] => [
        `the number ${corporateId}`,
        { companies: [{ name: 'A', corporateId }], administrations: [] },
        'companies.0.corporateId',
      ],
    ),
    [
      'a name twice',
      {
        companies: [
          { name: 'A', corporateId: '1234561' },
          { name: ' a ', corporateId: '1234562' },
        ],
        administrations: [],
      },
      'companies.1.name',
    ],
    [
      'an administration of no company',
      { administrations: [{ administrationId: '1', name: 'x', company: 'y' }] },
      'administrations.0.company',
    ],
    [
      'an administration twice',
      {
        administrations: [
          { administrationId: '1', name: 'x' },
          { administrationId: '1', name: 'y' },
        ],
      },
      'administrations.1.administrationId',
    ],
    ['no contact', { contacts: [] }, 'contacts'],
    ['a malformed id', { environmentId: 'Voor Beeld' }, 'environmentId'],
  ])('refuses %s with its path', async (_what, overrides, path) => {
    const rig = createOperatorRig();
    const answer = await rig.send(aRegistration(overrides));
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid-command', issues: [{ path }] } });
    expect(rig.told()).toEqual([]);
  });

  it('lets a wrong number be corrected, keeps the company’s id, and gives the old number’s company its own', async () => {
    const rig = createOperatorRig();
    const register = async (...companies: object[]) => {
      const answer = await rig.send(aRegistration({ companies, administrations: [] }));
      expect(answer.status).toBe(200);
      return (await rig.store.environments.find('voorbeeld'))?.companies ?? [];
    };
    const [before] = await register({ name: 'Holding', corporateId: '1234561' });
    rig.store.given({ connections: [aConnection({ companyId: before!.companyId })] });
    const corrected = { name: 'holding', corporateId: '1234562' };
    expect(await register(corrected)).toEqual([{ ...corrected, companyId: before!.companyId }]);
    const [kept, added] = await register(corrected, { name: 'Nieuw', corporateId: '1234561' });
    expect(kept?.companyId).toBe(before!.companyId);
    expect(added?.companyId).not.toBe(before!.companyId);
  });

  it('neither removes nor renumbers a company that is activated', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration());
    rig.store.given({ connections: [aConnection({ companyId: holding, state: 'activated' })] });
    const others = [{ name: 'Voorbeeld Transport B.V.', corporateId: '87654321' }];
    const removed = await rig.send(aRegistration({ companies: others, administrations: [] }));
    const renumbered = await rig.send(
      aRegistration({
        companies: [{ name: 'Voorbeeld Holding B.V.', corporateId: '1234569' }, ...others],
        administrations: [],
      }),
    );
    for (const answer of [removed, renumbered]) {
      expect(answer).toMatchObject({ status: 409, body: { error: 'conflict' } });
      expect(JSON.stringify(answer.body)).toContain(holdingConnection);
    }
    expect(rig.told()).toEqual(['EnvironmentRegistered']);
  });

  it('does not renumber a company to what was read while that is being decided: it takes two operators', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration());
    const waiting = aTestedConnection({
      companyId: holding,
      state: 'needs-attention',
      lastFailure: 'identity-mismatch',
      attention: { reason: 'identity-mismatch', from: 'tenant-id-received' },
    });
    rig.store.given({ connections: [waiting] });
    const companies = [
      { name: 'Voorbeeld Holding B.V.', corporateId: '1234569' },
      { name: 'Voorbeeld Transport B.V.', corporateId: '87654321' },
    ];
    const answer = await rig.send(aRegistration({ companies, administrations: [] }));
    expect(answer).toMatchObject({
      status: 409,
      body: { error: 'conflict', message: expect.stringContaining('two operators') },
    });
    expect(rig.told()).toEqual(['EnvironmentRegistered']);
  });

  it('does not renumber a company whose connection is activated at the same moment', async () => {
    const rig = createOperatorRig();
    const connection = aTestedConnection();
    rig.store.given({ environments: [anEnvironment()], connections: [connection] });
    const renumbering = aRegistration({
      companies: [{ name: aCompany().name, corporateId: '99999998' }],
      administrations: [],
    });
    const { findByEnvironment } = rig.store.connections;
    const racing = {
      ...rig.store.connections,
      findByEnvironment: async (environmentId: string) => {
        const found = await findByEnvironment(environmentId);
        if (found.some(({ state }) => state === 'access-tested')) {
          await rig.store.connections.save(activate(connection, '12345678', aCause()));
        }
        return found;
      },
    };
    expect(await rig.send(renumbering, alice, { connections: racing })).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('cancel the connection first') },
    });
    expect((await rig.store.environments.find('voorbeeld'))?.companies[0]?.corporateId).toBe('12345678');
  });

  it('keeps a company that a customer named while it is being onboarded, and gives it its number by name', async () => {
    const rig = createOperatorRig();
    const named = { companyId: companyIdOf('voorbeeld', 'klant bv'), name: 'Klant BV' };
    rig.store.given({
      environments: [anEnvironment({ companies: [named] })],
      connections: [aConnectionWithCode({ companyId: named.companyId })],
    });
    await rig.send(aRegistration());
    expect((await rig.store.environments.find('voorbeeld'))?.companies).toContainEqual(named);
    await rig.send(
      aRegistration({ companies: [{ name: 'klant bv', corporateId: '1234555' }], administrations: [] }),
    );
    expect((await rig.store.environments.find('voorbeeld'))?.companies).toEqual([
      { ...named, name: 'klant bv', corporateId: '1234555' },
    ]);
  });

  it('tells executions that wait for a mapping when the administrations change', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration());
    await rig.send(aRegistration({ administrations: [{ administrationId: '1', name: 'Holding' }] }));
    expect(rig.told()).toEqual(['EnvironmentRegistered', 'EnvironmentChanged', 'AdministrationsMapped']);
    expect((await rig.store.environments.find('voorbeeld'))?.administrations).toEqual([
      { administrationId: '1', name: 'Holding', connectionId: holdingConnection },
    ]);
  });

  it('accepts a number that another environment registered, and warns', async () => {
    const rig = createOperatorRig();
    rig.store.given({ environments: [anEnvironment({ environmentId: 'ander' })] });
    const answer = await rig.send(aRegistration());
    expect(answer).toMatchObject({ status: 200, body: { warnings: [expect.stringContaining('12345678')] } });
  });
});

describe('RequestCode', () => {
  it('asks for all registered companies and links the ticket', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration());
    const answer = await rig.send({ command: 'RequestCode', environmentId: 'voorbeeld', ticketId: '4711' });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        connections: [
          { connectionId: holdingConnection, state: 'code-requested', outcome: 'requested' },
          { companyName: 'Voorbeeld Transport B.V.', outcome: 'requested' },
        ],
      },
    });
    expect(await rig.store.connections.findByTicket('generic:4711')).toHaveLength(2);
  });

  it('is carried out once for one commandId', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration());
    const command = { command: 'RequestCode', environmentId: 'voorbeeld', commandId };
    await rig.send(command);
    const told = rig.told();
    expect(await rig.send(command)).toMatchObject({ status: 200 });
    expect(rig.told()).toEqual(told);
  });

  it('asks again for one that expired and leaves an active one alone', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration());
    rig.store.given({
      connections: [
        aConnection({ companyId: holding, state: 'activated' }),
        aConnectionWithCode({ companyId: transport, state: 'expired', version: 1 }),
      ],
    });
    expect(await rig.send({ command: 'RequestCode', environmentId: 'voorbeeld' })).toMatchObject({
      body: {
        connections: [
          { state: 'activated', outcome: 'already-active' },
          { state: 'code-requested', outcome: 'requested-again' },
        ],
      },
    });
  });

  it('refuses an unknown environment, an unknown company and one that does not take part', async () => {
    const rig = createOperatorRig();
    rig.store.given({
      environments: [anEnvironment(), anEnvironment({ environmentId: 'csv', exportFormats: ['CSV'] })],
    });
    const send = (fields: object) => rig.send({ command: 'RequestCode', ...fields });
    expect(await send({ environmentId: 'niemand' })).toMatchObject({
      status: 404,
      body: { error: 'not-found' },
    });
    expect(await send({ environmentId: 'voorbeeld', companies: ['X'] })).toMatchObject({ status: 404 });
    expect(await send({ environmentId: 'csv' })).toMatchObject({ status: 409, body: { error: 'conflict' } });
    expect(rig.told()).toEqual([]);
  });
});

describe('MapAdministrations', () => {
  const connection = aConnection();
  const environment = anEnvironment({
    companies: [aCompany(), aCompany({ corporateId: '87654321', name: 'B' })],
    administrations: [anAdministration(), anAdministration({ administrationId: 'adm-2' })],
  });
  const map = (mapping: object[]) => ({ command: 'MapAdministrations', environmentId: 'voorbeeld', mapping });

  it('maps, and changes nothing the second time', async () => {
    const rig = createOperatorRig();
    rig.store.given({ environments: [environment], connections: [connection] });
    const command = map([
      { administrationId: 'adm-1', connectionId: connection.connectionId },
      { administrationId: 'adm-2', connectionId: 'none' },
    ]);
    expect(await rig.send(command)).toMatchObject({ status: 200, body: { outcome: 'mapped', unmapped: 0 } });
    expect(await rig.send(command)).toMatchObject({ status: 200, body: { outcome: 'unchanged' } });
    expect(rig.told()).toEqual(['AdministrationsMapped']);
  });

  it('refuses administrations and connections of others', async () => {
    const rig = createOperatorRig();
    const foreign = aConnection({ environmentId: 'ander' });
    rig.store.given({ environments: [environment], connections: [connection, foreign] });
    const answer = await rig.send(
      map([
        { administrationId: 'adm-9', connectionId: connection.connectionId },
        { administrationId: 'adm-1', connectionId: foreign.connectionId },
      ]),
    );
    expect(answer).toMatchObject({
      status: 400,
      body: { issues: [{ path: 'mapping.0.administrationId' }, { path: 'mapping.1.connectionId' }] },
    });
    expect(
      await rig.send({ ...map([{ administrationId: 'x', connectionId: 'none' }]), environmentId: 'weg' }),
    ).toMatchObject({
      status: 404,
    });
  });
});

describe('RevokeConnectLinks', () => {
  it('raises the generation of links once for one commandId, and a registration keeps it', async () => {
    const rig = createOperatorRig();
    await rig.send(aRegistration());
    const command = { command: 'RevokeConnectLinks', environmentId: 'voorbeeld', commandId };
    expect(await rig.send(command)).toMatchObject({ status: 200, body: { outcome: 'revoked' } });
    expect(await rig.send(command)).toMatchObject({ status: 200, body: { outcome: 'repeated' } });
    await rig.send(aRegistration({ name: 'Nieuw' }));
    expect(await rig.store.environments.find('voorbeeld')).toMatchObject({
      name: 'Nieuw',
      linkGeneration: 2,
    });
    expect(rig.told()).toEqual(['EnvironmentRegistered', 'ConnectLinksRevoked', 'EnvironmentChanged']);
    expect(await rig.send({ ...command, environmentId: 'onbekend' })).toMatchObject({ status: 404 });
  });
});
