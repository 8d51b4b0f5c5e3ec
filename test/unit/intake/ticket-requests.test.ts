import { describe, expect, it } from 'vitest';
import { connectionIdOf } from '../../../shared/platform/ids.ts';
import { aConnection, aConnectionWithCode, anOrganisation, someTenantId } from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';
import { createIntakeRig, ticketKey } from './intake-rig.ts';

const secondCompany = aCompany({ corporateId: '87654321', name: 'Voorbeeld Transport B.V.' });
const twoCompanies = anEnvironment({ companies: [aCompany(), secondCompany] });

describe('a ticket that asks for a code', () => {
  it('makes one connection for each registered company and links the ticket', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [twoCompanies] });
    await rig.ticket({}, { deliveryKey: 'd1' });
    const linked = await rig.store.connections.findByTicket(ticketKey);
    expect(linked.map(({ state, correlationId }) => [state, correlationId])).toEqual([
      ['code-requested', ticketKey],
      ['code-requested', ticketKey],
    ]);
    expect(await rig.store.deliveries.isSeen('d1')).toBe(true);
    expect(rig.told()).toEqual([
      'ConnectionRequested',
      'OnboardingStarted',
      'ConnectionRequested',
      'OnboardingStarted',
    ]);
  });

  it('changes nothing when the delivery is repeated', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [twoCompanies] });
    await rig.ticket({}, { deliveryKey: 'd1' });
    const told = rig.told();
    await rig.ticket({}, { deliveryKey: 'd1' });
    expect(rig.told()).toEqual(told);
  });

  it('continues after a crash between two companies, leaving the first alone', async () => {
    const store = createInMemoryStore();
    store.given({ environments: [twoCompanies] });
    let saves = 0;
    const crashing = createIntakeRig({
      ...store,
      connections: {
        ...store.connections,
        save: async (change) => {
          saves += 1;
          if (saves === 2) throw new Error('killed');
          return store.connections.save(change);
        },
      },
    });
    await expect(crashing.ticket({}, { deliveryKey: 'd1' })).rejects.toThrow('killed');
    expect(await store.deliveries.isSeen('d1')).toBe(false);
    await crashing.ticket({}, { deliveryKey: 'd1', receiveCount: 2 });
    const connections = await store.connections.findByTicket(ticketKey);
    expect(connections.map(({ version }) => version)).toEqual([2, 2]);
    expect(await store.deliveries.isSeen('d1')).toBe(true);
  });

  it('reads the companies field by number and by name', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [twoCompanies] });
    await rig.ticket({
      text: 'Zie velden.',
      fields: { companies: ' 8765.4321 ; voorbeeld  TRANSPORT b.v.;' },
    });
    const linked = await rig.store.connections.findByTicket(ticketKey);
    expect(linked.map(({ companyId }) => companyId)).toEqual([secondCompany.companyId]);
  });

  it('keeps a company that nobody registered, without a number, so that an operator decides later', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()] });
    const name = '=HYPERLINK("x") <b>Nieuw</b> B.V.';
    await rig.ticket({ fields: { companies: name } });
    const environment = await rig.store.environments.find('voorbeeld');
    const added = environment?.companies.find((company) => company.name === name);
    expect(added).toBeDefined();
    expect(added?.corporateId).toBeUndefined();
    expect(await rig.store.connections.find(connectionIdOf('voorbeeld', added!.companyId))).toBeDefined();
    expect(rig.told()).toEqual(['CompaniesNamed', 'ConnectionRequested', 'OnboardingStarted']);
  });

  it('leaves more companies than a registration may list to an operator', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()] });
    const companies = Array.from({ length: 51 }, (_, index) => `Bedrijf ${index}`).join(';');
    await rig.ticket({ fields: { companies } });
    expect(rig.store.entries()).toMatchObject([
      { type: 'TicketUnmatched', detail: { reason: 'unknown-company' } },
    ]);
  });

  it('makes one company, named like the environment, when none is registered', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment({ companies: [] })] });
    await rig.ticket();
    const environment = await rig.store.environments.find('voorbeeld');
    expect(environment?.companies.map(({ name }) => name)).toEqual(['Voorbeeld Groep']);
    expect(await rig.store.connections.findByTicket(ticketKey)).toHaveLength(1);
  });

  it('is told "no action needed" when the environment does not export to Visma.net', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment({ exportFormats: ['CSV'] })] });
    await rig.ticket();
    expect(rig.store.entries()).toMatchObject([
      { type: 'NoActionNeeded', detail: { environmentId: 'voorbeeld', ticketKey } },
    ]);
  });

  it('asks again for an existing connection, and not for an activated one', async () => {
    const rig = createIntakeRig();
    const activated = aConnection({ companyId: secondCompany.companyId, state: 'activated', version: 1 });
    const expired = aConnectionWithCode({ state: 'expired', version: 1 });
    rig.store.given({ environments: [twoCompanies], connections: [activated, expired] });
    await rig.ticket();
    expect(await rig.store.connections.find(activated.connectionId)).toEqual(activated);
    expect(await rig.store.connections.find(expired.connectionId)).toMatchObject({
      state: 'code-requested',
      attempt: 2,
    });
    expect(rig.told()).toEqual(['CodeRequested', 'ConnectionRequested', 'OnboardingStarted']);
  });

  it('asks with its subject and fields once, not with every reply', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()] });
    const again = { subject: 'Uitnodigingscode', fields: { companies: '12345678' }, text: 'Dank!' };
    await rig.ticket({ ...again, kind: 'created' });
    await rig.ticket({ ...again, kind: 'replied' });
    expect(rig.told()).toEqual(['ConnectionRequested', 'OnboardingStarted', 'DeliveryIgnored']);
  });

  it('is not given a tenant that was integrated before it had a code: that is for an operator to see', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()] });
    rig.readings.set(someTenantId, { outcome: 'read', organisations: [anOrganisation()] });
    await rig.tenantAdded(someTenantId);
    await rig.ticket();
    expect(rig.store.entries().map(({ type, by, tenantId }) => [type, by, tenantId])).toEqual([
      ['TenantUnmatched', 'visma', undefined],
      ['ConnectionRequested', 'ticket:generic', undefined],
      ['OnboardingStarted', 'ticket:generic', undefined],
    ]);
    expect((await rig.store.tenants.findIdentity('12345678'))?.integrated).toEqual([someTenantId]);
  });
});

describe('a requester', () => {
  const own = anEnvironment();
  const other = anEnvironment({ environmentId: 'ander', name: 'Ander B.V.' });
  const both = (environmentId: string) =>
    anEnvironment({ environmentId, contacts: [{ email: 'finance@voorbeeld.example', name: '' }] });

  it.each([
    ['nobody knows', [own], { requesterEmail: 'x@vreemd.example' }, 'unknown-requester'],
    [
      'who is a stranger and names an environment',
      [own],
      { requesterEmail: 'x@vreemd.example', fields: { environment: 'voorbeeld' } },
      'requester-not-registered',
    ],
    [
      "who names another's environment",
      [own, other],
      { fields: { environment: 'ander' } },
      'other-environment-named',
    ],
    [
      'who names one that does not exist',
      [own],
      { fields: { environment: 'bestaat-niet' } },
      'other-environment-named',
    ],
    ['of several environments', [both('een'), both('twee')], {}, 'several-environments'],
  ])('%s is left to an operator', async (_who, environments, overrides, reason) => {
    const rig = createIntakeRig();
    rig.store.given({ environments });
    await rig.ticket(overrides);
    expect(rig.store.entries()).toMatchObject([{ type: 'TicketUnmatched', detail: { reason, ticketKey } }]);
    expect(await rig.store.connections.findByTicket(ticketKey)).toEqual([]);
  });

  it('of several environments is understood when he names one of his own', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [both('een'), both('twee')] });
    await rig.ticket({ fields: { environment: 'TWEE' } });
    const linked = await rig.store.connections.findByTicket(ticketKey);
    expect(linked.map(({ environmentId }) => environmentId)).toEqual(['twee']);
  });

  it('is known by his address in any spelling', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [own] });
    await rig.ticket({ requesterEmail: ' Finance@Voorbeeld.EXAMPLE' });
    expect(await rig.store.connections.findByTicket(ticketKey)).toHaveLength(1);
  });

  it('who is no contact gets no code through a ticket that an operator linked', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [own] });
    await rig.ticket();
    await rig.ticket({
      requesterEmail: 'x@vreemd.example',
      kind: 'replied',
      text: 'Graag een nieuwe uitnodigingscode.',
    });
    expect(rig.store.entries().at(-1)).toMatchObject({
      type: 'TicketUnmatched',
      detail: { reason: 'requester-not-registered' },
    });
  });

  it('who writes about something else is left in peace, known or not', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [own] });
    await rig.ticket({
      subject: 'Factuur',
      text: `Foutcode ${someTenantId}`,
      requesterEmail: 'x@vreemd.example',
    });
    await rig.ticket({ subject: 'Factuur', text: 'Waar is mijn factuur?' });
    expect(rig.told()).toEqual(['DeliveryIgnored', 'DeliveryIgnored']);
  });
});
