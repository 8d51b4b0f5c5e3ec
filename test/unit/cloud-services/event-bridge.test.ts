import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import { createChaos } from '../../../infra/local/cloud/chaos.ts';
import { createEventBridge } from '../../../infra/local/cloud/event-bridge.ts';
import { AwsError, type Chaos, UnsupportedTemplate } from '../../../infra/local/cloud/service.ts';
import { apiCall, call, FakeCloud, resource } from './fake-cloud.ts';
import { ManualClock } from './manual-clock.ts';
import { sdkConfig } from './sdk-transport.ts';

const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:mail';
const deadArn = 'arn:aws:sqs:eu-west-1:000000000000:dead';
const machineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:onboarding';
const roleArn = 'arn:aws:iam::000000000000:role/rule';
const ruleArn = 'arn:aws:events:eu-west-1:000000000000:rule/onboarding/mail';

function start(target: Record<string, unknown> = {}, rule: Record<string, unknown> = {}, chaos?: Chaos) {
  const clock = new ManualClock();
  const cloud = new FakeCloud(chaos);
  const bridge = createEventBridge(cloud, clock);
  bridge.create(resource('AWS::Events::EventBus', { Name: 'onboarding' }, 'Bus'));
  const identity = bridge.create(
    resource('AWS::Events::Rule', {
      Name: 'mail',
      EventBusName: 'onboarding',
      EventPattern: { source: ['onboarding'] },
      Targets: [{ Id: 'queue', Arn: queueArn, ...target }],
      ...rule,
    }),
  );
  const put = (detail: unknown, more: Record<string, unknown> = {}) =>
    call(bridge, 'PutEvents', {
      Entries: [
        {
          EventBusName: 'onboarding',
          Source: 'onboarding',
          DetailType: 'CodeIssued',
          Detail: JSON.stringify(detail),
          ...more,
        },
      ],
    });
  return { clock, cloud, bridge, identity, put };
}

describe('delivery', () => {
  it('sends a matching event to a queue as the rule', async () => {
    const { clock, cloud, put, identity } = start();
    await put({ eventId: 'e1' }, { Resources: ['arn:x'], Time: 1_772_442_000 });
    await put({ eventId: 'e2' }, { Source: 'other' });
    await clock.advance(0);
    expect(identity).toEqual({ ref: 'onboarding|mail', attributes: { Arn: ruleArn, RuleName: 'mail' } });
    expect(cloud.sent).toHaveLength(1);
    expect(cloud.sent[0]).toMatchObject({
      queueArn,
      by: { arn: 'events.amazonaws.com', kind: 'service', sourceArn: ruleArn },
    });
    expect(JSON.parse(cloud.sent[0]!.body)).toEqual({
      version: '0',
      id: expect.any(String),
      source: 'onboarding',
      'detail-type': 'CodeIssued',
      account: '000000000000',
      time: '2026-03-02T09:00:00Z',
      region: 'eu-west-1',
      resources: ['arn:x'],
      detail: { eventId: 'e1' },
    });
  });

  it('sends what an AWS service puts on the default bus', async () => {
    const { clock, cloud, bridge } = start();
    bridge.create(
      resource(
        'AWS::Events::Rule',
        { EventPattern: { source: ['aws.states'] }, Targets: [{ Id: 'q', Arn: queueArn }] },
        'Second',
      ),
    );
    bridge.emit('aws.states', 'Step Functions Execution Status Change', { status: 'FAILED' }, ['arn:e']);
    await clock.advance(0);
    expect(cloud.sent.map((message) => JSON.parse(message.body))).toMatchObject([
      { source: 'aws.states', resources: ['arn:e'] },
    ]);
  });

  it('retries with growing pauses, then gives the event to the dead-letter queue', async () => {
    const { clock, cloud, bridge, put } = start({
      DeadLetterConfig: { Arn: deadArn },
      RetryPolicy: { MaximumRetryAttempts: 2 },
    });
    for (let error = 0; error < 3; error += 1)
      cloud.sendErrors.push(new AwsError('ServiceUnavailable', 'down', 503));
    await put({ eventId: 'e1' });
    await clock.advance(0);
    expect(bridge.pendingDeliveries()).toBe(1);
    await clock.advance(60_000);
    expect(bridge.pendingDeliveries()).toBe(0);
    expect(cloud.sent.map((message) => message.queueArn)).toEqual([deadArn]);
    expect(JSON.parse(cloud.sent[0]!.body).detail).toEqual({ eventId: 'e1' });
    expect(cloud.lines.join()).toContain('after 2 retries');
  });

  it('does not retry what is not allowed', async () => {
    const { clock, cloud, put } = start({ DeadLetterConfig: { Arn: deadArn } });
    cloud.sendErrors.push(new AwsError('AccessDeniedException', 'no policy', 403));
    await put({});
    await clock.advance(0);
    expect(cloud.sent.map((message) => message.queueArn)).toEqual([deadArn]);
  });

  it('says so when it drops an event', async () => {
    const { clock, cloud, put } = start();
    cloud.sendErrors.push(new AwsError('AccessDeniedException', 'no policy', 403));
    await put({});
    await clock.advance(0);
    expect(cloud.sent).toEqual([]);
    expect(cloud.lines).toEqual([
      expect.stringMatching(/not delivered to .*:mail .*dropped, the target has no dead-letter/),
    ]);
  });

  it('delivers nothing for a disabled rule, and nothing once stopped', async () => {
    const disabled = start({}, { State: 'DISABLED' });
    await disabled.put({});
    await disabled.clock.advance(1000);
    expect(disabled.cloud.sent).toEqual([]);
    const stopped = start();
    await stopped.put({});
    await stopped.bridge.stop();
    await stopped.clock.advance(1000);
    expect(stopped.cloud.sent).toEqual([]);
  });

  it('delivers twice and late when chaos says so', async () => {
    const { clock, cloud, put } = start({}, {}, createChaos({ seed: 3, duplicates: 1, delayMs: 400 }));
    await put({ eventId: 'e1' });
    await clock.advance(400);
    const ids = cloud.sent.map((message) => JSON.parse(message.body).id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('PutEvents', () => {
  const good = { Source: 'onboarding', DetailType: 'X', Detail: '{}', EventBusName: 'onboarding' };

  it('fails entry by entry, in the shape the SDK reads', async () => {
    const { bridge, clock, cloud } = start();
    const client = new EventBridgeClient(sdkConfig(bridge));
    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { ...good, Time: new Date('2026-03-01T00:00:00Z') },
          { ...good, Detail: '[1]' },
          { ...good, Detail: '{' },
          { ...good, Source: undefined },
          { ...good, Source: 'aws.ses' },
          { ...good, EventBusName: 'elsewhere' },
        ],
      }),
    );
    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries?.map((entry) => entry.ErrorCode ?? 'ok')).toEqual([
      'ok',
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      'ResourceNotFoundException',
    ]);
    await clock.advance(0);
    expect(cloud.sent.map((message) => JSON.parse(message.body).time)).toEqual(['2026-03-01T00:00:00Z']);
  });

  it.each([
    [[], /Entries/],
    [Array.from({ length: 11 }, () => good), /at most 10/],
    [[{ ...good, Source: '' }], /No entry has all/],
    [[{ ...good, Detail: JSON.stringify({ x: 'x'.repeat(262_144) }) }], /over the limit/],
    [[{ ...good, Colour: 'red' }], /Colour/],
  ])('refuses the request as a whole (case %#)', async (Entries, reason) => {
    await expect(call(start().bridge, 'PutEvents', { Entries })).rejects.toThrow(reason);
  });

  it('asks IAM for the bus of each entry, with source and detail type', () => {
    const { bridge } = start();
    expect(bridge.permissions(apiCall('events', 'PutEvents', { Entries: [good] }))).toEqual([
      {
        action: 'events:PutEvents',
        resource: 'arn:aws:events:eu-west-1:000000000000:event-bus/onboarding',
        context: { 'events:source': 'onboarding', 'events:detail-type': 'X' },
      },
    ]);
  });
});

describe('templates', () => {
  it.each([
    [{}, { EventBusName: 'nowhere' }, /no bus nowhere/],
    [{}, { EventPattern: { source: [{ glob: 'x' }] } }, /EventPattern\.source\[0\]\.glob/],
    [{}, { EventPattern: undefined }, /EventPattern/],
    [{}, { ScheduleExpression: 'rate(5 minutes)' }, /ScheduleExpression/],
    [{}, { RoleArn: roleArn }, /RoleArn/],
    [{ RoleArn: roleArn }, {}, /RoleArn/],
    [{ Arn: machineArn }, {}, /queues only/],
    [{ SqsParameters: { MessageGroupId: 'x' } }, {}, /SqsParameters/],
    [{ InputPath: '$.detail' }, {}, /InputPath/],
  ])('refuses target %j in rule %j', (target, rule, reason) => {
    expect(() => start(target, rule)).toThrow(UnsupportedTemplate);
    expect(() => start(target, rule)).toThrow(reason);
  });

  it('accepts an archive by name', () => {
    const { bridge } = start();
    const archive = bridge.create(
      resource('AWS::Events::Archive', { ArchiveName: 'all', SourceArn: 'arn:bus', RetentionDays: 30 }),
    );
    expect(archive).toEqual({
      ref: 'all',
      attributes: { Arn: 'arn:aws:events:eu-west-1:000000000000:archive/all' },
    });
  });
});
