import * as z from 'zod';
import { readInput } from './api-input.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  type ApiCall,
  AwsError,
  type Cloud,
  type CloudService,
  type Permission,
  type Resource,
  type ResourcePolicy,
  UnsupportedTemplate,
} from './service.ts';
import { type MessageAttributes, md5OfAttributes, md5OfBody } from './sqs-message.ts';
import { MoveTasks } from './sqs-move-task.ts';
import {
  deleteInput,
  type messageFields,
  moveInput,
  queueAttributes,
  received,
  receiveInput,
  selected,
  sendInput,
  urlInput,
  visibilityInput,
} from './sqs-protocol.ts';
import { Queue } from './sqs-queue.ts';
import { readQueue, readQueuePolicy } from './sqs-resources.ts';

export interface SqsService extends CloudService {
  /** Where messages of this queue go when it gives up on them; throws `QueueDoesNotExist`. */
  queue(arn: string): Queue;
  /** Messages by queue name: visible, in flight and delayed together. */
  depths(): ReadonlyMap<string, number>;
}

/** Amazon SQS, standard queues, by the JSON protocol (API reference of 2012-11-05). */
export function createSqs(cloud: Cloud, clock: Clock = systemClock): SqsService {
  const queues = new Map<string, Queue>();
  const policies: { readonly queueUrls: readonly string[]; readonly policy: ResourcePolicy }[] = [];
  const nameOf = (url: string) => url.split('/').at(-1) ?? '';
  const arnOf = (name: string) => `arn:aws:sqs:${cloud.region}:${cloud.accountId}:${name}`;
  const urlOf = (name: string) => `${cloud.endpoint}/${cloud.accountId}/${name}`;
  const named = (name: string): Queue => {
    const queue = queues.get(name);
    if (queue !== undefined) return queue;
    throw new AwsError('QueueDoesNotExist', `The specified queue does not exist: ${name}`);
  };
  const byArn = (arn: string): Queue => named(arn.split(':').at(-1) ?? '');
  const moves = new MoveTasks(clock, byArn);
  const sourcesOf = (arn: string) =>
    [...queues.values()].filter((queue) => queue.settings.redrive?.deadLetterTargetArn === arn);

  function create(resource: Resource) {
    if (resource.type === 'AWS::SQS::QueuePolicy') {
      const properties = readQueuePolicy(resource);
      const path = `${resource.path}.Properties.PolicyDocument`;
      policies.push({ queueUrls: properties.Queues, policy: { document: properties.PolicyDocument, path } });
      return { ref: resource.logicalId, attributes: { Id: resource.logicalId } };
    }
    const settings = readQueue(resource, arnOf);
    if (queues.has(settings.name))
      throw new UnsupportedTemplate(resource.path, `a second queue named ${settings.name}`);
    queues.set(settings.name, new Queue(settings, clock, cloud.chaos, byArn));
    const url = urlOf(settings.name);
    return { ref: url, attributes: { Arn: settings.arn, QueueName: settings.name, QueueUrl: url } };
  }

  function permissions(call: ApiCall): readonly Permission[] {
    const text = (key: string) => z.string().catch('').parse(call.input[key]);
    switch (call.action) {
      case 'ListMessageMoveTasks':
        return [{ action: 'sqs:ListMessageMoveTasks', resource: text('SourceArn') }];
      case 'StartMessageMoveTask': {
        // Developer Guide, "Configure queue permissions for dead-letter queue redrive": it acts for its caller.
        const source = text('SourceArn');
        const onSource = ['StartMessageMoveTask', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'];
        const targets =
          call.input.DestinationArn === undefined
            ? sourcesOf(source).map((q) => q.settings.arn)
            : [text('DestinationArn')];
        return [
          ...onSource.map((action) => ({ action: `sqs:${action}`, resource: source })),
          ...targets.map((resource) => ({ action: 'sqs:SendMessage', resource })),
        ];
      }
      default:
        return [{ action: `sqs:${call.action}`, resource: arnOf(nameOf(text('QueueUrl'))) }];
    }
  }

  function send(queue: Queue, entry: z.output<z.ZodObject<typeof messageFields>>, senderId: string) {
    const attributes: MessageAttributes = entry.MessageAttributes ?? {};
    if (Object.keys(attributes).length > 10) throw invalid('A message has at most 10 attributes.');
    const delay = entry.DelaySeconds === undefined ? {} : { delaySeconds: entry.DelaySeconds };
    const stored = queue.send({ body: entry.MessageBody, attributes, senderId, ...delay });
    const md5 = md5OfAttributes(attributes);
    return {
      MessageId: stored.messageId,
      MD5OfMessageBody: md5OfBody(stored.body),
      ...(md5 !== undefined && { MD5OfMessageAttributes: md5 }),
    };
  }

  async function answer(call: ApiCall): Promise<unknown> {
    const read = <T extends z.ZodType>(schema: T) => readInput(call, schema, 'InvalidParameterValue');
    switch (call.action) {
      case 'SendMessage': {
        const input = read(sendInput);
        return send(named(nameOf(input.QueueUrl)), input, call.principal.arn);
      }
      case 'ReceiveMessage': {
        const input = read(receiveInput);
        const queue = named(nameOf(input.QueueUrl));
        const found = await queue.receive(
          input.MaxNumberOfMessages,
          input.WaitTimeSeconds,
          input.VisibilityTimeout,
        );
        if (found.length === 0) return {};
        const system = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
        return {
          Messages: found.map((message) => received(message, system, input.MessageAttributeNames ?? [])),
        };
      }
      case 'DeleteMessage': {
        const input = read(deleteInput);
        named(nameOf(input.QueueUrl)).delete(input.ReceiptHandle);
        return {};
      }
      case 'ChangeMessageVisibility': {
        const input = read(visibilityInput);
        named(nameOf(input.QueueUrl)).changeVisibility(input.ReceiptHandle, input.VisibilityTimeout);
        return {};
      }
      case 'GetQueueAttributes': {
        const input = read(urlInput);
        return {
          Attributes: selected(queueAttributes(named(nameOf(input.QueueUrl))), input.AttributeNames ?? []),
        };
      }
      case 'PurgeQueue':
        named(nameOf(read(urlInput).QueueUrl)).purge();
        return {};
      case 'StartMessageMoveTask': {
        const input = read(moveInput);
        const source = byArn(input.SourceArn);
        if (sourcesOf(input.SourceArn).length === 0)
          throw invalid('Source queue must be configured as a Dead Letter Queue.');
        return { TaskHandle: moves.start(source, input.DestinationArn, input.MaxNumberOfMessagesPerSecond) };
      }
      case 'ListMessageMoveTasks': {
        const input = read(
          z.strictObject({ SourceArn: z.string(), MaxResults: z.int().min(1).max(10).default(1) }),
        );
        byArn(input.SourceArn);
        return { Results: moves.list(input.SourceArn, input.MaxResults) };
      }
      default:
        throw new AwsError('UnsupportedOperation', `The local cloud does not offer sqs:${call.action}.`);
    }
  }

  return {
    name: 'sqs',
    types: ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy'],
    create,
    permissions,
    resourcePolicies: (arn) =>
      policies
        .filter((entry) => entry.queueUrls.some((url) => arnOf(nameOf(url)) === arn))
        .map((entry) => entry.policy),
    call: async (call) => ({ body: await answer(call) }),
    async start() {
      for (const { settings } of queues.values()) {
        if (settings.redrive !== undefined) byArn(settings.redrive.deadLetterTargetArn);
      }
    },
    async stop() {
      moves.stop();
      for (const queue of queues.values()) queue.stop();
    },
    queue: byArn,
    depths: () =>
      new Map(
        [...queues].map(([name, queue]) => {
          const { visible, inFlight, delayed } = queue.counts();
          return [name, visible + inFlight + delayed];
        }),
      ),
  };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
