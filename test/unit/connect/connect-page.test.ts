import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assets } from '../../../functions/connect-page/assets.ts';
import { createConnectPage } from '../../../functions/connect-page/connect-page.tsx';
import type { InboundMessage } from '../../../shared/contracts/queues/inbound.ts';
import {
  accessTestFailures,
  type Connection,
  connectionStates,
} from '../../../shared/domain/connection/connection.ts';
import type { Environment } from '../../../shared/domain/environment/environment.ts';
import { revokeConnectLinks } from '../../../shared/domain/environment/link-requests.ts';
import { signConnectLink, signForm } from '../../../shared/platform/connect-links.ts';
import { companyIdOf, connectionIdOf } from '../../../shared/platform/ids.ts';
import {
  aCode,
  aConnection,
  aConnectionWithCode,
  aConnectionWithTenant,
  aDisconnectedConnection,
  otherTenantId,
  someTenantId,
} from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { aCause, someTime } from '../../builders/history.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';
import { createIntakeRig } from '../intake/intake-rig.ts';

const key = 'a key of links';
const holding = aCompany();

function scene(connections: readonly Connection[] = [aConnectionWithCode()], environment = anEnvironment()) {
  const store = createInMemoryStore();
  store.given({ connections, environments: [environment] });
  let now = new Date(someTime);
  /** Newer keys, which a process hears of when it reads again. */
  const rotated: string[] = [];
  const intake = createIntakeRig(store);
  const queued: InboundMessage[] = [];
  /** What was asked of the store, and what was queued, in order. */
  const calls: string[] = [];
  const app = createConnectPage({
    connections: counted(store.connections, 'connections', calls),
    environments: counted(store.environments, 'environments', calls),
    enqueue: async (message) => {
      calls.push(`queue ${message.kind}`);
      queued.push(message);
    },
    keys: { read: async () => [key], readAgain: async () => [...rotated, key] },
    clock: () => now,
    settings: { appStoreUrl: 'https://appstore.visma.net', supportEmail: 'support@vendor.example' },
  });
  const link = linkOf(environment);
  const send = async (action: string, fields: Record<string, string>, headers = {}, of = link) =>
    app.request(`https://api.example/connect/${of}/${action}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'null',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams({
        token: signForm(of, key),
        company: holding.companyId,
        submission: randomUUID(),
        ...fields,
      }),
    });
  return {
    store,
    link,
    calls,
    queued,
    rotated,
    /** What lies in the queue is dealt with. */
    processQueue: async () => {
      for (const message of queued.splice(0)) await intake.process(message, 1, now);
    },
    send,
    get: (path: string, headers = {}) => app.request(`https://api.example/connect/${path}`, { headers }),
    start: () => app.request('https://api.example/connect'),
    told: () => store.entries().map(({ type }) => type),
    pass: (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
  };
}

/** The same port, which notes each call. */
function counted<Port extends object>(port: Port, name: string, calls: string[]): Port {
  return new Proxy(port, {
    get: (target, method, receiver) => {
      calls.push(`${name}.${String(method)}`);
      return Reflect.get(target, method, receiver);
    },
  });
}

function linkOf(environment: Environment, generation = 1, expiresAt = '2027-01-01T00:00:00.000Z'): string {
  return signConnectLink({ environmentId: environment.environmentId, generation, expiresAt }, key);
}

describe('the connect page', () => {
  it('shows the code, its expiry and what to do, and keeps values from becoming markup', async () => {
    const environment = anEnvironment({ name: '<script>alert(1)</script>', locale: 'en' });
    const { get, link } = scene([aConnectionWithCode()], environment);
    const answer = await get(link);
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain('INVITE-0001');
    expect(html).toContain('Valid until Saturday');
    expect(html).toContain('&lt;script&gt;alert(1)');
    expect(html).not.toContain('<script>alert');
    expect(html).not.toMatch(/\sstyle=|\son\w+=/);
  });

  it.each(
    connectionStates.flatMap((state) =>
      [undefined, ...accessTestFailures].map((failure) => [state, failure] as const),
    ),
  )('has words in both languages for %s after %s', async (state, lastFailure) => {
    const connection = aConnectionWithTenant({
      state,
      ...(lastFailure === undefined ? {} : { lastFailure }),
      ...(state === 'needs-attention'
        ? { attention: { reason: 'identity-mismatch' as const, from: 'tenant-id-received' as const } }
        : {}),
    });
    const { get, link } = scene([connection]);
    for (const lang of ['nl', 'en']) {
      const answer = await get(`${link}/state?lang=${lang}`);
      expect(answer.status).toBe(200);
      const html = await answer.text();
      expect(html).toContain('<h3>');
      expect(html).not.toContain('undefined');
      // Enough of a tenant ID to recognise it, and never a customer blamed for our client.
      expect(html).not.toContain(someTenantId);
    }
  });

  it.each([
    ['not-integrated', 'Integreren in de Visma App Store'],
    ['wrong-organisation', 'Tenant ID'],
    ['no-licence', 'Toegang getest'],
  ] as const)('shows %s at the step where it is mended', async (lastFailure, step) => {
    const { get, link } = scene([aConnectionWithTenant({ state: 'app-integrated', lastFailure })]);
    const html = await (await get(link)).text();
    expect(html).toContain(`<li class="problem"><b>${step}</b>`);
    expect(html.match(/<li class="problem"/g)).toHaveLength(1);
  });

  it.each(['nl', 'en'])('ends no sentence with two full stops in %s', async (lang) => {
    for (const connections of [[], [aConnection({ state: 'cancelled' })], [aDisconnectedConnection()]]) {
      const { get, link } = scene(connections);
      const html = await (await get(`${link}?lang=${lang}`)).text();
      expect(html).toContain('B.V.');
      expect(html).not.toMatch(/[^.]\.\.[^.]/);
    }
  });

  it('shows every company of the environment, each with its own steps', async () => {
    const other = aCompany({ corporateId: '87654321', name: 'Voorbeeld Transport B.V.' });
    const { get, link } = scene([aConnectionWithCode()], anEnvironment({ companies: [holding, other] }));
    const html = await (await get(link)).text();
    expect(html.match(/<ol class="steps"/g)).toHaveLength(2);
    expect(html).toContain('Er is nog geen code gevraagd');
  });

  it('opens by a link, and takes a form, of a key that is newer than its own', async () => {
    const { rotated, get, send, link, told } = scene();
    const environment = anEnvironment();
    const expiresAt = '2027-01-01T00:00:00.000Z';
    const newer = signConnectLink(
      { environmentId: environment.environmentId, generation: 1, expiresAt },
      'newer',
    );
    const form = { token: signForm(link, 'newer') };
    expect((await get(newer)).status).toBe(404);
    expect((await send('integrated', form)).status).toBe(403);
    expect((await send('new-link', form)).status).toBe(403);
    rotated.push('newer');
    expect((await get(newer)).status).toBe(200);
    expect((await get(link)).status).toBe(200);
    expect((await send('integrated', form)).status).toBe(303);
    expect((await send('new-link', form)).status).toBe(200);
    expect(told()).toEqual(['IntegrationReported']);
  });

  it('keeps the language that was chosen', async () => {
    const { get, link } = scene();
    const chosen = await get(`${link}?lang=en`);
    expect(await chosen.text()).toContain('<html lang="en">');
    const cookie = chosen.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^lang=en;.*Path=\/connect;.*HttpOnly; Secure; SameSite=Lax/);
    expect(await (await get(link, { cookie: 'lang=en' })).text()).toContain('<html lang="en">');
    expect(await (await get(`${link}?lang=xx`)).text()).toContain('<html lang="nl">');
  });

  it('has two assets, which may be kept', async () => {
    const { get } = scene();
    for (const name of assets.keys()) {
      const answer = await get(`assets/${name}`);
      expect(answer.headers.get('cache-control')).toContain('immutable');
    }
    expect((await get('assets/constructor')).status).toBe(404);
  });
});

describe('a form of the page', () => {
  it('stores a tenant ID out of a sentence, once however often it is sent', async () => {
    const { send, store, told } = scene();
    const submission = randomUUID();
    for (const _ of [1, 2]) {
      const answer = await send('tenant-id', { tenantId: `Dit is hem: ${someTenantId}.`, submission });
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toMatch(/^\/connect\/[\w.-]+\?done=tenant-id$/);
    }
    expect(told()).toEqual(['TenantIdReported']);
    expect(store.entries()[0]).toMatchObject({
      by: 'contact',
      tenantId: someTenantId,
      detail: { source: 'page' },
    });
  });

  it('says what is wrong with what was pasted, keeps it in the field, and stores nothing', async () => {
    const { send, told } = scene();
    const answer = await send('tenant-id', { tenantId: `${someTenantId} ${otherTenantId} <b>` });
    expect(answer.status).toBe(422);
    const html = await answer.text();
    expect(html).toContain('meer dan één Tenant ID');
    expect(html).toContain('aria-invalid="true"');
    expect(html).toContain(`${otherTenantId} &lt;b&gt;`);
    expect(told()).toEqual([]);
  });

  it('tells that the customer integrated, or tests his tenant again where that is the remedy', async () => {
    const first = scene();
    await first.send('integrated', {});
    expect(first.told()).toEqual(['IntegrationReported']);
    const failed = scene([aConnectionWithTenant({ state: 'app-integrated', lastFailure: 'not-integrated' })]);
    await failed.send('integrated', {});
    expect(failed.told()).toEqual(['AccessTestRetryRequested']);
  });

  it('asks for a code: the first, the same again, a new one', async () => {
    const first = scene([]);
    await first.send('new-code', {});
    expect(first.told()).toEqual(['ConnectionRequested', 'OnboardingStarted']);
    const id = connectionIdOf('voorbeeld', holding.companyId);
    expect(await first.store.connections.find(id)).toMatchObject({ state: 'code-requested' });
    const expired = scene([
      aConnection({ state: 'expired', invitationCode: aCode({ expiresAt: '2026-01-01T00:00:00.000Z' }) }),
    ]);
    await expired.send('new-code', {});
    expect(expired.told()).toEqual(['CodeRequested', 'ConnectionRequested', 'OnboardingStarted']);
    const away = scene([aDisconnectedConnection()]);
    await away.send('new-code', {});
    expect(away.told()).toContain('ConnectionRequested');
  });

  it('does nothing for a company of somebody else, nor where nothing can change', async () => {
    const { send, told } = scene([aConnectionWithTenant({ state: 'activated' })]);
    for (const [action, fields] of [
      ['tenant-id', { tenantId: otherTenantId }],
      ['integrated', {}],
      ['new-code', {}],
      ['new-code', { company: companyIdOf('ander', '12345678') }],
    ] as const) {
      const answer = await send(action, fields);
      expect(answer.headers.get('location')).toContain('done=not-possible');
    }
    expect(told()).toEqual([]);
  });

  it.each([
    ['another site', {}, { 'sec-fetch-site': 'cross-site' }],
    ['a sibling domain', {}, { 'sec-fetch-site': 'same-site' }],
    ['nobody knows where', {}, { 'sec-fetch-site': 'none' }],
    ['a wrong token', { token: signForm('another link', key) }, {}],
    ['no token', { token: '' }, {}],
  ])('is refused from %s', async (_, fields, headers) => {
    const { send, told } = scene();
    expect((await send('tenant-id', { tenantId: someTenantId, ...fields }, headers)).status).toBe(403);
    expect(told()).toEqual([]);
  });

  it('is refused when it lacks a part, and unknown when it is none of ours', async () => {
    const { send, told } = scene();
    expect((await send('tenant-id', { tenantId: someTenantId, submission: '1' })).status).toBe(400);
    expect((await send('delete', {})).status).toBe(404);
    expect(told()).toEqual([]);
  });
});

describe('a form about the environment', () => {
  const other = aCompany({ corporateId: '87654321', name: 'Voorbeeld Transport B.V.' });
  const [holdingId, transportId] = [holding, other].map((company) =>
    connectionIdOf('voorbeeld', company.companyId),
  );
  const environment = anEnvironment({
    companies: [holding, other],
    administrations: [
      { administrationId: '1', name: 'Holding', connectionId: holdingId ?? '' },
      { administrationId: '2', name: 'Transport' },
      { administrationId: '3', name: 'Oud' },
    ],
  });
  const both = [
    aConnectionWithTenant({ state: 'access-tested' }),
    aConnectionWithCode({ connectionId: transportId ?? '', companyId: other.companyId }),
  ];

  it('completes the mapping, and changes nothing that is mapped', async () => {
    const { send, store, get, link, told } = scene(both, environment);
    expect((await (await get(link)).text()).match(/<select id="map-/g)).toHaveLength(2);
    const fields = { 'map:1': transportId ?? '', 'map:2': transportId ?? '', 'map:3': 'none' };
    const answer = await send('mapping', fields);
    expect(answer.headers.get('location')).toContain('done=mapping');
    expect((await store.environments.find('voorbeeld'))?.administrations).toEqual([
      { administrationId: '1', name: 'Holding', connectionId: holdingId },
      { administrationId: '2', name: 'Transport', connectionId: transportId },
      { administrationId: '3', name: 'Oud', connectionId: 'none' },
    ]);
    expect(told()).toEqual(['AdministrationsMapped']);
    expect(await (await get(link)).text()).not.toContain('<select id="map-');
  });

  it.each([{}, { 'map:2': '' }, { 'map:2': connectionIdOf('ander', holding.companyId) }])(
    'maps nothing with %j',
    async (fields) => {
      const { send, told } = scene(both, environment);
      expect((await send('mapping', fields)).headers.get('location')).toContain('done=not-possible');
      expect(told()).toEqual([]);
    },
  );

  it('names another company, which has no number until an operator registers it', async () => {
    const { send, store, told } = scene();
    const submission = randomUUID();
    for (const _ of [1, 2]) {
      const answer = await send('company', { name: ' Nieuw  B.V. ', submission });
      expect(answer.headers.get('location')).toContain('done=company');
    }
    expect(told()).toEqual(['CompaniesNamed', 'ConnectionRequested', 'OnboardingStarted']);
    const [, named] = (await store.environments.find('voorbeeld'))?.companies ?? [];
    expect(named?.name).toMatch(/^Nieuw\s+B\.V\.$/);
    expect(named).not.toHaveProperty('corporateId');
  });

  it('names no company without a name, nor where no export goes to Visma.net', async () => {
    for (const [fields, of] of [
      [{ name: '  ' }, anEnvironment()],
      [{ name: 'Nieuw' }, anEnvironment({ exportFormats: ['CSV'] })],
    ] as const) {
      const { send, told } = scene([], of);
      expect((await send('company', fields)).headers.get('location')).toContain('done=not-possible');
      expect(told()).toEqual([]);
    }
  });

  it('is refused without its token', async () => {
    const { send, told } = scene(both, environment);
    expect((await send('mapping', { 'map:2': 'none', token: '' })).status).toBe(403);
    expect((await send('company', { name: 'Nieuw', submission: '' })).status).toBe(400);
    expect(told()).toEqual([]);
  });
});

describe('asking for help', () => {
  const other = aCompany({ corporateId: '87654321', name: 'Voorbeeld Transport B.V.' });
  const environment = anEnvironment({ companies: [holding, other] });
  const topic = 'not-an-administrator';

  it('calls an operator, says who answers, and does not call him twice within a day', async () => {
    const { send, get, store, told, pass } = scene([], environment);
    const ask = (fields = {}) => send('help', { topic, company: '', ...fields });
    const answer = await ask();
    expect(answer.status).toBe(303);
    const path = answer.headers.get('location')?.replace('/connect/', '') ?? '';
    const { contactPerson } = environment;
    expect(await (await get(path)).text()).toContain(`uw contactpersoon ${contactPerson.name}`);
    expect((await ask()).headers.get('location')).toContain('done=help');
    expect(told()).toEqual(['HelpRequested']);
    expect(store.entries()[0]).toMatchObject({
      by: 'contact',
      detail: { environmentId: 'voorbeeld', topic },
    });
    expect(store.entries()[0]?.detail).not.toHaveProperty('companyId');
    pass(24 * 3600);
    await ask();
    expect(told()).toEqual(['HelpRequested', 'HelpRequested']);
  });

  it('tells topics and companies apart, and counts a form once', async () => {
    const { send, store, told } = scene([], environment);
    const submission = randomUUID();
    await send('help', { topic, company: holding.companyId, submission });
    await send('help', { topic, company: holding.companyId, submission });
    await send('help', { topic, company: other.companyId });
    await send('help', { topic: 'other', company: other.companyId });
    expect(told()).toHaveLength(3);
    expect(store.entries().map(({ detail }) => detail.companyId)).toEqual([
      holding.companyId,
      other.companyId,
      other.companyId,
    ]);
  });

  it('takes no words of his own, no company of somebody else, and no form without its token', async () => {
    const { send, told, get, link } = scene([], environment);
    expect((await send('help', { topic: 'My code is INVITE-0001', company: '' })).status).toBe(400);
    for (const fields of [{ company: '' }, { topic, company: companyIdOf('ander', '12345678') }]) {
      expect((await send('help', fields)).headers.get('location')).toContain('done=not-possible');
    }
    expect((await send('help', { topic, token: '' })).status).toBe(403);
    expect(told()).toEqual([]);
    const [, form = ''] = (await (await get(link)).text()).split('/help"');
    expect(form).not.toMatch(/<textarea|type="text"/);
  });
});

describe('a link that opens nothing', () => {
  const environment = anEnvironment();
  const expired = linkOf(environment, 1, '2026-01-01T00:00:00.000Z');

  it('reveals nothing: false, expired, revoked or of an environment that is no more', async () => {
    const revoked = { ...environment, linkGeneration: 2 };
    const { get } = scene([aConnectionWithCode()], revoked);
    for (const link of [
      'x',
      'x'.repeat(5_000),
      expired,
      linkOf(environment),
      linkOf(anEnvironment({ environmentId: 'weg' })),
    ]) {
      for (const path of [link, `${link}/state`]) {
        const answer = await get(path);
        const html = await answer.text();
        expect(answer.status).toBe(404);
        expect(html).toContain('Deze link werkt niet (meer)');
        expect(html).not.toMatch(/Voorbeeld|INVITE|consultant/);
      }
    }
    expect((await get(linkOf(revoked, 2))).status).toBe(200);
  });

  it('takes no form', async () => {
    const { send, told } = scene();
    expect((await send('tenant-id', { tenantId: someTenantId }, {}, expired)).status).toBe(404);
    expect(told()).toEqual([]);
  });

  it('has a new one mailed, once in ten minutes', async () => {
    const { send, told, pass, processQueue } = scene();
    const ask = () => send('new-link', {}, {}, expired);
    const answers = [await ask(), await ask()];
    await processQueue();
    expect(told()).toEqual(['ConnectLinkRequested']);
    pass(600);
    answers.push(await ask());
    await processQueue();
    expect(told()).toEqual(['ConnectLinkRequested', 'ConnectLinkRequested']);
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('binnen enkele minuten');
    }
  });

  it('answers an address that nobody registered as one that somebody did', async () => {
    const { send, told, calls, queued, processQueue } = scene();
    const texts = [];
    const odd = '\uffff\u0000niemand@voorbeeld.example';
    for (const email of [
      'niemand@voorbeeld.example',
      'FINANCE@voorbeeld.example',
      '',
      'x'.repeat(1_000),
      odd,
    ]) {
      calls.length = 0;
      texts.push(await (await send('new-link', { email }, {}, 'x')).text());
      // Nor does it look: what takes time for some addresses only would tell them apart.
      expect(calls).toEqual(['queue link-request']);
    }
    expect(new Set(texts).size).toBe(1);
    // What a queue would refuse would be answered with an error.
    expect(queued.at(-1)).toMatchObject({ by: { email: 'niemand@voorbeeld.example' } });
    await processQueue();
    expect(told()).toEqual(['ConnectLinkRequested']);
  });

  it('offers to mail one to who comes without a link, and blames none', async () => {
    const { start, send, told, processQueue } = scene();
    const answer = await start();
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain('Open uw koppelpagina');
    expect(html).not.toContain('werkt niet');
    const [, action = ''] = /<form method="post" action="\/connect\/([^/]+)\/new-link"/.exec(html) ?? [];
    expect((await send('new-link', { email: 'finance@voorbeeld.example' }, {}, action)).status).toBe(200);
    await processQueue();
    expect(told()).toEqual(['ConnectLinkRequested']);
  });

  it('does the same for every link of ours, whatever became of its environment', async () => {
    const { send, told, calls, processQueue } = scene();
    for (const link of [expired, linkOf(environment, 7), linkOf(anEnvironment({ environmentId: 'weg' }))]) {
      calls.length = 0;
      expect((await send('new-link', {}, {}, link)).status).toBe(200);
      expect(calls).toEqual(['queue link-request']);
    }
    await processQueue();
    expect(told()).toEqual(['ConnectLinkRequested']);
  });

  it('is not mailed at the word of another site', async () => {
    const { send, told } = scene();
    expect((await send('new-link', {}, { 'sec-fetch-site': 'cross-site' }, expired)).status).toBe(403);
    expect(told()).toEqual([]);
  });

  it('is what every link becomes that was mailed before its revocation', async () => {
    const { store, get, link } = scene();
    const before = await store.environments.find('voorbeeld');
    if (before !== undefined) await store.environments.save(revokeConnectLinks(before, aCause()));
    expect((await get(link)).status).toBe(404);
    expect((await get(linkOf(environment, 2))).status).toBe(200);
  });
});
