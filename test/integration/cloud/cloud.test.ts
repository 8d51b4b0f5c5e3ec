import { DynamoDBClient, PutItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { CfnResource } from 'aws-cdk-lib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createChaos } from '../../../infra/local/cloud/chaos.ts';
import { type RunningCloud, startCloud } from '../../../infra/local/cloud/cloud.ts';
import type { Principal } from '../../../infra/local/cloud/service.ts';
import { type Fixture, synthesise } from './fixture.ts';
import { eventually } from './poll.ts';
import { signedHeaders } from './sign.ts';

const operator = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'operator-secret' };
const stranger = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'stranger-secret' };

let fixture: Fixture;
let cloud: RunningCloud;
let lambda: LambdaClient;
let dynamodb: DynamoDBClient;
let sqs: SQSClient;
const lines: string[] = [];

beforeAll(async () => {
  fixture = synthesise();
  cloud = await startCloud({
    assembly: fixture.assembly,
    stage: 'local',
    portBase: 0,
    users: [
      { name: 'operator', ...operator, managedPolicies: ['fixture-operators'] },
      { name: 'stranger', ...stranger },
    ],
    environment: { NEIGHBOUR: 'http://127.0.0.1:1' },
    log: (channel, line) => lines.push(`${channel}: ${line}`),
  });
  const config = {
    endpoint: cloud.endpoints.aws,
    region: cloud.region,
    credentials: operator,
    maxAttempts: 1,
  };
  lambda = new LambdaClient(config);
  dynamodb = new DynamoDBClient(config);
  sqs = new SQSClient(config);
});

afterAll(async () => {
  await cloud?.stop();
  fixture?.remove();
});

interface Answer {
  readonly error: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the wish was.
  readonly payload: any;
}

async function invoke(name: string, event: object): Promise<Answer> {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: cloud.outputs[`${name}Name`], Payload: JSON.stringify(event) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  return { error: answer.FunctionError, payload: text === '' ? undefined : JSON.parse(text) };
}

describe('start', () => {
  it('says once what it does not verify, and runs no other stage', () => {
    expect(lines.filter((line) => line.includes('AWS::KMS::Key'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('thresholds and dimensions of alarms'))).toHaveLength(1);
    expect(Object.keys(cloud.outputs).join()).not.toContain('prod');
  });

  it('refuses a type that it neither runs nor knows as inert', async () => {
    const odd = synthesise({
      extend: (stack) => void new CfnResource(stack, 'Odd', { type: 'AWS::ECS::Cluster' }),
    });
    await expect(startCloud({ assembly: odd.assembly, stage: 'local', portBase: 0 })).rejects.toThrow(
      'fixture-local-service/Odd: the local cloud neither runs AWS::ECS::Cluster nor knows it as inert',
    );
    odd.remove();
  });

  it('names the stage that is not there', async () => {
    const missing = startCloud({ assembly: fixture.assembly, stage: 'dev', portBase: 0 });
    await expect(missing).rejects.toThrow(/no stack of stage "dev"/);
  });
});

describe('functions', () => {
  it('have their own environment and nothing of the host', async () => {
    const { payload } = await invoke('Probe', { do: 'environment' });
    expect(payload).toMatchObject({
      AWS_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: cloud.outputs.ProbeName,
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
      AWS_ENDPOINT_URL: cloud.endpoints.aws,
      TABLE: cloud.outputs.TableName,
      NEIGHBOUR: 'http://127.0.0.1:1',
    });
    expect(payload).not.toHaveProperty('HOME');
    expect(payload).not.toHaveProperty('PATH');
    expect(payload).not.toHaveProperty('VITEST');
  });

  it('have a context and are kept warm', async () => {
    await invoke('Probe', { do: 'context' });
    const { payload } = await invoke('Probe', { do: 'context' });
    expect(payload).toMatchObject({ functionName: cloud.outputs.ProbeName, functionVersion: '$LATEST' });
    expect(payload.remaining).toBeGreaterThan(5_000);
    expect(payload.remaining).toBeLessThanOrEqual(10_000);
    expect(payload.invocations).toBeGreaterThan(1);
  });

  it('log to the cloud', async () => {
    await invoke('Probe', { do: 'log' });
    for (const stream of ['stdout', 'stderr']) {
      const wanted = `${cloud.outputs.ProbeName}: a line to ${stream}`;
      expect(await eventually(() => lines.find((line) => line === wanted), wanted)).toBe(wanted);
    }
  });

  it('are heard to the end', async () => {
    await invoke('Probe', { do: 'last-words' });
    for (const said of ['written before the end', 'without a line feed']) {
      const wanted = `${cloud.outputs.ProbeName}: ${said}`;
      expect(await eventually(() => lines.find((line) => line === wanted), wanted)).toBe(wanted);
    }
  });

  it('fail with the name of what they threw', async () => {
    const { error, payload } = await invoke('Probe', { do: 'throw' });
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'TransientError', errorMessage: 'said so' });
    expect(payload.trace[0]).toContain('said so');
  });

  it.each([
    ['Probe', 'exit', 'Runtime.ExitError', 'exit status 3'],
    ['Probe', 'crash', 'Runtime.UnhandledError', 'outside of the handler'],
    ['Hasty', 'sleep', 'Sandbox.Timedout', 'Task timed out after 1.00 seconds'],
  ])(
    '%s that does %s is a %s, and the next event finds a fresh one',
    async (name, wish, errorType, message) => {
      const { payload } = await invoke(name, { do: wish, ms: 60_000 });
      expect(payload.errorType).toBe(errorType);
      expect(payload.errorMessage).toContain(message);
      expect((await invoke(name, { do: 'context' })).payload.invocations).toBe(1);
    },
  );

  it('run at the same time in several workers', async () => {
    const both = await Promise.all([1, 2].map(() => invoke('Probe', { do: 'sleep', ms: 300 })));
    expect(both.map(({ payload }) => payload)).toEqual(['slept', 'slept']);
  });

  it('are throttled at their reserved concurrency', async () => {
    const calls = [1, 2, 3].map(() => invoke('Hasty', { do: 'sleep', ms: 700 }));
    const settled = await Promise.allSettled(calls);
    const slept = settled.filter((one) => one.status === 'fulfilled' && one.value.payload === 'slept');
    const refused = settled.filter((one) => one.status === 'rejected');
    expect(slept.length).toBeGreaterThan(0);
    expect(refused.map((one) => one.reason.name)).toContain('TooManyRequestsException');
  });
});

describe('IAM', () => {
  it('lets a function do what its role may', async () => {
    expect((await invoke('Probe', { do: 'put', id: 'iam' })).error).toBeUndefined();
    expect((await invoke('Probe', { do: 'get', id: 'iam' })).payload.Item).toEqual({
      pk: { S: 'iam' },
      sk: { S: 'a' },
    });
    expect((await invoke('Probe', { do: 'transact', id: 'iam' })).error).toBeUndefined();
  });

  it.each([
    ['put', 'dynamodb:PutItem'],
    ['get', 'dynamodb:GetItem'],
    ['transact', 'dynamodb:PutItem'],
    ['send', 'sqs:SendMessage'],
  ])('a missing grant fails %s as on AWS', async (wish, action) => {
    const { payload } = await invoke('Bare', { do: wish });
    expect(payload.errorType).toBe('AccessDeniedException');
    expect(payload.errorMessage).toContain(`is not authorized to perform: ${action} on resource: arn:aws:`);
    expect(payload.errorMessage).toContain(`/${cloud.outputs.BareName} `);
    expect(lines).toContain(`aws: AccessDeniedException: ${payload.errorMessage}`);
  });

  it('does not know another key and another secret', async () => {
    const send = (credentials: typeof operator) =>
      new DynamoDBClient({
        endpoint: cloud.endpoints.aws,
        region: cloud.region,
        credentials,
        maxAttempts: 1,
      }).send(new ScanCommand({ TableName: cloud.outputs.TableName }));
    await expect(send({ ...operator, secretAccessKey: 'wrong' })).rejects.toThrow(/signature/);
    await expect(send({ ...operator, accessKeyId: 'AKIANOBODY' })).rejects.toThrow(/security token/);
    await expect(send(stranger)).rejects.toThrow(/not authorized to perform: dynamodb:Scan/);
  });
});

describe('HTTP API', () => {
  const post = (
    path: string,
    body: string,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => fetch(cloud.endpoints.api + path, { method: 'POST', body, headers });

  it('hands requests to functions', async () => {
    const response = await post('/open/a/b?x=1', '{"do":"nothing"}');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      routeKey: 'POST /open/{rest+}',
      rawPath: '/open/a/b',
      pathParameters: { rest: 'a/b' },
      body: '{"do":"nothing"}',
    });
  });

  it.each([
    ['/nowhere', 404, 'Not Found'],
    ['/operator/commands', 403, 'Forbidden'],
  ])('%s is %d', async (path, status, message) => {
    const response = await post(path, '{}');
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ message });
  });

  it('refuses a body above 10 MB', async () => {
    const response = await post('/open/x', 'x'.repeat(10 * 1024 * 1024 + 1));
    expect(response.status).toBe(413);
  });

  it('gives up on a slow function', async () => {
    const response = await post('/hasty', '{"do":"sleep","ms":700}');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
  });

  it('tells who an operator is', async () => {
    const url = `${cloud.endpoints.api}/operator/commands`;
    const response = await fetch(url, {
      method: 'POST',
      body: '{}',
      headers: signedHeaders(url, '{}', operator),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      requestContext: {
        authorizer: {
          iam: { accessKey: operator.accessKeyId, userArn: 'arn:aws:iam::000000000000:user/operator' },
        },
      },
    });
  });

  it.each([
    ['a caller without the right', stranger, '{}', 'execute-api'],
    ['a wrong secret', { ...operator, secretAccessKey: 'wrong' }, '{}', 'execute-api'],
    ['an altered body', operator, '{"a":1}', 'execute-api'],
    ['a signature for another service', operator, '{}', 'lambda'],
  ])('forbids %s', async (_name, keys, body, service) => {
    const url = `${cloud.endpoints.api}/operator/commands`;
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: signedHeaders(url, '{}', keys, service),
    });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({ message: 'Forbidden' });
  });
});

interface Batch {
  readonly batch: { id: string; name: string; sort?: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: the event as the function got it.
  readonly event: any;
}

/** Takes messages from a queue until `enough`. */
async function drain(url: string | undefined, enough: (bodies: unknown[]) => boolean): Promise<unknown[]> {
  const bodies: unknown[] = [];
  return eventually(async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
    );
    for (const message of Messages) {
      bodies.push(JSON.parse(message.Body ?? 'null'));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
    }
    return enough(bodies) ? bodies : undefined;
  }, `messages in ${url}`);
}

async function clearQueues(): Promise<void> {
  for (const name of ['SeenUrl', 'DeadUrl'])
    await sqs.send(new PurgeQueueCommand({ QueueUrl: cloud.outputs[name] }));
}

describe('event source of a queue', () => {
  beforeEach(clearQueues);

  it('deletes what succeeded and dead-letters what keeps failing', async () => {
    const names = ['fine-1', 'failing-1', 'fine-2'];
    await Promise.all(
      names.map((MessageBody) =>
        sqs.send(new SendMessageCommand({ QueueUrl: cloud.outputs.InboundUrl, MessageBody })),
      ),
    );
    const times = (bodies: unknown[], name: string) =>
      (bodies as Batch[]).flatMap(({ batch }) => batch).filter((record) => record.name === name).length;
    const seen = await drain(cloud.outputs.SeenUrl, (bodies) => times(bodies, 'failing-1') >= 2);
    expect(names.map((name) => times(seen, name))).toEqual([1, 2, 1]);
    const [first] = seen as Batch[];
    expect(first?.event.Records[0]).toMatchObject({
      eventSource: 'aws:sqs',
      awsRegion: 'eu-west-1',
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:eu-west-1:000000000000:/),
      attributes: { ApproximateReceiveCount: '1' },
    });
    const dead = await eventually(async () => {
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: cloud.outputs.DeadUrl }));
      return Messages?.[0]?.Body;
    }, 'a dead letter');
    expect(dead).toBe('failing-1');
  });
});

describe('event source of a stream', () => {
  beforeEach(clearQueues);

  const put = (pk: string, sk: string) =>
    dynamodb.send(
      new PutItemCommand({ TableName: cloud.outputs.TableName, Item: { pk: { S: pk }, sk: { S: sk } } }),
    );
  const sorts = (bodies: unknown[], name: string) =>
    (bodies as Batch[])
      .flatMap(({ batch }) => batch)
      .filter((record) => record.name === name)
      .map(({ sort }) => sort);

  it('delivers what the filter lets through, in order', async () => {
    const wanted = Array.from({ length: 25 }, (_unused, index) => String(index).padStart(2, '0'));
    await put('other', '00');
    for (const sk of wanted) await put('order', sk);
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: cloud.outputs.TableName,
        Key: { pk: { S: 'order' }, sk: { S: '00' } },
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
      }),
    );
    const seen = await drain(
      cloud.outputs.SeenUrl,
      (bodies) => sorts(bodies, 'order').length >= wanted.length,
    );
    const ordered = (seen as Batch[])
      .flatMap(({ batch }) => batch)
      .filter(({ name }) => name === 'order')
      .sort((left, right) => (left.id < right.id ? -1 : 1));
    expect(ordered.map(({ sort }) => sort)).toEqual(wanted);
    expect(sorts(seen, 'other')).toEqual([]);
    expect((seen as Batch[])[0]?.event.Records[0]).toMatchObject({
      eventName: 'INSERT',
      eventSource: 'aws:dynamodb',
      eventVersion: '1.1',
      awsRegion: 'eu-west-1',
      eventSourceARN: expect.stringMatching(/:table\/.*\/stream\//),
      dynamodb: { StreamViewType: 'NEW_AND_OLD_IMAGES', NewImage: { pk: { S: 'order' } } },
    });
  });

  it('splits a poisoned batch down to the record, retries it, records it and goes on', async () => {
    await Promise.all(['a', 'b', 'c'].map((sk) => put('good', sk)));
    await put('poison', 'x');
    await put('good', 'd');
    const [record] = await drain(cloud.outputs.DeadUrl, (bodies) => bodies.length > 0);
    expect(record).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
    const seen = await drain(cloud.outputs.SeenUrl, (bodies) => new Set(sorts(bodies, 'good')).size === 4);
    expect([...new Set(sorts(seen, 'good'))].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(sorts(seen, 'poison').length).toBeGreaterThanOrEqual(2);
  });

  it('retries from the lowest failed item only', async () => {
    await put('before', 'x');
    await put('failing', 'x');
    await drain(cloud.outputs.DeadUrl, (bodies) => bodies.length > 0);
    const seen = await drain(cloud.outputs.SeenUrl, (bodies) => sorts(bodies, 'failing').length >= 2);
    expect(sorts(seen, 'before')).toEqual(['x']);
  });
});

describe('a function killed at a call', () => {
  it.each([
    ['before', undefined],
    ['after', 'kept'],
  ] as const)('%s it takes effect', async (when, stored) => {
    const chaos = createChaos({ seed: 1, kill: { call: 1, when } });
    const other = await startCloud({ assembly: fixture.assembly, stage: 'local', portBase: 0, chaos });
    try {
      const functionArn = `arn:aws:lambda:eu-west-1:000000000000:function:${other.outputs.ProbeName}`;
      const by: Principal = {
        arn: 'apigateway.amazonaws.com',
        kind: 'service',
        sourceArn: `${other.outputs.ApiArn}/$default/POST/open/{rest+}`,
      };
      const run = (wish: object) => other.cloud.invokeFunction(functionArn, wish, by);
      expect(await run({ do: 'put', id: 'kept' })).toMatchObject({
        ok: false,
        errorType: 'Runtime.ExitError',
      });
      const read = await run({ do: 'get', id: 'kept' });
      expect(read.ok && (read.payload as { Item?: { pk: { S: string } } }).Item?.pk.S).toBe(stored);
    } finally {
      await other.stop();
    }
  });
});

describe('counters', () => {
  it('count calls and capacity', async () => {
    const before = cloud.capacity();
    const calls = cloud.functionCalls();
    await invoke('Probe', { do: 'put', id: 'counted' });
    await invoke('Probe', { do: 'get', id: 'counted' });
    const after = cloud.capacity();
    // One for the table and one for the index that the item is in.
    expect(after.writeUnits - before.writeUnits).toBe(2);
    expect(after.readUnits - before.readUnits).toBe(1);
    expect(cloud.functionCalls()).toBeGreaterThanOrEqual(calls + 2);
    expect(cloud.counters.byAction.get('dynamodb:PutItem')).toBeGreaterThan(0);
  });
});
