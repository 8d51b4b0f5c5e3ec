import { SESv2Client, SendEmailCommand, TooManyRequestsException } from '@aws-sdk/client-sesv2';
import { describe, expect, it } from 'vitest';
import { UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';
import { createSes } from '../../../infra/local/cloud/ses.ts';
import { answerMailbox } from '../../../infra/local/cloud/ses-mailbox.ts';
import { apiCall, call, FakeCloud, resource } from './fake-cloud.ts';
import { ManualClock } from './manual-clock.ts';
import { sdkConfig } from './sdk-transport.ts';

const defaultBus = 'arn:aws:events:eu-west-1:000000000000:event-bus/default';
const setArn = 'arn:aws:ses:eu-west-1:000000000000:configuration-set/mails';

function start({ set = {}, destination = {} }: { set?: object; destination?: object } = {}) {
  const cloud = new FakeCloud();
  const ses = createSes(cloud, { mailboxPort: 0, clock: new ManualClock() });
  ses.create(resource('AWS::SES::ConfigurationSet', { Name: 'mails', ...set }, 'Set'));
  ses.create(resource('AWS::SES::EmailIdentity', { EmailIdentity: 'leverancier.example' }, 'Identity'));
  ses.create(
    resource('AWS::SES::ConfigurationSetEventDestination', {
      ConfigurationSetName: 'mails',
      EventDestination: {
        Name: 'bus',
        Enabled: true,
        MatchingEventTypes: ['send', 'delivery', 'bounce', 'complaint', 'open'],
        EventBridgeDestination: { EventBusArn: defaultBus },
        ...destination,
      },
    }),
  );
  const send = (more: Record<string, unknown> = {}) => call(ses, 'SendEmail', mail(more));
  return { cloud, ses, send };
}

function mail(more: Record<string, unknown> = {}) {
  return {
    FromEmailAddress: 'Koppeling <koppeling@mail.leverancier.example>',
    Destination: { ToAddresses: ['inkoop@klant.example'] },
    Content: {
      Simple: {
        Subject: { Data: 'Uw code' },
        Body: { Text: { Data: 'Beste klant' }, Html: { Data: '<p>Beste klant</p>' } },
        Headers: [{ Name: 'X-Event', Value: 'e1' }],
      },
    },
    EmailTags: [{ Name: 'eventId', Value: 'e-1_A' }],
    ConfigurationSetName: 'mails',
    ...more,
  };
}

const picture = '<svg xmlns="http://www.w3.org/2000/svg"/>';

function withAttachment(more: Record<string, unknown> = {}) {
  const attachment = {
    FileName: 'verloop.svg',
    ContentType: 'image/svg+xml',
    ContentDisposition: 'ATTACHMENT',
    ContentTransferEncoding: 'BASE64',
    RawContent: Buffer.from(picture).toString('base64'),
    ...more,
  };
  const { Simple } = mail().Content;
  return { Content: { Simple: { ...Simple, Attachments: [attachment] } } };
}

describe('attachments', () => {
  it('come as the SDK sends them, are on the page, and a picture is shown without a right to do anything', async () => {
    const { ses } = start();
    const { Simple } = mail().Content;
    const client = new SESv2Client(sdkConfig(ses));
    await client.send(
      new SendEmailCommand({
        ...mail(),
        Content: {
          Simple: {
            ...Simple,
            Attachments: [
              {
                FileName: 'verloop.svg',
                ContentType: 'image/svg+xml',
                ContentDisposition: 'ATTACHMENT',
                ContentTransferEncoding: 'BASE64',
                RawContent: Buffer.from(picture),
              },
            ],
          },
        },
      }),
    );
    const store = { list: () => ses.mails(), clear: () => ses.clear() };
    const host = '127.0.0.1:4603';
    expect(answerMailbox(store, 'GET', '/mails/1', host).body).toContain(
      '<a href="/mails/1/attachments/1">verloop.svg</a>',
    );
    await ses.start?.();
    try {
      const answer = await fetch(`${ses.mailboxUrl()}/mails/1/attachments/1`);
      expect(await answer.text()).toBe(picture);
      expect(answer.headers.get('content-type')).toContain('image/svg+xml');
      expect(answer.headers.get('content-disposition')).toMatch(/^inline/);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect((await fetch(`${ses.mailboxUrl()}/mails/1/attachments/2`)).status).toBe(404);
    } finally {
      await ses.stop?.();
    }
  });

  it('that are no picture are kept as a file and never shown', async () => {
    const { ses, send } = start();
    await send(withAttachment({ FileName: 'x.html', ContentType: 'text/html' }));
    const store = { list: () => ses.mails(), clear: () => ses.clear() };
    expect(answerMailbox(store, 'GET', '/mails/1/attachments/1', '127.0.0.1')).toMatchObject({
      type: 'application/octet-stream',
      disposition: expect.stringMatching(/^attachment/),
    });
  });

  it.each([
    ['a path', { FileName: '../x.svg' }, /path/],
    ['a line break in the name', { FileName: 'a\r\nb.svg' }, /line break/],
    ['content that is no base64', { RawContent: 'ü' }, /RawContent/],
    ['a type that is none', { ContentType: 'picture' }, /MIME/],
    ['a picture inside the text', { ContentDisposition: 'INLINE' }, /ContentDisposition/],
  ])('are refused with %s', async (_what, more, reason) => {
    const { send } = start();
    await expect(send(withAttachment(more))).rejects.toMatchObject({
      code: 'BadRequestException',
      message: expect.stringMatching(reason),
    });
  });
});

describe('sending', () => {
  it('keeps the mail as it was sent', async () => {
    const { ses } = start();
    const client = new SESv2Client(sdkConfig(ses));
    const sent = await client.send(
      new SendEmailCommand(mail({ ReplyToAddresses: ['support@leverancier.example'] })),
    );
    expect(ses.mails()).toEqual([
      {
        id: '1',
        messageId: sent.MessageId,
        at: '2026-03-02T09:00:00.000Z',
        from: 'Koppeling <koppeling@mail.leverancier.example>',
        to: ['inkoop@klant.example'],
        cc: [],
        bcc: [],
        replyTo: ['support@leverancier.example'],
        subject: 'Uw code',
        html: '<p>Beste klant</p>',
        text: 'Beste klant',
        headers: [{ name: 'X-Event', value: 'e1' }],
        attachments: [],
        tags: { eventId: 'e-1_A' },
        configurationSet: 'mails',
      },
    ]);
  });

  it.each([
    [
      'a sender of no verified identity',
      { FromEmailAddress: 'x@other.example' },
      'MessageRejected',
      /not verified/,
    ],
    [
      'a sender that only ends like one',
      { FromEmailAddress: 'x@evilleverancier.example' },
      'MessageRejected',
      /not verified/,
    ],
    ['nobody to send to', { Destination: { ToAddresses: [] } }, 'BadRequestException', /1 to 50/],
    [
      'an address that is none',
      { Destination: { ToAddresses: ['nobody'] } },
      'BadRequestException',
      /Illegal address/,
    ],
    [
      'a local part beyond ASCII',
      { Destination: { ToAddresses: ['zoë@klant.example'] } },
      'BadRequestException',
      /Illegal/,
    ],
    [
      'a line break in an address',
      { ReplyToAddresses: ['a@b.example\r\nBcc: c@d.example'] },
      'BadRequestException',
      /line break/,
    ],
    [
      'a space in a tag',
      { EmailTags: [{ Name: 'a b', Value: 'x' }] },
      'BadRequestException',
      /letters, digits/,
    ],
    [
      'an address in a tag',
      { EmailTags: [{ Name: 'to', Value: 'a@b.example' }] },
      'BadRequestException',
      /letters, digits/,
    ],
    ['an empty tag', { EmailTags: [{ Name: 'to', Value: '' }] }, 'BadRequestException', /letters, digits/],
    [
      'a long tag',
      { EmailTags: [{ Name: 'to', Value: 'x'.repeat(257) }] },
      'BadRequestException',
      /letters, digits/,
    ],
    ['an unknown configuration set', { ConfigurationSetName: 'none' }, 'NotFoundException', /does not exist/],
    ['raw content', { Content: { Raw: { Data: 'x' } } }, 'BadRequestException', /Simple/],
    ['list management', { ListManagementOptions: {} }, 'BadRequestException', /ListManagementOptions/],
    [
      'no body',
      { Content: { Simple: { Subject: { Data: 'x' }, Body: {} } } },
      'BadRequestException',
      /neither Text nor Html/,
    ],
    [
      'a line break in the subject',
      { Content: { Simple: { Subject: { Data: 'x\nBcc: a@b' }, Body: { Text: { Data: 'x' } } } } },
      'BadRequestException',
      /line break/,
    ],
  ])('refuses %s', async (_what, more, code, reason) => {
    const { ses, cloud, send } = start();
    await expect(send(more)).rejects.toMatchObject({ code, message: expect.stringMatching(reason) });
    expect(ses.mails()).toEqual([]);
    expect(cloud.emitted).toEqual([]);
  });

  it('refuses while sending is paused', async () => {
    const { send } = start({ set: { SendingOptions: { SendingEnabled: false } } });
    await expect(send()).rejects.toMatchObject({ code: 'SendingPausedException' });
  });

  it('asks IAM for the identity and the configuration set', () => {
    const { ses } = start();
    const asked = ses.permissions(apiCall('ses', 'SendEmail', mail()));
    expect(asked.map((permission) => [permission.action, permission.resource])).toEqual([
      ['ses:SendEmail', 'arn:aws:ses:eu-west-1:000000000000:identity/leverancier.example'],
      ['ses:SendEmail', setArn],
    ]);
    expect(asked[0]?.context).toMatchObject({
      'ses:FromAddress': 'koppeling@mail.leverancier.example',
      'ses:Recipients': ['inkoop@klant.example'],
    });
  });
});

describe('faults', () => {
  it('throttles as often as told', async () => {
    const { ses, send } = start();
    const client = new SESv2Client(sdkConfig(ses));
    ses.fault('throttle', 2);
    await expect(client.send(new SendEmailCommand(mail()))).rejects.toThrow(TooManyRequestsException);
    await expect(send()).rejects.toMatchObject({ status: 429 });
    await send();
    expect(ses.mails()).toHaveLength(1);
  });

  it('accepts the mail and loses the answer', async () => {
    const { ses, cloud, send } = start();
    ses.fault('lose-answer');
    await expect(send()).rejects.toMatchObject({ status: 503 });
    expect(ses.mails()).toHaveLength(1);
    expect(cloud.emitted.map((event) => event.detailType)).toEqual(['Email Sent', 'Email Delivered']);
  });

  it('fails without accepting', async () => {
    const { ses, send } = start();
    ses.fault('fail');
    await expect(send()).rejects.toMatchObject({ status: 503 });
    expect(ses.mails()).toEqual([]);
  });
});

describe('events', () => {
  it.each([
    ['inkoop@klant.example', ['Email Sent', 'Email Delivered']],
    ['bounce@klant.example', ['Email Sent', 'Email Bounced']],
    ['Bounce+label@klant.example', ['Email Sent', 'Email Bounced']],
    ['complaint@klant.example', ['Email Sent', 'Email Delivered', 'Email Complaint Received']],
  ])('for %s are %j', async (to, expected) => {
    const { cloud, send } = start();
    await send({ Destination: { ToAddresses: [to] } });
    expect(cloud.emitted.map((event) => event.detailType)).toEqual(expected);
    expect(cloud.emitted.every((event) => event.source === 'aws.ses' && event.resources[0] === setArn)).toBe(
      true,
    );
  });

  it('carry the mail and its tags', async () => {
    const { cloud, send } = start();
    const { MessageId } = await send({ Destination: { ToAddresses: ['bounce@klant.example'] } });
    expect(cloud.emitted[1]?.detail).toMatchObject({
      eventType: 'Bounce',
      mail: {
        messageId: MessageId,
        timestamp: '2026-03-02T09:00:00.000Z',
        destination: ['bounce@klant.example'],
        sourceArn: 'arn:aws:ses:eu-west-1:000000000000:identity/leverancier.example',
        tags: {
          eventId: ['e-1_A'],
          'ses:configuration-set': ['mails'],
          'ses:from-domain': ['mail.leverancier.example'],
        },
      },
      bounce: {
        bounceType: 'Permanent',
        bouncedRecipients: [{ emailAddress: 'bounce@klant.example', action: 'failed', status: '5.1.1' }],
      },
    });
  });

  it('tell the recipients of one mail apart', async () => {
    const { cloud, send } = start();
    await send({ Destination: { ToAddresses: ['a@klant.example', 'bounce@klant.example'] } });
    expect(cloud.emitted[1]?.detail.delivery.recipients).toEqual(['a@klant.example']);
    expect(cloud.emitted[2]?.detail.bounce.bouncedRecipients).toMatchObject([
      { emailAddress: 'bounce@klant.example' },
    ]);
  });

  it('are only those that the destination asks for', async () => {
    const some = start({ destination: { MatchingEventTypes: ['bounce'] } });
    await some.send({ Destination: { ToAddresses: ['bounce@klant.example'] } });
    expect(some.cloud.emitted.map((event) => event.detailType)).toEqual(['Email Bounced']);
    const none = start({ destination: { Enabled: false } });
    await none.send();
    expect(none.cloud.emitted).toEqual([]);
    const without = start();
    await without.send({ ConfigurationSetName: undefined });
    expect(without.cloud.emitted).toEqual([]);
  });

  it.each([
    [{ EventBridgeDestination: { EventBusArn: defaultBus.replace('default', 'own') } }, /default only/],
    [
      { EventBridgeDestination: undefined, SnsDestination: { TopicARN: 'x' } },
      /EventBridgeDestination|SnsDestination/,
    ],
  ])('refuse the destination %j', (destination, reason) => {
    expect(() => start({ destination })).toThrow(UnsupportedTemplate);
    expect(() => start({ destination })).toThrow(reason);
  });
});

describe('the mailbox', () => {
  const host = '127.0.0.1:4000';

  async function filled(more: Record<string, unknown> = {}) {
    const { ses, send } = start();
    await send();
    await send(more);
    const store = { list: ses.mails, clear: ses.clear };
    return (method: string, path: string, from = host) => answerMailbox(store, method, path, from);
  }

  const nasty = {
    Content: {
      Simple: {
        Subject: { Data: '<script>alert(1)</script>' },
        Body: {
          Html: { Data: '<p title="x">hi</p><script>alert(2)</script>' },
          Text: { Data: '</pre><b>&' },
        },
      },
    },
  };

  it('lists mails, newest first, with everything escaped', async () => {
    const ask = await filled(nasty);
    const { status, body } = ask('GET', '/');
    expect(status).toBe(200);
    expect(body).not.toContain('<script>');
    expect(body.indexOf('&lt;script&gt;alert(1)')).toBeLessThan(body.indexOf('Uw code'));
  });

  it('shows a mail with its HTML in a frame without scripts', async () => {
    const ask = await filled(nasty);
    const { body } = ask('GET', '/mails/2');
    expect(body).not.toContain('<script>');
    expect(body).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(body).toContain('&lt;p title=&quot;x&quot;&gt;hi&lt;/p&gt;');
    expect(body).toContain('&lt;/pre&gt;&lt;b&gt;&amp;');
    expect(ask('GET', '/mails/99').status).toBe(404);
  });

  it('answers the store as JSON and empties it', async () => {
    const ask = await filled();
    expect(JSON.parse(String(ask('GET', '/store').body))).toMatchObject([
      { id: '1', subject: 'Uw code' },
      { id: '2' },
    ]);
    expect(ask('DELETE', '/store').status).toBe(204);
    expect(JSON.parse(String(ask('GET', '/store').body))).toEqual([]);
    expect(ask('GET', '/').body).toContain('No mail yet');
  });

  it('refuses other host names and unknown pages', async () => {
    const ask = await filled();
    expect(ask('GET', '/store', 'mailbox.example').status).toBe(403);
    expect(ask('POST', '/store').status).toBe(404);
    expect(ask('GET', '/elsewhere').status).toBe(404);
  });
});
