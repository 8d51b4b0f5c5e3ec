import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { createChaos } from '../../../infra/local/cloud/chaos.ts';
import { type Chaos, UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';
import { createSqs } from '../../../infra/local/cloud/sqs.ts';
import { apiCall, call, FakeCloud, type Json, resource } from './fake-cloud.ts';
import { ManualClock, settle } from './manual-clock.ts';
import { sdkConfig } from './sdk-transport.ts';

const base = 'http://127.0.0.1:4566/000000000000';
const arn = (name: string) => `arn:aws:sqs:eu-west-1:000000000000:${name}`;

function start(properties: Record<string, unknown> = {}, chaos?: Chaos) {
  const clock = new ManualClock();
  const sqs = createSqs(new FakeCloud(chaos), clock);
  const queue = (name: string, more: Record<string, unknown> = {}) =>
    sqs.create(resource('AWS::SQS::Queue', { QueueName: name, ...more }, name));
  const identity = queue('inbound', properties);
  const send = (MessageBody: string, more = {}) =>
    call(sqs, 'SendMessage', { QueueUrl: `${base}/inbound`, MessageBody, ...more });
  const receive = async (name = 'inbound', more = {}) =>
    (
      await call(sqs, 'ReceiveMessage', {
        QueueUrl: `${base}/${name}`,
        MaxNumberOfMessages: 10,
        MessageSystemAttributeNames: ['All'],
        ...more,
      })
    ).Messages ?? [];
  return { clock, sqs, queue, identity, send, receive };
}

describe('a queue', () => {
  it('answers its URL and ARN to Ref and GetAtt', () => {
    expect(start().identity).toEqual({
      ref: `${base}/inbound`,
      attributes: { Arn: arn('inbound'), QueueName: 'inbound', QueueUrl: `${base}/inbound` },
    });
  });

  it('names itself the same on every start when the template has no name', () => {
    const name = () => {
      const sqs = createSqs(new FakeCloud(), new ManualClock());
      return sqs.create(resource('AWS::SQS::Queue', {}, 'MailQueue'));
    };
    expect(name()).toEqual(name());
    expect(name()).toMatchObject({
      attributes: { QueueName: expect.stringMatching(/^service-MailQueue-[0-9a-f]{12}$/) },
    });
  });

  it.each([
    [{ FifoQueue: true }, /FifoQueue/],
    [{ RedriveAllowPolicy: {} }, /RedriveAllowPolicy/],
    [{ VisibilityTimeout: 43_201 }, /VisibilityTimeout/],
    [{ RedrivePolicy: { deadLetterTargetArn: arn('inbound'), maxReceiveCount: 3 } }, /own dead-letter/],
  ])('refuses the properties %j', (properties, reason) => {
    expect(() => start(properties)).toThrow(UnsupportedTemplate);
    expect(() => start(properties)).toThrow(reason);
  });

  it('refuses to start with a dead-letter queue that does not exist', async () => {
    const { sqs } = start({ RedrivePolicy: { deadLetterTargetArn: arn('gone'), maxReceiveCount: 3 } });
    await expect(sqs.start?.()).rejects.toThrow(/does not exist: gone/);
  });

  it('offers the policies of a queue to the evaluation of IAM', () => {
    const { sqs } = start();
    const document = { Statement: [] };
    sqs.create(
      resource('AWS::SQS::QueuePolicy', { Queues: [`${base}/inbound`], PolicyDocument: document }, 'Policy'),
    );
    expect(sqs.resourcePolicies?.(arn('inbound'))).toEqual([
      { document, path: 'service/Policy.Properties.PolicyDocument' },
    ]);
    expect(sqs.resourcePolicies?.(arn('other'))).toEqual([]);
  });
});

describe('the API as the SDK sees it', () => {
  it('passes the checksums of body and attributes and gives them back', async () => {
    const { sqs } = start();
    const client = new SQSClient(sdkConfig(sqs));
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'fact' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
    };
    const sent = await client.send(
      new SendMessageCommand({ QueueUrl: `${base}/inbound`, MessageBody: 'één', MessageAttributes }),
    );
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: `${base}/inbound`,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    expect(Messages).toEqual([
      expect.objectContaining({ MessageId: sent.MessageId, Body: 'één', MessageAttributes }),
    ]);
    expect(Messages?.[0]?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.any(String),
    });
  });

  it('answers an unknown queue with the class of the SDK', async () => {
    const client = new SQSClient(sdkConfig(start().sqs));
    const asked = client.send(new SendMessageCommand({ QueueUrl: `${base}/nowhere`, MessageBody: 'x' }));
    await expect(asked).rejects.toThrow(QueueDoesNotExist);
  });

  it('counts what is there and deletes by handle', async () => {
    const { sqs } = start({ MaximumMessageSize: 1024 });
    const client = new SQSClient(sdkConfig(sqs));
    const QueueUrl = `${base}/inbound`;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const tooLarge = client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x'.repeat(1025) }));
    await expect(tooLarge).rejects.toThrow(/1024 bytes/);
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const after = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    expect(after.Attributes).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
    });
    await expect(client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }))).resolves.toBeDefined();
    const unknown = client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'x' }));
    await expect(unknown).rejects.toThrow(ReceiptHandleIsInvalid);
  });

  it.each([
    ['SendMessage', { QueueUrl: `${base}/inbound`, MessageBody: 'x'.repeat(1_048_577) }, /1048576 bytes/],
    ['SendMessage', { QueueUrl: `${base}/inbound`, MessageBody: '' }, /MessageBody/],
    ['SendMessage', { QueueUrl: `${base}/inbound`, MessageBody: 'x', Unknown: 1 }, /Unknown/],
    ['ReceiveMessage', { QueueUrl: `${base}/inbound`, MaxNumberOfMessages: 11 }, /MaxNumberOfMessages/],
    ['SendMessageBatch', { QueueUrl: `${base}/inbound`, Entries: [] }, /does not offer sqs:SendMessageBatch/],
    ['CreateQueue', { QueueName: 'x' }, /does not offer sqs:CreateQueue/],
  ])('refuses %s when its input is wrong', async (action, input, reason) => {
    await expect(call(start().sqs, action, input)).rejects.toThrow(reason);
  });

  it('replaces the characters that SQS does not carry', async () => {
    const { send, receive } = start();
    await send('a\u0000b\uFFFEc😀');
    expect((await receive())[0].Body).toBe('a\uFFFDb\uFFFDc😀');
  });

  it.each([
    ['SendMessage', { QueueUrl: `${base}/inbound` }, [['sqs:SendMessage', arn('inbound')]]],
    ['ReceiveMessage', { QueueUrl: `${base}/inbound` }, [['sqs:ReceiveMessage', arn('inbound')]]],
    ['ListMessageMoveTasks', { SourceArn: arn('dead') }, [['sqs:ListMessageMoveTasks', arn('dead')]]],
    [
      'StartMessageMoveTask',
      { SourceArn: arn('dead') },
      [
        ['sqs:StartMessageMoveTask', arn('dead')],
        ['sqs:ReceiveMessage', arn('dead')],
        ['sqs:DeleteMessage', arn('dead')],
        ['sqs:GetQueueAttributes', arn('dead')],
        ['sqs:SendMessage', arn('inbound')],
      ],
    ],
  ])('asks IAM the right questions for %s', (action, input, expected) => {
    const { sqs, queue } = start({ RedrivePolicy: { deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 } });
    queue('dead');
    const asked = sqs.permissions(apiCall('sqs', action, input));
    expect(asked.map((permission) => [permission.action, permission.resource])).toEqual(expected);
  });
});

describe('time', () => {
  it('hides a received message until its visibility timeout ends, and counts receives', async () => {
    const { clock, send, receive } = start({ VisibilityTimeout: 30 });
    await send('fact');
    const [first] = await receive();
    expect(await receive()).toEqual([]);
    await clock.advance(30_000);
    const [second] = await receive();
    expect(second.MessageId).toBe(first.MessageId);
    expect(second.Attributes.ApproximateReceiveCount).toBe('2');
    expect(second.ReceiptHandle).not.toBe(first.ReceiptHandle);
  });

  it('does not delete by the handle of an earlier receive', async () => {
    const { clock, sqs, send, receive } = start();
    await send('fact');
    const [first] = await receive();
    await clock.advance(30_000);
    await receive();
    await call(sqs, 'DeleteMessage', { QueueUrl: `${base}/inbound`, ReceiptHandle: first.ReceiptHandle });
    await clock.advance(30_000);
    expect(await receive()).toHaveLength(1);
  });

  it('changes the visibility of a message in flight only', async () => {
    const { sqs, send, receive } = start();
    await send('fact');
    const [{ ReceiptHandle }] = await receive();
    const change = (VisibilityTimeout: number) =>
      call(sqs, 'ChangeMessageVisibility', { QueueUrl: `${base}/inbound`, ReceiptHandle, VisibilityTimeout });
    await change(0);
    await expect(change(10)).rejects.toThrow(/not in flight/);
    expect(await receive()).toHaveLength(1);
    await expect(change(10)).rejects.toThrow(/not available for visibility timeout change/);
  });

  it('delays a message by the queue or by itself', async () => {
    const { clock, send, receive } = start({ DelaySeconds: 5 });
    await send('late');
    await send('at once', { DelaySeconds: 0 });
    expect((await receive()).map((message: Json) => message.Body)).toEqual(['at once']);
    await clock.advance(5000);
    expect((await receive()).map((message: Json) => message.Body)).toEqual(['late']);
  });

  it('lets a long poll end with the first message, or empty at its deadline', async () => {
    const { clock, send, receive } = start();
    const polled = receive('inbound', { WaitTimeSeconds: 20 });
    await clock.advance(19_000);
    await send('just in time');
    expect(await polled).toHaveLength(1);
    const other = receive('inbound', { WaitTimeSeconds: 5 });
    await clock.advance(5000);
    expect(await other).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('wakes a long poll when a message becomes visible again', async () => {
    const { clock, send, receive } = start({ VisibilityTimeout: 3 });
    await send('fact');
    await receive();
    const polled = receive('inbound', { WaitTimeSeconds: 20 });
    await clock.advance(3000);
    expect(await polled).toHaveLength(1);
  });

  it('forgets a message when its retention ends', async () => {
    const { clock, send, receive } = start({ MessageRetentionPeriod: 60 });
    await send('old');
    await clock.advance(60_000);
    expect(await receive()).toEqual([]);
  });

  it('ends waiting polls when it stops', async () => {
    const { sqs, receive } = start();
    const polled = receive('inbound', { WaitTimeSeconds: 20 });
    await settle();
    await sqs.stop();
    expect(await polled).toEqual([]);
  });
});

describe('dead letters', () => {
  async function withDeadLetter() {
    const started = start({
      VisibilityTimeout: 10,
      RedrivePolicy: { deadLetterTargetArn: arn('dead'), maxReceiveCount: 2 },
    });
    started.queue('dead');
    await started.send('poison');
    for (let receives = 0; receives < 2; receives += 1) {
      await started.receive();
      await started.clock.advance(10_000);
    }
    expect(await started.receive()).toEqual([]);
    return started;
  }

  it('moves a message that was received too often, with its source', async () => {
    const { receive } = await withDeadLetter();
    const [dead] = await receive('dead');
    expect(dead).toMatchObject({ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arn('inbound') } });
  });

  it('takes them back with a move task, as new messages', async () => {
    const { sqs, clock, receive } = await withDeadLetter();
    const { TaskHandle } = await call(sqs, 'StartMessageMoveTask', { SourceArn: arn('dead') });
    expect(await call(sqs, 'ListMessageMoveTasks', { SourceArn: arn('dead') })).toMatchObject({
      Results: [{ Status: 'RUNNING', TaskHandle, ApproximateNumberOfMessagesToMove: 1 }],
    });
    await expect(call(sqs, 'StartMessageMoveTask', { SourceArn: arn('dead') })).rejects.toThrow(/already/);
    await clock.advance(1);
    expect(await call(sqs, 'ListMessageMoveTasks', { SourceArn: arn('dead') })).toMatchObject({
      Results: [{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }],
    });
    expect(await receive()).toMatchObject([{ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } }]);
  });

  it('keeps to the rate of a move task', async () => {
    const { sqs, clock, receive, queue } = start({
      RedrivePolicy: { deadLetterTargetArn: arn('dead'), maxReceiveCount: 1 },
      VisibilityTimeout: 0,
    });
    queue('dead');
    for (const body of ['a', 'b', 'c']) {
      await call(sqs, 'SendMessage', { QueueUrl: `${base}/inbound`, MessageBody: body });
    }
    await receive();
    await receive();
    await call(sqs, 'StartMessageMoveTask', { SourceArn: arn('dead'), MaxNumberOfMessagesPerSecond: 1 });
    await clock.advance(2000);
    expect(await call(sqs, 'ListMessageMoveTasks', { SourceArn: arn('dead') })).toMatchObject({
      Results: [{ ApproximateNumberOfMessagesMoved: 2, Status: 'RUNNING' }],
    });
  });

  it('cannot take back what no queue sent here', async () => {
    const { sqs, clock, receive } = await withDeadLetter();
    await receive('dead');
    await call(sqs, 'SendMessage', { QueueUrl: `${base}/dead`, MessageBody: 'from a rule' });
    await call(sqs, 'StartMessageMoveTask', { SourceArn: arn('dead') });
    await clock.advance(1);
    expect(await call(sqs, 'ListMessageMoveTasks', { SourceArn: arn('dead') })).toMatchObject({
      Results: [{ Status: 'FAILED', FailureReason: 'CouldNotDetermineMessageSource' }],
    });
    expect(await receive('dead')).toHaveLength(1);
  });

  it('takes back to a named queue what no queue sent here', async () => {
    const { sqs, clock, receive } = await withDeadLetter();
    await receive('dead');
    await call(sqs, 'SendMessage', { QueueUrl: `${base}/dead`, MessageBody: 'from a rule' });
    await call(sqs, 'StartMessageMoveTask', { SourceArn: arn('dead'), DestinationArn: arn('inbound') });
    await clock.advance(1);
    expect(await receive()).toMatchObject([{ Body: 'from a rule' }]);
  });

  it('refuses a move task for a queue that is nobody’s dead-letter queue', async () => {
    await expect(call(start().sqs, 'StartMessageMoveTask', { SourceArn: arn('inbound') })).rejects.toThrow(
      /Dead Letter/,
    );
  });
});

describe('chaos', () => {
  it('delivers twice under one message id', async () => {
    const { send, receive } = start({}, createChaos({ seed: 1, duplicates: 1 }));
    await send('fact');
    const messages = await receive();
    expect(messages).toHaveLength(2);
    expect(new Set(messages.map((message: Json) => message.MessageId)).size).toBe(1);
    expect(new Set(messages.map((message: Json) => message.ReceiptHandle)).size).toBe(2);
  });

  it('delivers late and in another order, the same for the same seed', async () => {
    const run = async () => {
      const { clock, send, receive } = start({}, createChaos({ seed: 7, reorder: 1, delayMs: 500 }));
      for (let index = 0; index < 8; index += 1) await send(`${index}`);
      await clock.advance(500);
      return (await receive()).map((message: Json) => message.Body).join('');
    };
    const order = await run();
    expect(order).toHaveLength(8);
    expect(order).not.toBe('01234567');
    expect(await run()).toBe(order);
  });
});
