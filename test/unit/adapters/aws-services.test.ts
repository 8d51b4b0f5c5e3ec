import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { SendTaskSuccessCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import {
  ChangeMessageVisibilityCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { createBus } from '../../../shared/adapters/eventbridge/bus.ts';
import { createLinkKeyRotator } from '../../../shared/adapters/lambda/link-key-rotator.ts';
import { createTenantReader } from '../../../shared/adapters/lambda/tenant-reader.ts';
import { createMailer, isMailNotSent } from '../../../shared/adapters/ses/mailer.ts';
import { createDeadLetters } from '../../../shared/adapters/sqs/dead-letters.ts';
import { createHealthQueue } from '../../../shared/adapters/sqs/health-queue.ts';
import { createInboundQueue } from '../../../shared/adapters/sqs/inbound-queue.ts';
import { createPostponer } from '../../../shared/adapters/sqs/postponer.ts';
import { createExecutions, createWaker } from '../../../shared/adapters/step-functions/executions.ts';
import { toEventDetail } from '../../../shared/contracts/events/event.ts';
import { someTenantId } from '../../builders/connection.ts';
import { anEntry, someTime } from '../../builders/history.ts';

const sdkError = (name: string, fields: object = { $fault: 'client' }) =>
  Object.assign(new Error(name), { name, ...fields });

const region = { region: 'eu-west-1' };
const sfn = mockClient(SFNClient);
const sqs = mockClient(SQSClient);
const events = mockClient(EventBridgeClient);
const lambda = mockClient(LambdaClient);
const ses = mockClient(SESv2Client);

beforeEach(() => {
  for (const mock of [sfn, sqs, events, lambda, ses]) mock.reset();
});

describe('executions', () => {
  const executions = createExecutions('arn:machine', new SFNClient(region));

  it('are named by connection and attempt and get ids only', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    await executions.start('con_1', 2);
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: 'arn:machine',
      name: 'con_1-2',
      input: '{"connectionId":"con_1","attempt":2}',
    });
  });

  it('that were started before are left as they are', async () => {
    sfn.on(StartExecutionCommand).rejects(sdkError('ExecutionAlreadyExists'));
    await expect(executions.start('con_1', 1)).resolves.toBeUndefined();
    sfn.on(StartExecutionCommand).rejects(sdkError('ExecutionLimitExceeded'));
    await expect(executions.start('con_1', 1)).rejects.toMatchObject({ name: 'ExecutionLimitExceeded' });
    sfn.on(StartExecutionCommand).rejects(sdkError('ThrottlingException'));
    await expect(executions.start('con_1', 1)).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('are woken, or are gone', async () => {
    const { wake } = createWaker(new SFNClient(region));
    sfn.on(SendTaskSuccessCommand).resolves({});
    expect(await wake('token')).toBe('woken');
    for (const name of ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']) {
      sfn.on(SendTaskSuccessCommand).rejects(sdkError(name));
      expect(await wake('token')).toBe('gone');
    }
    sfn.on(SendTaskSuccessCommand).rejects(sdkError('AccessDeniedException'));
    await expect(wake('token')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('queues', () => {
  const client = new SQSClient(region);

  it('take a message that fits its contract, and no other', async () => {
    sqs.on(SendMessageCommand).resolves({});
    const queue = createInboundQueue('https://queue.example', client);
    const message = {
      kind: 'visma-tenant-added',
      deliveryKey: 'visma:1',
      receivedAt: someTime,
      tenantId: someTenantId,
    } as const;
    await queue.send(message);
    expect(JSON.parse(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input.MessageBody ?? '')).toEqual(
      message,
    );
    await expect(queue.send({ ...message, receivedAt: 'now' })).rejects.toMatchObject({
      name: 'PermanentError',
    });
    sqs.on(SendMessageCommand).rejects(sdkError('Error', { code: 'ECONNREFUSED' }));
    await expect(queue.send(message)).rejects.toMatchObject({ name: 'TransientError' });
  });

  it.each([
    [0.2, 1],
    [-5, 0],
    [90, 90],
    [1_000_000, 42_300],
  ])('put a message off by %d seconds as %i', async (seconds, timeout) => {
    sqs.on(ChangeMessageVisibilityCommand).resolves({});
    await createPostponer('https://queue.example', client).postpone('handle', seconds);
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input.VisibilityTimeout).toBe(
      timeout,
    );
  });

  it('have nothing to put off when the message is visible again', async () => {
    const postponer = createPostponer('https://queue.example', client);
    sqs.on(ChangeMessageVisibilityCommand).rejects(sdkError('MessageNotInflight'));
    await expect(postponer.postpone('handle', 1)).resolves.toBeUndefined();
    sqs.on(ChangeMessageVisibilityCommand).rejects(sdkError('QueueDoesNotExist'));
    await expect(postponer.postpone('handle', 1)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('get their dead letters back, one move at a time', async () => {
    const deadLetters = createDeadLetters(client);
    sqs.on(StartMessageMoveTaskCommand).resolves({});
    const redrive = { deadLetters: 'arn:dead', queue: 'arn:queue' };
    expect(await deadLetters.redrive(redrive)).toBe('started');
    // Named, since what EventBridge put among the dead letters does not know where it belongs.
    expect(sqs.commandCalls(StartMessageMoveTaskCommand)[0]?.args[0].input).toEqual({
      SourceArn: 'arn:dead',
      DestinationArn: 'arn:queue',
    });
    sqs.on(StartMessageMoveTaskCommand).rejects(sdkError('UnsupportedOperation'));
    expect(await deadLetters.redrive(redrive)).toBe('already-running');
  });
});

describe('the bus', () => {
  const bus = createBus('bus', new EventBridgeClient(region));
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const entry = anEntry({ sequence: index + 1 });
      return { type: entry.type, detail: toEventDetail(entry) };
    });

  it('takes ten events a call, in order', async () => {
    events.on(PutEventsCommand).resolves({ Entries: [] });
    expect(await bus.publish(many(25))).toEqual([]);
    const calls = events.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);
    expect(calls.map((entries) => entries.length)).toEqual([10, 10, 5]);
    expect(calls[1]?.[0]).toMatchObject({
      EventBusName: 'bus',
      Source: 'visma-onboarding',
      DetailType: 'ConnectionRequested',
      Time: new Date(someTime),
    });
    expect(JSON.parse(calls[1]?.[0]?.Detail ?? '')).toMatchObject({ sequence: 11 });
  });

  it('names what it did not take by its place', async () => {
    events
      .on(PutEventsCommand)
      .resolvesOnce({
        FailedEntryCount: 1,
        Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException' }],
      })
      .resolves({ Entries: [{ ErrorCode: 'InternalFailure' }] });
    expect(await bus.publish(many(11))).toEqual([
      { index: 1, code: 'ThrottlingException' },
      { index: 10, code: 'InternalFailure' },
    ]);
  });

  it('that fails as a whole leaves the rest unpublished, and throws what no repetition mends', async () => {
    events
      .on(PutEventsCommand)
      .resolvesOnce({ Entries: [] })
      .rejects(sdkError('InternalException', { $fault: 'server' }));
    const unpublished = await bus.publish(many(23));
    expect(unpublished.map(({ index }) => index)).toEqual([
      10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
    ]);
    expect(events.commandCalls(PutEventsCommand)).toHaveLength(2);
    events.on(PutEventsCommand).rejects(sdkError('AccessDeniedException'));
    await expect(bus.publish(many(1))).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

describe('the health queue', () => {
  const queue = createHealthQueue('https://sqs.example/health', new SQSClient(region));

  it('puts a check off to its moment, as far as SQS goes', async () => {
    sqs.on(SendMessageCommand).resolves({});
    const message = { kind: 'check', connectionId: 'con_1', period: 20_514 } as const;
    for (const delay of [undefined, -3, 12.7, 901]) await queue.send(message, delay);
    const inputs = sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
    expect(inputs.map(({ DelaySeconds }) => DelaySeconds)).toEqual([0, 0, 12, 900]);
    expect(JSON.parse(inputs[0]?.MessageBody ?? '')).toEqual(message);
  });

  it('refuses what the consumer would not understand', async () => {
    const wrong = { kind: 'check', connectionId: '' } as const;
    await expect(queue.send(wrong)).rejects.toMatchObject({ name: 'PermanentError' });
  });
});

describe('the reader of tenants by way of the access test', () => {
  const reader = createTenantReader('test-access', new LambdaClient(region));
  // The SDK's payload type is a byte array with a method of its own.
  const answer = (payload: unknown, FunctionError?: string) =>
    lambda.on(InvokeCommand).resolves({
      Payload: Buffer.from(JSON.stringify(payload)) as never,
      ...(FunctionError === undefined ? {} : { FunctionError }),
    });

  it('asks for the tenant and answers the reading', async () => {
    answer({ outcome: 'not-integrated' });
    expect(await reader.read(someTenantId)).toEqual({ outcome: 'not-integrated' });
    const payload = lambda.commandCalls(InvokeCommand)[0]?.args[0].input.Payload;
    expect(JSON.parse(Buffer.from(payload as Uint8Array).toString())).toEqual({ readTenant: someTenantId });
  });

  it.each([
    ['TransientError', 'TransientError'],
    ['PermanentError', 'PermanentError'],
    ['Sandbox.Timedout', 'TransientError'],
    ['Runtime.ExitError', 'TransientError'],
  ])('takes a function error %s for a %s', async (errorType, name) => {
    answer({ errorType, errorMessage: 'secret' }, 'Unhandled');
    await expect(reader.read(someTenantId)).rejects.toMatchObject({
      name,
      message: expect.not.stringContaining('secret'),
    });
  });

  it('learns from the answer for how long Visma wants to be left in peace', async () => {
    answer({ outcome: 'unavailable', retryAfterSeconds: 1_800 });
    await expect(reader.read(someTenantId)).rejects.toMatchObject({
      name: 'TransientError',
      retryAfterSeconds: 1_800,
    });
    answer({ outcome: 'unavailable' });
    await expect(reader.read(someTenantId)).rejects.toMatchObject({ name: 'TransientError' });
  });

  it('passes on what is left of the tenant’s calls', async () => {
    const reading = {
      outcome: 'read',
      organisations: [{ organizationCd: '1', name: 'Voorbeeld' }],
      rateLimit: { limit: 1_000, remaining: 12, resetSeconds: 90 },
    };
    answer(reading);
    expect(await reader.read(someTenantId)).toEqual(reading);
  });

  it('asks again when the function is throttled, and refuses an answer that does not fit', async () => {
    lambda.on(InvokeCommand).rejects(sdkError('TooManyRequestsException'));
    await expect(reader.read(someTenantId)).rejects.toMatchObject({ name: 'TransientError' });
    answer({ outcome: 'fine' });
    await expect(reader.read(someTenantId)).rejects.toMatchObject({ name: 'PermanentError' });
  });
});

describe('the rotation of the link key by way of its function', () => {
  const rotate = createLinkKeyRotator('rotate-link-key', new LambdaClient(region));
  const rotation = { requestToken: 'a'.repeat(64), force: true };
  const answer = (payload: unknown, failed = {}) =>
    lambda.on(InvokeCommand).resolves({ Payload: Buffer.from(JSON.stringify(payload)) as never, ...failed });

  it('passes on what is asked, and the outcome', async () => {
    answer({ outcome: 'rotated', current: 'a key' });
    expect(await rotate(rotation)).toEqual({ outcome: 'rotated' });
    const { FunctionName, Payload } = lambda.commandCalls(InvokeCommand)[0]!.args[0].input;
    expect(FunctionName).toBe('rotate-link-key');
    expect(JSON.parse(Buffer.from(Payload as Uint8Array).toString())).toEqual(rotation);
  });

  it('fails by the name of what failed, never by its words', async () => {
    answer({ errorType: 'TransientError', errorMessage: 'a key' }, { FunctionError: 'Unhandled' });
    await expect(rotate(rotation)).rejects.toMatchObject({
      name: 'TransientError',
      message: 'The rotation of the link key failed: TransientError.',
    });
  });
});

describe('the mailer', () => {
  const mailer = createMailer(
    {
      from: 'Onboarding <onboarding@vendor.example>',
      replyTo: 'support@vendor.example',
      configurationSet: 'set',
    },
    new SESv2Client({ ...region, maxAttempts: 1 }),
  );
  const mail = {
    to: 'finance@klant.example',
    subject: 'Code',
    html: '<p>x</p>',
    text: 'x',
    attachments: [],
    tags: { eventId: 'con_1-000001', mailId: 'mail_1' },
  };

  it('sends both parts with the tags that tell of the outcome', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: 'message-1' });
    expect(await mailer.send(mail)).toEqual({ messageId: 'message-1' });
    expect(ses.commandCalls(SendEmailCommand)[0]?.args[0].input).toMatchObject({
      FromEmailAddress: 'Onboarding <onboarding@vendor.example>',
      ReplyToAddresses: ['support@vendor.example'],
      ConfigurationSetName: 'set',
      Destination: { ToAddresses: ['finance@klant.example'] },
      EmailTags: [
        { Name: 'eventId', Value: 'con_1-000001' },
        { Name: 'mailId', Value: 'mail_1' },
      ],
    });
  });

  it('sends what is attached as a file, and names no attachments where there are none', async () => {
    ses.on(SendEmailCommand).resolves({ MessageId: 'message-1' });
    await mailer.send(mail);
    const attachments = [{ fileName: 'verloop.svg', contentType: 'image/svg+xml', content: '<svg>é</svg>' }];
    await mailer.send({ ...mail, attachments });
    const contents = ses.commandCalls(SendEmailCommand).map(({ args }) => args[0].input.Content?.Simple);
    expect(contents[0]).not.toHaveProperty('Attachments');
    expect(contents[1]?.Attachments).toEqual([
      {
        FileName: 'verloop.svg',
        ContentType: 'image/svg+xml',
        ContentDisposition: 'ATTACHMENT',
        ContentTransferEncoding: 'BASE64',
        RawContent: new TextEncoder().encode('<svg>é</svg>'),
      },
    ]);
  });

  it.each([
    sdkError('MessageRejected'),
    sdkError('TooManyRequestsException'),
    sdkError('SendingPausedException'),
    sdkError('Error', { code: 'ECONNREFUSED' }),
  ])('knows that a mail was certainly not sent: $name', async (error) => {
    ses.on(SendEmailCommand).rejects(error);
    const failed = await mailer.send(mail).catch((thrown: unknown) => thrown);
    expect(isMailNotSent(failed)).toBe(true);
    expect(failed).toMatchObject({ code: error.name });
  });

  it.each([
    sdkError('TimeoutError', {}),
    sdkError('Error', { code: 'ECONNRESET' }),
    sdkError('InternalFailure', { $fault: 'server' }),
  ])('does not know after $name', async (error) => {
    ses.on(SendEmailCommand).rejects(error);
    const failed = await mailer.send(mail).catch((thrown: unknown) => thrown);
    expect(isMailNotSent(failed)).toBe(false);
    expect(failed).toMatchObject({ name: 'TransientError' });
    expect(ses.commandCalls(SendEmailCommand)).toHaveLength(1);
  });
});
