import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import { reportFact } from '../../../shared/domain/connection/facts.ts';
import { linked } from '../../../shared/domain/connection/report-tenant-id.ts';
import {
  aCode,
  aConnection,
  aConnectionWithCode,
  aDisconnectedConnection,
  anOrganisation,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { aCause } from '../../builders/history.ts';
import { createIntakeRig, type IntakeRig, ticketKey } from './intake-rig.ts';

const secondCompany = aCompany({ corporateId: '87654321', name: 'Voorbeeld Transport B.V.' });
const secondOrganisation = anOrganisation({ corporateId: '8765-4321', name: 'Voorbeeld Transport B.V.' });

/** An environment with the given connections, each of them linked to the ticket. */
async function linkedRig(connections: readonly Connection[]): Promise<IntakeRig> {
  const rig = createIntakeRig();
  const environment = anEnvironment({ companies: [aCompany(), secondCompany] });
  rig.store.given({ environments: [environment], connections });
  for (const connection of connections) {
    const fact = { type: 'IntegrationReported', source: 'ticket' } as const;
    await rig.store.connections.save(linked(reportFact(connection, fact, aCause()), ticketKey));
  }
  return rig;
}

const reply = (text: string) => ({ kind: 'replied' as const, text });
const first = aConnectionWithCode();
const second = aConnectionWithCode({
  companyId: secondCompany.companyId,
  invitationCode: aCode({ code: 'INVITE-0002' }),
});

/** Tenant IDs that a connection was told, in order. */
async function reported(
  rig: IntakeRig,
  { connectionId }: Connection,
): Promise<readonly (string | undefined)[]> {
  const entries = await rig.store.connections.history(connectionId, 0);
  return entries.filter(({ type }) => type === 'TenantIdReported').map(({ tenantId }) => tenantId);
}

describe('a reply about a disconnected connection', () => {
  const disconnected = aDisconnectedConnection();
  const rigOf = () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()], connections: [disconnected] });
    return rig;
  };
  const stateOf = async (rig: IntakeRig) =>
    (await rig.store.connections.find(disconnected.connectionId))?.state;

  it.each([
    ['that it is integrated again', 'De koppeling is gelukt.'],
    ['in English', 'The integration is done'],
    ['with the tenant ID', `De tenant ID is ${someTenantId}`],
    ['with another tenant ID', `De tenant ID is nu ${otherTenantId}`],
  ])('%s has it tested again', async (_what, text) => {
    const rig = rigOf();
    await rig.ticket(reply(text));
    expect(await stateOf(rig)).toBe('tenant-id-received');
    expect(rig.told()).toContain('OnboardingStarted');
  });

  it('that asks for a code gets one', async () => {
    const rig = rigOf();
    await rig.ticket(reply('Graag een nieuwe code voor Visma.net'));
    expect(await stateOf(rig)).toBe('code-requested');
  });

  it('with a tenant ID needs no code, also when it asks for one', async () => {
    const rig = rigOf();
    await rig.ticket(reply(`Graag een nieuwe uitnodigingscode. Onze tenant ID is ${someTenantId}.`));
    expect(await stateOf(rig)).toBe('tenant-id-received');
    expect(rig.told()).not.toContain('CodeRequested');
  });
});

describe('a tenant ID on a ticket with one waiting connection', () => {
  it('is stored for it', async () => {
    const rig = await linkedRig([first]);
    await rig.ticket(reply(`Hallo, het is ${someTenantId.toUpperCase()}.\n\nGroet`));
    expect(await reported(rig, first)).toEqual([someTenantId]);
    expect(rig.read).toEqual([]);
  });

  it('is read from the labelled field before the text', async () => {
    const rig = await linkedRig([first]);
    await rig.ticket({ ...reply(`Eerder stuurden we ${otherTenantId}`), fields: { tenantId: someTenantId } });
    expect(await reported(rig, first)).toEqual([someTenantId]);
  });

  it('is read from a later text although the ticket system repeats the old field', async () => {
    const rig = await linkedRig([first]);
    const fields = { tenantId: otherTenantId };
    await rig.ticket({ ...reply('Zie het veld.'), fields });
    await rig.ticket({ ...reply(`Excuus, het moet ${someTenantId} zijn.`), fields });
    await rig.ticket({ ...reply('Bedankt!'), fields });
    expect(await reported(rig, first)).toEqual([otherTenantId, someTenantId]);
  });

  it('is found above the quoted history, whatever the mail program', async () => {
    const rig = await linkedRig([first]);
    await rig.ticket(
      reply(`Nee: ${someTenantId}\n\n*Van:* Support\n*Verzonden:* maandag\n\nIs het ${otherTenantId}?`),
    );
    expect(await reported(rig, first)).toEqual([someTenantId]);
  });

  it('is read from HTML when there is no text', async () => {
    const rig = await linkedRig([first]);
    const html = `<p>Ons&nbsp;ID: <b>${someTenantId}</b></p><div class="gmail_quote"><div>Op ma 23 nov 2026 schreef Support &lt;s@vendor.example&gt;:</div><blockquote>Is het ${otherTenantId}?</blockquote></div>`;
    await rig.ticket({ ...reply(''), html });
    expect(await reported(rig, first)).toEqual([someTenantId]);
  });

  it('is not what we wrote ourselves', async () => {
    const rig = await linkedRig([first]);
    await rig.ticket({ ...reply(`Bijvoorbeeld ${otherTenantId}`), direction: 'outbound' });
    await rig.ticket(reply(`U noemde ${otherTenantId}, maar het onze is ${someTenantId}`));
    expect(await reported(rig, first)).toEqual([someTenantId]);
  });

  it('stays the customer’s own although we quoted it', async () => {
    const rig = await linkedRig([first]);
    const quoting = `Dank!\n\nOp ma 23 nov 2026 schreef Finance:\n> ${someTenantId}`;
    await rig.ticket({ ...reply(quoting), direction: 'outbound' });
    await rig.ticket(reply(`Nogmaals: ${someTenantId}`));
    expect(await reported(rig, first)).toEqual([someTenantId]);
  });

  it('is not an invitation code that looks like one, in whatever case', async () => {
    const code = aCode({ code: otherTenantId.toUpperCase() });
    const rig = await linkedRig([aConnectionWithCode({ invitationCode: code })]);
    await rig.ticket(reply(`Met code ${otherTenantId} kregen we ${someTenantId}`));
    await rig.ticket(reply(`Code ${otherTenantId.toUpperCase()} werkt.`));
    expect(await reported(rig, first)).toEqual([someTenantId]);
    expect(rig.told().at(-1)).toBe('DeliveryIgnored');
  });

  it('is asked for when several remain', async () => {
    const rig = await linkedRig([first]);
    await rig.ticket(reply(`${someTenantId} of ${otherTenantId}?`));
    expect(await reported(rig, first)).toEqual([]);
    expect(rig.store.entries().at(-1)).toMatchObject({
      type: 'TenantIdUnclear',
      detail: { reason: 'several-uuids', environmentId: 'voorbeeld', ticketKey },
    });
  });

  it('that is missing leaves nothing to do', async () => {
    const rig = await linkedRig([first]);
    await rig.ticket(reply('Waar vind ik dat nummer? Is het 00000000-0000-0000-0000-000000000000?'));
    expect(rig.told().at(-1)).toBe('DeliveryIgnored');
  });
});

describe('a tenant ID on a ticket with several waiting companies', () => {
  it('goes to the company whose number the tenant shows', async () => {
    const rig = await linkedRig([first, second]);
    rig.readings.set(someTenantId, { outcome: 'read', organisations: [secondOrganisation] });
    await rig.ticket(reply(someTenantId));
    expect(await reported(rig, first)).toEqual([]);
    expect(await reported(rig, second)).toEqual([someTenantId]);
  });

  it('is asked for when the tenant is none of them: another customer’s, say', async () => {
    const rig = await linkedRig([first, second]);
    rig.readings.set(someTenantId, {
      outcome: 'read',
      organisations: [anOrganisation({ corporateId: '999' })],
    });
    await rig.ticket(reply(someTenantId));
    expect(rig.store.entries().at(-1)).toMatchObject({
      type: 'TenantIdUnclear',
      detail: { reason: 'no-company-matches' },
    });
    expect([...(await reported(rig, first)), ...(await reported(rig, second))]).toEqual([]);
  });

  it('is asked for when the tenant cannot be read', async () => {
    const rig = await linkedRig([first, second]);
    rig.readings.set(someTenantId, { outcome: 'wrong-organisation' });
    await rig.ticket(reply(someTenantId));
    expect(rig.store.entries().at(-1)).toMatchObject({
      type: 'TenantIdUnclear',
      detail: { reason: 'unreadable' },
    });
  });

  it('waits for consent to spread before it is asked for', async () => {
    const rig = await linkedRig([first, second]);
    const delivery = { deliveryKey: 'd1' };
    await expect(rig.ticket(reply(someTenantId), { ...delivery, receiveCount: 1 })).rejects.toMatchObject({
      name: 'TransientError',
      retryAfterSeconds: 15,
    });
    await expect(rig.ticket(reply(someTenantId), { ...delivery, receiveCount: 2 })).rejects.toMatchObject({
      retryAfterSeconds: 60,
    });
    await rig.ticket(reply(someTenantId), { ...delivery, receiveCount: 3 });
    expect(rig.store.entries().at(-1)).toMatchObject({
      type: 'TenantIdUnclear',
      detail: { reason: 'unreadable' },
    });
  });

  it('needs no reading when it repeats what one of them has, or only one waits', async () => {
    const rig = await linkedRig([
      first,
      aConnection({ ...second, state: 'activated', tenantId: otherTenantId }),
    ]);
    await rig.ticket(reply(someTenantId));
    await rig.ticket(reply(otherTenantId));
    expect(await reported(rig, first)).toEqual([someTenantId]);
    expect(rig.store.entries().at(-1)).toMatchObject({
      type: 'DeliveryIgnored',
      detail: { reason: 'already-active' },
    });
    expect(rig.read).toEqual([]);
  });

  it('is meant for the one that has none, when the other is tested and only lacks its mapping', async () => {
    const tested = aConnection({ ...second, state: 'access-tested', tenantId: otherTenantId });
    const rig = await linkedRig([first, tested]);
    await rig.ticket(reply(someTenantId));
    expect(await reported(rig, first)).toEqual([someTenantId]);
  });
});

describe('a UUID on a ticket whose connections all have their tenant', () => {
  it('is not taken for a tenant ID unless it is called one', async () => {
    const rig = await linkedRig([{ ...first, state: 'activated', tenantId: someTenantId }]);
    await rig.ticket(reply(`De export gaf fout ${otherTenantId}.`));
    await rig.ticket(reply(`Ons tenant ID is ${someTenantId}.`));
    const reasons = rig.store.entries().map(({ type, detail }) => [type, detail.reason]);
    expect(reasons.slice(-2)).toEqual([
      ['DeliveryIgnored', 'nothing-recognised'],
      ['DeliveryIgnored', 'already-active'],
    ]);
  });
});

describe('a tenant ID on a ticket that is not known', () => {
  it('is taken from a registered contact who calls it one', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()], connections: [first] });
    await rig.ticket({ text: `Ons tenant ID is ${someTenantId}` });
    expect(await reported(rig, first)).toEqual([someTenantId]);
    expect((await rig.store.connections.findByTicket(ticketKey)).length).toBe(1);
  });

  it('makes the connection that nobody asked for yet', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()] });
    await rig.ticket({ text: 'Zie veld.', fields: { tenantId: someTenantId } }, { deliveryKey: 'd1' });
    expect(rig.told()).toEqual(['ConnectionRequested', 'OnboardingStarted', 'TenantIdReported']);
    expect(await rig.store.deliveries.isSeen('d1')).toBe(true);
  });

  it('is left to an operator when a stranger sends it', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()], connections: [first] });
    await rig.ticket({ requesterEmail: 'x@vreemd.example', text: `Tenant ID: ${someTenantId}` });
    expect(rig.store.entries()).toMatchObject([
      { type: 'TicketUnmatched', detail: { reason: 'unknown-requester' } },
    ]);
  });
});

describe('the word that the app is integrated', () => {
  it('is stored when one connection waits', async () => {
    const rig = createIntakeRig();
    rig.store.given({ environments: [anEnvironment()], connections: [first] });
    await rig.ticket({ text: 'Ik heb op Integreren geklikt.' });
    expect(rig.told()).toEqual(['IntegrationReported']);
  });

  it('tries a failed tenant again', async () => {
    const rig = createIntakeRig();
    const failed = aConnectionWithCode({ tenantId: someTenantId, lastFailure: 'not-integrated' });
    rig.store.given({ environments: [anEnvironment()], connections: [failed] });
    await rig.ticket({ text: 'We have integrated the app now.' });
    expect(rig.told()).toEqual(['AccessTestRetryRequested']);
  });

  it('says nothing when several wait', async () => {
    const rig = await linkedRig([first, second]);
    await rig.ticket(reply('Ik heb op Integreren geklikt.'));
    expect(rig.store.entries().at(-1)).toMatchObject({
      type: 'DeliveryIgnored',
      detail: { reason: 'several-connections-wait' },
    });
  });
});
