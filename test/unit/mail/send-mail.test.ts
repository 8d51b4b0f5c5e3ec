import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../functions/send-mail/compose-mail.ts';
import { createConnectUrls } from '../../../functions/send-mail/connect-url.ts';
import { type MailSettings, planMails } from '../../../functions/send-mail/plan-mails.ts';
import { type Mailer, sendMails } from '../../../functions/send-mail/send-mail.ts';
import type { Connection } from '../../../shared/domain/connection/connection.ts';
import { readConnectLink } from '../../../shared/platform/connect-links.ts';
import {
  aCode,
  aConnectionWithCode,
  aConnectionWithTenant,
  aDisconnectedConnection,
  someTenantId,
} from '../../builders/connection.ts';
import { aCompany, anEnvironment } from '../../builders/environment.ts';
import { someTime } from '../../builders/history.ts';
import { aBusEvent } from '../../builders/mail.ts';
import { createInMemoryStore } from '../../doubles/in-memory-store.ts';

const settings: MailSettings = {
  appStoreUrl: 'https://appstore.visma.net',
  supportEmail: 'support@vendor.example',
  operators: { email: 'operators@vendor.example', locale: 'en' },
  productOwner: 'owner@vendor.example',
};

const connectUrl = 'https://connect.vendor.example/connect/link';

class NotSent extends Error {}

/** The sender around one environment and connection, with a mail service that can lose its answer. */
function scene(connection: Connection, environment = anEnvironment()) {
  const store = createInMemoryStore();
  store.given({ connections: [connection], environments: [environment] });
  const sent: { to: string; subject: string; text: string }[] = [];
  let now = new Date(someTime);
  let trouble: 'none' | 'answer lost' | 'refused' = 'none';
  const mailer: Mailer = {
    async send(mail) {
      if (trouble === 'refused') throw new NotSent('throttled');
      sent.push(mail);
      if (trouble === 'answer lost') throw new Error('connection reset');
      return { messageId: `message-${sent.length}` };
    },
  };
  const event = (type: string, detail = {}) =>
    aBusEvent(type, {
      connectionId: connection.connectionId,
      environmentId: environment.environmentId,
      ...detail,
    });
  return {
    store,
    sent,
    event,
    set trouble(value: typeof trouble) {
      trouble = value;
    },
    pass(seconds: number) {
      now = new Date(now.getTime() + seconds * 1000);
    },
    send: (about: ReturnType<typeof event>) =>
      sendMails(about, {
        plan: (one) =>
          planMails(one, { ...store, settings, connectUrl: async () => connectUrl, now: () => now }),
        mails: store.mails,
        mailer,
        clock: () => now,
        settleSeconds: 600,
        isNotSent: (error) => error instanceof NotSent,
      }),
  };
}

describe('sending a mail', () => {
  const code = aCode();

  it('goes to every registered contact, in the language of the environment', async () => {
    const contacts = [
      { email: 'finance@klant.example', name: '' },
      { email: 'directie@klant.example', name: '' },
    ];
    const { sent, send, event } = scene(aConnectionWithCode(), anEnvironment({ contacts, locale: 'en' }));
    await send(event('InvitationCodeIssued', { codeId: code.codeId }));
    expect(sent.map((mail) => mail.to)).toEqual(contacts.map((contact) => contact.email));
    expect(sent[0]?.subject).toContain('Your invitation code');
    expect(sent[0]?.text).toContain(code.code);
  });

  it('tells operators who asks for help with what, how far each company is, and whom to call back', async () => {
    const [holding, other] = [
      aCompany(),
      aCompany({ corporateId: '87654321', name: 'Voorbeeld Transport B.V.' }),
    ];
    const environment = anEnvironment({ companies: [holding, other] });
    const world = scene(aConnectionWithCode(), environment);
    world.pass(3 * 24 * 3600 + 60);
    const asked = aBusEvent('HelpRequested', {
      aggregate: 'environment',
      environmentId: environment.environmentId,
      companyId: holding.companyId,
      topic: 'no-code-received',
    });
    await world.send(asked);
    await world.send(asked);
    expect(world.sent.map(({ to }) => to)).toEqual(['operators@vendor.example']);
    const { subject, text } = world.sent[0]!;
    expect(subject).toBe(`Customer asks for help: ${environment.name} (no-code-received)`);
    const words = text.replace(/\s+/g, ' ');
    expect(words).toContain('has a code, not integrated yet, last changed 3 days ago');
    expect(words).toContain('no code asked for (con_');
    for (const { email } of environment.contacts) expect(words).toContain(email);
    // Neither what opens the App Store nor what opens the page.
    expect(text).not.toContain(code.code);
    expect(text).not.toContain(connectUrl);
  });

  it('names the tenant ID by its start: those that Visma made on one day end alike', async () => {
    const { sent, send, event } = scene(aConnectionWithTenant({ lastFailure: 'wrong-organisation' }));
    await send(event('AccessTestFailed', { reason: 'wrong-organisation' }));
    expect(sent[0]?.text).toContain(`begint met ${someTenantId.slice(0, 8)} `);
    expect(sent[0]?.text).not.toContain(someTenantId);
  });

  it('happens once however often the event comes', async () => {
    const { sent, send, event } = scene(aConnectionWithCode());
    const about = event('InvitationCodeIssued', { codeId: code.codeId });
    await send(about);
    await send(about);
    await send(about);
    expect(sent).toHaveLength(1);
  });

  it('waits for the mail service when its answer was lost, and does not send again once it said so', async () => {
    const world = scene(aConnectionWithCode());
    const about = world.event('InvitationCodeIssued', { codeId: code.codeId });
    world.trouble = 'answer lost';
    await expect(world.send(about)).rejects.toThrow('connection reset');
    world.trouble = 'none';
    await expect(world.send(about)).rejects.toMatchObject({ name: 'TransientError', retryAfterSeconds: 600 });
    const [planned] = await planMails(about, {
      ...world.store,
      settings,
      connectUrl: async () => connectUrl,
      now: () => new Date(someTime),
    });
    await world.store.mails.markSent(planned?.mailId ?? '', 'message-1', someTime);
    await world.send(about);
    expect(world.sent).toHaveLength(1);
  });

  it('sends again when nothing settled it in time: a code must arrive', async () => {
    const world = scene(aConnectionWithCode());
    const about = world.event('InvitationCodeIssued', { codeId: code.codeId });
    world.trouble = 'answer lost';
    await expect(world.send(about)).rejects.toThrow('connection reset');
    world.trouble = 'none';
    world.pass(601);
    await world.send(about);
    expect(world.sent).toHaveLength(2);
  });

  it('may be tried at once after a refusal', async () => {
    const world = scene(aConnectionWithCode());
    const about = world.event('InvitationCodeIssued', { codeId: code.codeId });
    world.trouble = 'refused';
    await expect(world.send(about)).rejects.toThrow('throttled');
    world.trouble = 'none';
    await world.send(about);
    expect(world.sent).toHaveLength(1);
  });

  it('reaches the other contacts when one address is refused', async () => {
    const contacts = [
      { email: 'kapot@klant.example', name: '' },
      { email: 'goed@klant.example', name: '' },
    ];
    const world = scene(aConnectionWithCode(), anEnvironment({ contacts }));
    const about = world.event('InvitationCodeIssued', { codeId: code.codeId });
    const mailer: Mailer = {
      async send(mail) {
        if (mail.to.startsWith('kapot')) throw new NotSent('no such address');
        world.sent.push(mail);
        return { messageId: 'message-1' };
      },
    };
    const sending = sendMails(about, {
      plan: (one) =>
        planMails(one, {
          ...world.store,
          settings,
          connectUrl: async () => connectUrl,
          now: () => new Date(someTime),
        }),
      mails: world.store.mails,
      mailer,
      clock: () => new Date(someTime),
      settleSeconds: 600,
      isNotSent: (error) => error instanceof NotSent,
    });
    await expect(sending).rejects.toThrow('no such address');
    expect(world.sent.map((mail) => mail.to)).toEqual(['goed@klant.example']);
  });
});

describe('mails about a connection that broke', () => {
  const both = ['finance@voorbeeld.example', 'operators@vendor.example'];
  const told = (reason: string) => ({ reason, state: 'disconnected', at: someTime });

  it('tell the contacts what to do and the operators that it is so, once each', async () => {
    const { sent, send, event } = scene(aDisconnectedConnection());
    const about = event('ConnectionDisconnected', told('missing-scopes'));
    await send(about);
    await send(about);
    expect(sent.map(({ to }) => to)).toEqual(both);
    expect(sent[0]?.subject).toContain('werkt niet meer');
    expect(sent[0]?.text).toContain('alle rechten aan');
    expect(sent[1]?.text).toContain('npm run operator -- check-health');
  });

  it('come also while it is tested again, and not when it works again or is over', async () => {
    const tested = { ...aDisconnectedConnection(), state: 'tenant-id-received' } as const;
    const { disconnection: _gone, ...whole } = aDisconnectedConnection({ state: 'activated' });
    const later = { ...aDisconnectedConnection().disconnection!, since: '2026-03-09T09:00:00.000Z' };
    for (const [connection, count] of [
      [tested, 2],
      [whole, 0],
      [aDisconnectedConnection({ disconnection: later }), 0],
    ] as const) {
      const { sent, send, event } = scene(connection);
      await send(event('ConnectionDisconnected', told('no-licence')));
      expect(sent).toHaveLength(count);
    }
  });

  it('tell both again when it works again, and of a first activation the contacts only', async () => {
    const { disconnection: _gone, ...active } = aDisconnectedConnection({ state: 'activated' });
    const again = scene(active);
    await again.send(again.event('SpendCloudInformed', { recovered: true }));
    expect(again.sent.map(({ to }) => to)).toEqual(both);
    expect(again.sent.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('werkt weer'),
      expect.stringContaining('Connected again'),
    ]);
    const first = scene(active);
    await first.send(first.event('SpendCloudInformed'));
    expect(first.sent).toMatchObject([{ to: both[0], subject: expect.stringMatching(/Visma.net werkt \(/) }]);
  });

  it('answer a customer who tried to mend it, and nobody else', async () => {
    const failed = aDisconnectedConnection({ lastFailure: 'not-integrated' });
    const { sent, send, event } = scene(failed);
    const detail = { reason: 'not-integrated', state: 'disconnected' };
    await send(event('AccessTestFailed', { ...detail, quiet: true }));
    expect(sent).toEqual([]);
    await send(event('AccessTestFailed', detail));
    expect(sent).toMatchObject([{ to: both[0], subject: expect.stringContaining('werkt nog niet') }]);
  });
});

describe('a mail that is no longer true', () => {
  const code = aCode();

  it.each([
    ['a code that was replaced', 'InvitationCodeIssued', aConnectionWithCode(), { codeId: 'code_other' }],
    [
      'a code that has expired',
      'InvitationCodeIssued',
      aConnectionWithCode({ invitationCode: aCode({ expiresAt: '2020-01-01T00:00:00.000Z' }) }),
      { codeId: code.codeId },
    ],
    ['an expiry of a connection that went on', 'InvitationCodeExpired', aConnectionWithCode(), {}],
    [
      'a failure that another tenant ID has replaced',
      'AccessTestFailed',
      aConnectionWithTenant(),
      { reason: 'wrong-organisation' },
    ],
    [
      'an activation that was cancelled',
      'SpendCloudInformed',
      aConnectionWithCode({ state: 'cancelled' }),
      {},
    ],
    [
      'a refusal of our own client',
      'AccessTestFailed',
      aConnectionWithTenant({ lastFailure: 'client-rejected' }),
      { reason: 'client-rejected' },
    ],
  ])('is not sent: %s', async (_, type, connection, detail) => {
    const { sent, send, event } = scene(connection);
    await send(event(type, detail));
    expect(sent).toEqual([]);
  });
});

describe('mails on the way', () => {
  const code = aCode();

  it('ask for the tenant ID when the integration was seen, as long as it is not known', async () => {
    const seen = scene(aConnectionWithCode({ state: 'app-integrated' }));
    await seen.send(seen.event('AppIntegrated'));
    expect(seen.sent).toMatchObject([{ subject: expect.stringContaining('stuur ons de Tenant ID') }]);
    for (const connection of [
      aConnectionWithTenant(),
      aConnectionWithCode({ state: 'app-integrated', tenantId: someTenantId }),
    ]) {
      const { sent, send, event } = scene(connection);
      await send(event('AppIntegrated'));
      expect(sent).toEqual([]);
    }
  });

  it('remind of a code that expires, as long as it is waited for', async () => {
    const waiting = scene(aConnectionWithCode());
    await waiting.send(waiting.event('InvitationCodeExpiring', { codeId: code.codeId }));
    expect(waiting.sent).toMatchObject([{ subject: expect.stringContaining('verloopt binnenkort') }]);
    expect(waiting.sent[0]?.text).toContain(code.code);
    for (const [connection, codeId] of [
      [aConnectionWithTenant({ invitationCode: code }), code.codeId],
      [aConnectionWithCode({ state: 'expired' }), code.codeId],
      [aConnectionWithCode(), 'code_other'],
    ] as const) {
      const { sent, send, event } = scene(connection);
      await send(event('InvitationCodeExpiring', { codeId }));
      expect(sent).toEqual([]);
    }
  });
});

describe('contacts whom mails do not reach', () => {
  const undeliverable = { reason: 'bounce', at: someTime } as const;
  const dead = { email: 'weg@klant.example', name: '', undeliverable };
  const alive = { email: 'goed@klant.example', name: '' };
  const code = aCode();

  it('are left out', async () => {
    const { sent, send, event } = scene(aConnectionWithCode(), anEnvironment({ contacts: [dead, alive] }));
    await send(event('InvitationCodeIssued', { codeId: code.codeId }));
    expect(sent).toMatchObject([{ to: alive.email, tags: { environmentId: 'voorbeeld' } }]);
  });

  it('leave the operators to be told, once and without the code, when nobody else is there', async () => {
    const { sent, send, event } = scene(aConnectionWithCode(), anEnvironment({ contacts: [dead] }));
    const about = event('InvitationCodeIssued', { codeId: code.codeId });
    await send(about);
    await send(about);
    expect(sent.map(({ to }) => to)).toEqual(['operators@vendor.example']);
    expect(sent[0]?.text).toContain('Your invitation code');
    expect(sent[0]?.text).toContain(dead.email);
    expect(JSON.stringify(sent)).not.toContain(code.code);
    expect(sent[0]).not.toHaveProperty('tags.environmentId');
  });

  it('are told of to the operators, unless one of them was faster', async () => {
    const about = (environmentId: string) =>
      aBusEvent('ContactUndeliverable', { aggregate: 'environment', environmentId, reason: 'bounce' });
    const one = scene(aConnectionWithCode(), anEnvironment({ contacts: [dead, alive] }));
    await one.send(about('voorbeeld'));
    expect(one.sent).toMatchObject([{ to: 'operators@vendor.example' }]);
    expect(one.sent[0]?.text).toMatch(/Out of reach: weg@klant.example\nWithin reach: 1\n/);
    const healed = scene(aConnectionWithCode(), anEnvironment({ contacts: [alive] }));
    await healed.send(about('voorbeeld'));
    expect(healed.sent).toEqual([]);
  });
});

describe('mails to operators', () => {
  it('go to the operators, in their language', async () => {
    const { sent, send, event } = scene(
      aConnectionWithCode({
        state: 'needs-attention',
        attention: { reason: 'identity-mismatch', from: 'tenant-id-received' },
      }),
    );
    await send(event('AttentionNeeded', { reason: 'identity-mismatch' }));
    expect(sent.map((mail) => mail.to)).toEqual(['operators@vendor.example']);
    expect(sent[0]?.text).toContain('npm run operator -- show');
  });

  it('tell of a ticket that no environment matches', async () => {
    const { sent, send } = scene(aConnectionWithCode());
    await send(
      aBusEvent('TicketUnmatched', {
        aggregate: 'delivery',
        reason: 'unknown-requester',
        ticketKey: 'generic:4711',
      }),
    );
    expect(sent[0]?.subject).toContain('Ticket 4711');
    expect(sent[0]?.text).toContain('--ticket 4711');
  });
});

describe('the link to the connect page', () => {
  it('is in what contacts get, as a button and as text, and in nothing that operators get', async () => {
    const world = scene(aConnectionWithCode());
    const planned = await planMails(world.event('InvitationCodeIssued', { codeId: aCode().codeId }), {
      ...world.store,
      settings,
      connectUrl: async () => connectUrl,
      now: () => new Date(someTime),
    });
    const [first] = planned;
    if (first === undefined) throw new Error('No mail was planned.');
    const { html, text } = composeMail(first.mail, first.locale, first.to, first.facts);
    expect(html).toContain(`href="${connectUrl}"`);
    expect(text).toContain(`Open uw koppelpagina:\n${connectUrl}\n`);
    const stock = await planMails(world.event('TicketUnmatched', { reason: 'unknown-requester' }), {
      ...world.store,
      settings,
      connectUrl: async () => connectUrl,
      now: () => new Date(someTime),
    });
    expect(stock).toHaveLength(1);
    expect(stock[0]?.facts.connectUrl).toBeUndefined();
  });

  it('is signed with the newest key for as long as the stage says', async () => {
    const urls = createConnectUrls({
      baseUrl: 'https://api.example',
      days: 30,
      keys: { read: async () => ['new', 'old'], readAgain: async () => [] },
      clock: () => new Date(someTime),
    });
    const [, link = ''] = (await urls(anEnvironment())).split('/connect/');
    const inDays = (days: number) => new Date(Date.parse(someTime) + days * 86_400_000);
    expect(readConnectLink(link, ['new'], inDays(29))).toMatchObject({ status: 'valid', generation: 1 });
    expect(readConnectLink(link, ['new'], inDays(30))).toMatchObject({ status: 'expired' });
    expect(readConnectLink(link, ['old'], inDays(1))).toEqual({ status: 'unknown' });
  });
});
