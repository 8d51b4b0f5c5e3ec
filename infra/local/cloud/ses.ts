import { createHash, randomUUID } from 'node:crypto';
import { readInput } from './api-input.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  type ApiCall,
  AwsError,
  type Cloud,
  type CloudService,
  type Identity,
  type Permission,
  type Resource,
  UnsupportedTemplate,
} from './service.ts';
import { type EventType, eventsOf } from './ses-events.ts';
import { bareAddress, type Mail, type SendEmail, sendEmailInput } from './ses-mail.ts';
import { type Mailbox, openMailbox } from './ses-mailbox.ts';
import { readConfigurationSet, readDestination, readIdentity } from './ses-resources.ts';

/**
 * What goes wrong with the next `SendEmail` calls: `throttle` answers 429, `fail` 503, both without accepting;
 * `lose-answer` accepts the mail and answers 503 all the same, which is what a broken connection looks like to a caller.
 */
type SesFault = 'throttle' | 'fail' | 'lose-answer';

export interface SesOptions {
  /** Port of the mailbox on 127.0.0.1; 0 takes any free one. */
  readonly mailboxPort: number;
  readonly clock?: Clock;
}

export interface SesService extends CloudService {
  create(resource: Resource): Identity;
  /** Accepted mails, oldest first. */
  mails(): readonly Mail[];
  clear(): void;
  /** Puts a fault before the next `times` calls. */
  fault(fault: SesFault, times?: number): void;
  /** Base URL of the mailbox once it has started. */
  mailboxUrl(): string;
}

interface ConfigurationSet {
  readonly sendingEnabled: boolean;
  readonly destinations: (readonly EventType[])[];
}

/** Amazon SES, API v2: identities count as verified, nothing leaves the machine, events follow the recipient's name. */
export function createSes(cloud: Cloud, options: SesOptions): SesService {
  const clock = options.clock ?? systemClock;
  /** Identity to its default configuration set. */
  const identities = new Map<string, string | undefined>();
  const configurationSets = new Map<string, ConfigurationSet>();
  const faults: SesFault[] = [];
  let stored: Mail[] = [];
  let count = 0;
  let mailbox: Mailbox | undefined;
  const arn = (kind: string, name: string) =>
    `arn:aws:ses:${cloud.region}:${cloud.accountId}:${kind}/${name}`;

  function create(resource: Resource): Identity {
    switch (resource.type) {
      case 'AWS::SES::EmailIdentity': {
        const { identity, configurationSet } = readIdentity(resource);
        identities.set(identity.toLowerCase(), configurationSet);
        return { ref: identity, attributes: dkimTokens(identity) };
      }
      case 'AWS::SES::ConfigurationSet': {
        const { name, sendingEnabled } = readConfigurationSet(resource);
        configurationSets.set(name, { sendingEnabled, destinations: [] });
        return { ref: name, attributes: {} };
      }
      default: {
        const destination = readDestination(resource, arn);
        const set = configurationSets.get(destination.configurationSet);
        if (set === undefined) {
          throw new UnsupportedTemplate(
            resource.path,
            `there is no configuration set ${destination.configurationSet}`,
          );
        }
        if (destination.enabled) set.destinations.push(destination.events);
        return { ref: destination.id, attributes: { Id: destination.id } };
      }
    }
  }

  /** The verified identity that covers an address: itself, its domain, or a parent of that. */
  function identityOf(address: string): string | undefined {
    const lower = address.toLowerCase();
    const labels = (lower.split('@')[1] ?? '').split('.');
    return [lower, ...labels.map((_, index) => labels.slice(index).join('.'))].find((one) =>
      identities.has(one),
    );
  }

  function permissions(call: ApiCall): readonly Permission[] {
    if (call.action !== 'SendEmail') return [{ action: `ses:${call.action}`, resource: '*' }];
    const input = readInput(call, sendEmailInput, 'BadRequestException');
    const from = bareAddress(input.FromEmailAddress) ?? input.FromEmailAddress;
    const identity = identityOf(from);
    const recipients = recipientsOf(input).map((address) => bareAddress(address) ?? address);
    const context = { 'ses:ApiVersion': '2', 'ses:FromAddress': from, 'ses:Recipients': recipients };
    const set = input.ConfigurationSetName ?? identities.get(identity ?? '');
    const resources = [
      arn('identity', identity ?? from),
      ...(set === undefined ? [] : [arn('configuration-set', set)]),
    ];
    return resources.map((resource) => ({ action: 'ses:SendEmail', resource, context }));
  }

  function accept(input: SendEmail): Mail {
    const from = bareAddress(input.FromEmailAddress);
    if (from === undefined)
      throw badRequest(`FromEmailAddress: ${input.FromEmailAddress} is not an address.`);
    const identity = identityOf(from);
    if (identity === undefined) {
      const region = cloud.region.toUpperCase();
      const text = `Email address is not verified. The following identities failed the check in region ${region}: ${from}`;
      throw new AwsError('MessageRejected', text);
    }
    const recipients = recipientsOf(input);
    if (recipients.length === 0 || recipients.length > 50) throw badRequest('A mail has 1 to 50 recipients.');
    const wrong = [...recipients, ...input.ReplyToAddresses].find(
      (address) => bareAddress(address) === undefined,
    );
    if (wrong !== undefined) throw badRequest(`Illegal address: ${wrong}`);
    const setName = input.ConfigurationSetName ?? identities.get(identity);
    const set = setName === undefined ? undefined : configurationSets.get(setName);
    if (setName !== undefined && set === undefined) {
      throw new AwsError('NotFoundException', `Configuration set <${setName}> does not exist.`, 404);
    }
    if (set?.sendingEnabled === false) {
      throw new AwsError('SendingPausedException', `Sending is paused for configuration set <${setName}>.`);
    }
    const { Simple: content } = input.Content;
    count += 1;
    const mail: Mail = {
      id: `${count}`,
      messageId: `${clock.now().toString(16).padStart(16, '0')}-${randomUUID()}-000000`,
      at: new Date(clock.now()).toISOString(),
      from: input.FromEmailAddress,
      to: input.Destination.ToAddresses,
      cc: input.Destination.CcAddresses,
      bcc: input.Destination.BccAddresses,
      replyTo: input.ReplyToAddresses,
      subject: content.Subject.Data,
      html: content.Body.Html?.Data ?? null,
      text: content.Body.Text?.Data ?? null,
      headers: content.Headers.map(({ Name: name, Value: value }) => ({ name, value })),
      attachments: content.Attachments.map(({ FileName, ContentType, RawContent }) => ({
        fileName: FileName,
        contentType: ContentType,
        content: RawContent,
      })),
      tags: Object.fromEntries(input.EmailTags.map((tag) => [tag.Name, tag.Value])),
      configurationSet: setName ?? null,
    };
    stored.push(mail);
    for (const event of eventsOf(mail, identity, cloud)) {
      for (const wanted of set?.destinations ?? []) {
        if (!wanted.includes(event.type)) continue;
        cloud.emit('aws.ses', event.detailType, event.detail, [arn('configuration-set', setName ?? '')]);
      }
    }
    return mail;
  }

  async function call(call: ApiCall) {
    if (call.action !== 'SendEmail') {
      throw new AwsError(
        'UnknownOperationException',
        `The local cloud does not offer ses:${call.action}.`,
        404,
      );
    }
    const input = readInput(call, sendEmailInput, 'BadRequestException');
    const fault = faults.shift();
    if (fault === 'throttle')
      throw new AwsError('TooManyRequestsException', 'Maximum sending rate exceeded.', 429);
    if (fault === 'fail') throw new AwsError('ServiceUnavailable', 'SES is unavailable.', 503);
    const mail = accept(input);
    if (fault === 'lose-answer')
      throw new AwsError('ServiceUnavailable', 'The answer was lost on its way.', 503);
    return { body: { MessageId: mail.messageId } };
  }

  return {
    name: 'ses',
    types: [
      'AWS::SES::EmailIdentity',
      'AWS::SES::ConfigurationSet',
      'AWS::SES::ConfigurationSetEventDestination',
    ],
    create,
    permissions,
    call,
    async start() {
      const clear = () => {
        stored = [];
      };
      mailbox = await openMailbox({ list: () => stored, clear }, options.mailboxPort);
    },
    async stop() {
      await mailbox?.close();
      mailbox = undefined;
    },
    mails: () => stored,
    clear() {
      stored = [];
    },
    fault: (fault, times = 1) => {
      for (let time = 0; time < times; time += 1) faults.push(fault);
    },
    mailboxUrl() {
      if (mailbox === undefined) throw new Error('the mailbox has not been started');
      return mailbox.url;
    },
  };
}

function recipientsOf({ Destination: to }: SendEmail): readonly string[] {
  return [...to.ToAddresses, ...to.CcAddresses, ...to.BccAddresses];
}

function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}

/** DNS records that a template may put out; they verify nothing here. */
function dkimTokens(identity: string): Record<string, string> {
  const tokens = [1, 2, 3].map((number) => {
    const token = createHash('sha256').update(`${identity} ${number}`).digest('hex').slice(0, 32);
    return [
      [`DkimDNSTokenName${number}`, `${token}._domainkey.${identity}`],
      [`DkimDNSTokenValue${number}`, `${token}.dkim.amazonses.com`],
    ] as const;
  });
  return Object.fromEntries(tokens.flat());
}
